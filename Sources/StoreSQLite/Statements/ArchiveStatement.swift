/// What a client is shown of its own orders.
enum ArchiveStatement: String, CaseIterable {
    case order = "SELECT * FROM orders WHERE client = :client AND command_id = :command"

    case events = "SELECT * FROM order_events WHERE client = :client AND command_id = :command ORDER BY sequence"

    case ordersOfGroup = "SELECT * FROM orders WHERE client = :client AND group_id = :group ORDER BY leg"

    case ordersChanged = """
        SELECT * FROM orders WHERE client = :client AND trading_day >= :day AND updated_at >= :since ORDER BY updated_at
        """

    /// Followed by any of `ArchiveFilter`, then by its `newestFirst`.
    case orders = "SELECT * FROM orders WHERE client = :client"
}

/// What narrows `ArchiveStatement.orders`.
enum ArchiveFilter: String, CaseIterable {
    case status = " AND status = :status"
    case state = " AND state = :state"
    /// Word for word the condition of the index `orders_open`; SQLite uses the index only then.
    case open = " AND tag IS NULL AND state <> 'filled'"
    case strategy = " AND strategy = :strategy"
    case symbol = " AND symbol = :symbol"
    case brokerOrder = " AND broker_order_id = :number"
    case before = " AND command_id < :before"

    static let newestFirst = " ORDER BY command_id DESC LIMIT :limit"
}
