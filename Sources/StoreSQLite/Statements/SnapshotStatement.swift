/// What a client's desk is rebuilt from.
enum SnapshotStatement: String, CaseIterable {
    case ordersOpenOrSince = """
        SELECT * FROM orders WHERE client = :client AND trading_day >= :day
        UNION ALL
        SELECT * FROM orders
        WHERE client = :client AND state IN ('received', 'sending', 'unconfirmed', 'working') AND trading_day < :day
        ORDER BY command_id
        """

    case fillsOfOrder = "SELECT * FROM fills WHERE client = :client AND command_id = :command"

    case groupsSince = "SELECT * FROM groups WHERE client = :client AND received_at >= :since"

    case group = "SELECT * FROM groups WHERE client = :client AND group_id = :group"

    case groupByKey = "SELECT * FROM groups WHERE client = :client AND idempotency_key = :key"

    case commandsOfGroup = "SELECT command_id FROM orders WHERE client = :client AND group_id = :group ORDER BY leg"

    case holdings = "SELECT * FROM positions WHERE client = :client ORDER BY strategy, exchange, symbol, product"

    case halts = "SELECT * FROM halts WHERE client = :client ORDER BY scope, name"
}
