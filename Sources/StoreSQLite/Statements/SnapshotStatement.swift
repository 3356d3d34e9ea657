/// What a client's desk is rebuilt from.
enum SnapshotStatement: String, CaseIterable {
    /// `first` is the least id that an order of that day can have: ids begin with the time they were drawn at.
    case ordersOpenOrSince = """
        SELECT * FROM orders WHERE client = :client AND command_id >= :first AND trading_day >= :day
        UNION ALL
        SELECT * FROM orders
        WHERE client = :client AND tag IS NULL AND state <> 'filled' AND trading_day < :day
        ORDER BY command_id
        """

    case fillsOfOrder = "SELECT * FROM fills WHERE client = :client AND command_id = :command"

    /// `first` is the least id that a group of that time can have: ids begin with the time they were drawn at.
    case groupsSince = """
        SELECT * FROM groups WHERE client = :client AND group_id >= :first AND received_at >= :since
        """

    case group = "SELECT * FROM groups WHERE client = :client AND group_id = :group"

    case groupByKey = "SELECT * FROM groups WHERE client = :client AND idempotency_key = :key"

    case commandsOfGroup = "SELECT command_id FROM orders WHERE client = :client AND group_id = :group ORDER BY leg"

    case holdings = "SELECT * FROM positions WHERE client = :client ORDER BY strategy, exchange, symbol, product"

    /// `first` is the least id that an order of that day can have.
    case intradayMoves = """
        SELECT strategy, exchange, symbol, product, trading_day,
            sum(CASE side WHEN 'BUY' THEN filled_quantity ELSE -filled_quantity END) AS quantity
        FROM orders
        WHERE client = :client AND command_id >= :first AND trading_day >= :day AND product = 'I' AND test IS NULL
            AND filled_quantity > 0
        GROUP BY strategy, exchange, symbol, product, trading_day
        """

    case ledgerSince = "SELECT * FROM ledger_events WHERE client = :client AND at >= :since ORDER BY id"

    /// The last one there was.
    case riskDay = "SELECT * FROM risk_days WHERE client = :client ORDER BY trading_day DESC LIMIT 1"

    case summarised = """
        SELECT at FROM notifications WHERE client = :client AND kind = 'DAY_SUMMARY' ORDER BY id DESC LIMIT 1
        """

    case halts = "SELECT * FROM halts WHERE client = :client ORDER BY scope, name"
}
