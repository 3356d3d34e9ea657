public import Engine
public import JSONText
public import Trading

/// One page of orders over one or several clients, newest first: the same for HTTP and the command line.
public struct OrderListing: Sendable {
    public let orders: [OrderRecord]
    /// Where the next page begins; nil on the last one.
    public let nextCursor: String?

    public init(_ query: OrderQuery, in archives: [any OrderArchive]) async throws {
        var found: [OrderRecord] = []
        var hasMore = false
        for archive in archives {
            let page = try await archive.orders(query)
            found += page.orders
            hasMore = hasMore || page.hasMore
        }
        found.sort { $0.id > $1.id }
        hasMore = hasMore || found.count > query.limit
        orders = Array(found.prefix(query.limit))
        nextCursor = hasMore ? orders.last?.id.description : nil
    }

    public var json: JSONValue {
        ["orders": .array(orders.map { OrderReceipt($0).json }), "next_cursor": JSONValue(nextCursor)]
    }

    /// The words that `status` may be: a status or a state.
    public static let statusWords = OrderStatus.allCases.map(\.rawValue) + StateWord.allCases.map(\.rawValue)
}
