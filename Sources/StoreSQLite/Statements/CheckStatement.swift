/// What `selfcheck` reads, a page of orders at a time.
enum CheckStatement: String, CaseIterable {
    case orders = "SELECT * FROM orders WHERE client = :client AND command_id > :after ORDER BY command_id LIMIT :limit"

    case events = """
        SELECT * FROM order_events WHERE client = :client AND command_id > :after AND command_id <= :last
        ORDER BY command_id, sequence
        """

    case fills = "SELECT * FROM fills WHERE client = :client AND command_id > :after AND command_id <= :last"

    /// Orders of alerts have the alert beside them; what was adopted from the broker's books has none, whoever owns it.
    case groupless = """
        SELECT command_id FROM orders WHERE client = :client AND strategy <> 'external' AND NOT EXISTS (
            SELECT 1 FROM groups WHERE client = :client AND groups.group_id = orders.group_id) AND NOT EXISTS (
            SELECT 1 FROM order_events WHERE client = :client
                AND order_events.command_id = orders.command_id AND sequence = 1 AND kind = 'adopted') LIMIT 1
        """

    case ledger = "SELECT * FROM ledger_events WHERE client = :client ORDER BY id"

    case riskDays = "SELECT * FROM risk_days WHERE client = :client ORDER BY trading_day"

    case riskEvents = "SELECT * FROM risk_events WHERE client = :client ORDER BY id"

    case positions = "SELECT * FROM positions WHERE client = :client"
}
