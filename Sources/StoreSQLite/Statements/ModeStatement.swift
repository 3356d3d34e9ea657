/// What keeps paper fills and the broker's apart.
enum ModeStatement: String, CaseIterable {
    case mode = "SELECT mode FROM client_modes WHERE client = :client"

    case insertMode = "INSERT INTO client_modes (client, mode, since) VALUES (?, ?, ?)"

    case anyOrderAtBroker = """
        SELECT 1 FROM orders WHERE client = :client AND broker_order_id IS NOT NULL LIMIT 1
        """
}
