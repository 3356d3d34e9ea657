import ArgumentParser
import Engine
import Gateway
import JSONText
import StoreSQLite
import Trading

struct Orders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List orders, newest first; the server may be running or not.",
        discussion: """
            EXAMPLES
              sextant orders
              sextant orders --status FAILED --strategy BNF_MONTHLY_STRANGLE
              sextant orders --status unconfirmed --json
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(help: "CREATED, SENT_TO_BROKER, EXECUTED, FAILED, or a state such as working.") var status: String?
    @Option(help: "Only this strategy's.") var strategy: String?
    @Option(help: "At most this many.") var limit = 100

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000") }
        let known = OrderStatus.allCases.map(\.rawValue) + StateWord.allCases.map(\.rawValue)
        if let status, !known.contains(status) {
            throw ValidationError("--status must be one of \(known.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let configuration = try options.configuration()
        let reader = try StoreReaderSQLite.open(path: configuration.store.sqlite)
        var query = OrderQuery()
        query.status = status
        query.strategy = strategy.map { StrategyName($0) }
        query.limit = limit
        var found: [OrderRecord] = []
        var hasMore = false
        for client in options.clients(of: configuration) {
            let page = try await reader.archive(of: ClientID(client.id)).orders(query)
            found += page.orders
            hasMore = hasMore || page.hasMore
        }
        found.sort { $0.id > $1.id }
        hasMore = hasMore || found.count > limit
        found = Array(found.prefix(limit))
        if options.json {
            let cursor = hasMore ? found.last.map { JSONValue.string($0.id.description) } ?? .null : .null
            let body: JSONValue = ["orders": .array(found.map { OrderReceipt($0).json }), "next_cursor": cursor]
            announce(body.text)
        } else {
            announce(OrderTable.text(found))
        }
    }
}
