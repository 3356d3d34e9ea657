import Engine
import GRDB
import Trading

/// A query for orders as SQL: one row more than is asked for, to see whether there are more.
struct OrderListing {
    private(set) var sql = ArchiveStatement.orders.rawValue
    private(set) var arguments: StatementArguments

    /// Nil if nothing can match: the status is no word of ours.
    init?(_ query: OrderQuery, client: ClientID) {
        arguments = ["client": client.text, "limit": min(query.limit, Int(Int32.max)) + 1]
        if let word = query.status {
            if let status = OrderStatus(rawValue: word) {
                add(.status, ["status": status.rawValue])
                if status == .created || status == .sentToBroker { add(.open) }
            } else if let state = StateWord(rawValue: word) {
                add(.state, ["state": state.rawValue])
                if state.status == .created || state.status == .sentToBroker { add(.open) }
            } else {
                return nil
            }
        }
        if let strategy = query.strategy { add(.strategy, ["strategy": strategy.text.storable]) }
        if let symbol = query.symbol { add(.symbol, ["symbol": symbol.storable]) }
        if let number = query.brokerOrderID { add(.brokerOrder, ["number": number.text.storable]) }
        if let before = query.before { add(.before, ["before": before.description]) }
        sql += ArchiveFilter.newestFirst
    }

    private mutating func add(_ filter: ArchiveFilter, _ more: StatementArguments = []) {
        sql += filter.rawValue
        arguments += more
    }
}
