import Engine
import GRDB
import Trading

/// Where an archive reads: the pool's readers, or a file that is only looked at. Each read is one consistent view.
protocol RowSource: Sendable {
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value
}

/// One client's orders. The client is bound here and in every statement, so no query can name another's.
struct ArchiveSQLite: OrderArchive {
    let client: ClientID
    let source: any RowSource

    func orders(_ query: OrderQuery) async throws -> OrderPage {
        guard query.limit > 0, let listing = OrderListing(query, client: client) else {
            return OrderPage(orders: [], hasMore: false)
        }
        return try await source.read { db in
            let rows = try Row.fetchAll(try db.cachedStatement(sql: listing.sql), arguments: listing.arguments)
            let orders = try rows.prefix(query.limit).map { try OrderRow.record($0) }
            return OrderPage(orders: orders, hasMore: rows.count > query.limit)
        }
    }

    func history(of id: CommandID) async throws -> (record: OrderRecord, events: [OrderEvent])? {
        let arguments: StatementArguments = ["client": client.text, "command": id.description]
        return try await source.read { db in
            guard let row = try db.rows(.order, arguments).first else { return nil }
            return (try OrderRow.record(row), try db.rows(.events, arguments).map { try EventRow.event($0) })
        }
    }

    func orders(of group: GroupID) async throws -> [OrderRecord] {
        let arguments: StatementArguments = ["client": client.text, "group": group.description]
        return try await source.read { db in try db.rows(.ordersOfGroup, arguments).map { try OrderRow.record($0) } }
    }

    func orders(changedSince moment: Timestamp) async throws -> [OrderRecord] {
        let arguments: StatementArguments = [
            "client": client.text, "day": TradingDay(moment - .seconds(3 * 86_400)).number,
            "since": moment.microseconds,
        ]
        return try await source.read { db in try db.rows(.ordersChanged, arguments).map { try OrderRow.record($0) } }
    }
}

extension Database {
    fileprivate func rows(_ statement: ArchiveStatement, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(try cachedStatement(sql: statement.rawValue), arguments: arguments)
    }
}
