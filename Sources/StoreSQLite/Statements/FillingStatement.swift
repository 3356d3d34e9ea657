/// Fills a store with past orders for the bench: executed long ago, each with its group, its events and its fill. What
/// nobody reads at a start (commands, payloads) is left empty.
enum FillingStatement: String, CaseIterable {
    case orders = """
        WITH RECURSIVE past (number) AS (
            SELECT 0 UNION ALL SELECT number + 1 FROM past WHERE number + 1 < :count
        )
        INSERT INTO orders (
            client, command_id, group_id, leg, client_tag, broker_order_id, trading_day, strategy, exchange, symbol,
            product, side, quantity, filled_quantity, filled_value, average_price, status, state, disputed, version,
            created_at, updated_at, command
        )
        SELECT
            :client, printf('%026d', number), printf('%026d', number), 1, printf('SX%013d', number),
            printf('P%d', number), 20200101 + number % 28, printf('STRATEGY %d', number % 20), 'NSE',
            printf('SYMBOL%d-EQ', number % 500), 'I', 'BUY', 1, 1, '18000000', 18000000, 'EXECUTED', 'filled', 0, 4,
            1577836800000000 + number, 1577836800000000 + number, '{}'
        FROM past
        """

    case events = """
        WITH RECURSIVE past (number) AS (
            SELECT 0 UNION ALL SELECT number + 1 FROM past WHERE number + 1 < 4 * :count
        )
        INSERT INTO order_events (client, command_id, sequence, at, kind, payload)
        SELECT
            :client, printf('%026d', number / 4), 1 + number % 4, 1577836800000000 + number / 4,
            CASE number % 4 WHEN 0 THEN 'received' WHEN 1 THEN 'sending' WHEN 2 THEN 'accepted' ELSE 'filled' END, '{}'
        FROM past
        """

    case fills = """
        WITH RECURSIVE past (number) AS (
            SELECT 0 UNION ALL SELECT number + 1 FROM past WHERE number + 1 < :count
        )
        INSERT INTO fills (
            client, trading_day, exchange, broker_order_id, fill_id, command_id, quantity, price, at
        )
        SELECT
            :client, 20200101, 'NSE', printf('P%07d', number), 'F', printf('%026d', number), 1, 18000000,
            1577836800000000 + number
        FROM past
        """

    case groups = """
        WITH RECURSIVE past (number) AS (
            SELECT 0 UNION ALL SELECT number + 1 FROM past WHERE number + 1 < :count
        )
        INSERT INTO groups (client, group_id, source, idempotency_key, content_hash, request, received_at)
        SELECT
            :client, printf('%026d', number), 'API', printf('key %07d', number), '', '{}', 1577836800000000 + number
        FROM past
        """
}
