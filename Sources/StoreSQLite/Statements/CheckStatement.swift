/// What `selfcheck` reads, a page of orders at a time.
enum CheckStatement: String, CaseIterable {
    case orders = "SELECT * FROM orders WHERE client = :client AND command_id > :after ORDER BY command_id LIMIT :limit"

    case events = """
        SELECT * FROM order_events WHERE client = :client AND command_id > :after AND command_id <= :last
        ORDER BY command_id, sequence
        """

    case fills = "SELECT * FROM fills WHERE client = :client AND command_id > :after AND command_id <= :last"

    case positions = "SELECT * FROM positions WHERE client = :client"
}
