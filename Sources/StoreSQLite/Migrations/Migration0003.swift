import GRDB

/// The same constraints, in words that cost less: SQLite builds a table anew for every list behind `IN` that is longer than
/// two, each time a row is written. And fewer indexes that say the same: a number of the broker's is found by the index
/// that keeps it unique, and a group of a certain time by its id, which begins with the time.
enum Migration0003 {
    static func run(_ db: Database) throws {
        try db.execute(sql: orders)
        try db.execute(sql: groups)
    }

    private static let orders = """
        CREATE TABLE orders_next (
            client TEXT NOT NULL CHECK (client <> ''),
            command_id TEXT NOT NULL CHECK (length(command_id) = 26),
            group_id TEXT NOT NULL CHECK (length(group_id) = 26),
            leg INTEGER NOT NULL CHECK (leg >= 1),
            client_tag TEXT NOT NULL CHECK (length(client_tag) = 15),
            broker_order_id TEXT CHECK (broker_order_id <> ''),
            trading_day INTEGER NOT NULL CHECK (trading_day BETWEEN 19700101 AND 99991231),
            strategy TEXT NOT NULL,
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            product TEXT NOT NULL,
            side TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
            quantity INTEGER NOT NULL CHECK (
                quantity > 0 OR state = 'received' OR state = 'blocked' OR state = 'not_sent' OR state = 'expired'
            ),
            filled_quantity INTEGER NOT NULL CHECK (filled_quantity >= 0),
            filled_value TEXT NOT NULL CHECK (filled_value <> ''),
            average_price INTEGER CHECK ((average_price IS NULL) = (filled_quantity = 0)),
            status TEXT NOT NULL,
            state TEXT NOT NULL CHECK (
                CASE state
                    WHEN 'received' THEN status = 'CREATED'
                    WHEN 'sending' THEN status = 'SENT_TO_BROKER'
                    WHEN 'unconfirmed' THEN status = 'SENT_TO_BROKER'
                    WHEN 'working' THEN status = 'SENT_TO_BROKER'
                    WHEN 'filled' THEN status = 'EXECUTED'
                    WHEN 'blocked' THEN status = 'FAILED'
                    WHEN 'rejected' THEN status = 'FAILED'
                    WHEN 'cancelled' THEN status = 'FAILED'
                    WHEN 'expired' THEN status = 'FAILED'
                    WHEN 'not_sent' THEN status = 'FAILED'
                    ELSE 0
                END
            ),
            tag TEXT CHECK (
                tag IS NULL OR CASE tag
                    WHEN 'VALIDATION_FAILED' THEN 1
                    WHEN 'RISK_LIMITS_EXCEEDED' THEN 1
                    WHEN 'EXECUTION_GUARD_BLOCKED' THEN 1
                    WHEN 'DUPLICATE_ORDER_BLOCKED' THEN 1
                    WHEN 'GROUP_BLOCKED' THEN 1
                    WHEN 'TRADING_HALTED' THEN 1
                    WHEN 'DATA_STALE' THEN 1
                    WHEN 'ALERT_EXPIRED' THEN 1
                    WHEN 'NO_POSITION' THEN 1
                    WHEN 'RATE_LIMITED' THEN 1
                    WHEN 'NOT_SENT' THEN 1
                    WHEN 'EXPIRED_UNSENT' THEN 1
                    WHEN 'BROKER_REJECTED' THEN 1
                    WHEN 'BROKER_CANCELLED' THEN 1
                    WHEN 'BROKER_EXPIRED' THEN 1
                    WHEN 'RESOLVED_BY_PERSON' THEN 1
                    ELSE 0
                END
            ),
            reason TEXT,
            reason_code TEXT,
            limit_value TEXT,
            observed TEXT,
            blocking_id TEXT,
            pending TEXT CHECK (pending IN ('cancel', 'modify')),
            disputed INTEGER NOT NULL CHECK (disputed IN (0, 1)),
            makes_way_for TEXT,
            test TEXT CHECK (test IN ('SUCCESS', 'FAILURE')),
            version INTEGER NOT NULL CHECK (version >= 1),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            command TEXT NOT NULL CHECK (command <> ''),
            PRIMARY KEY (client, command_id),
            UNIQUE (client, group_id, leg),
            UNIQUE (client, client_tag),
            CHECK ((tag IS NULL) = (status <> 'FAILED')),
            CHECK ((tag IS NULL) = (reason IS NULL)),
            CHECK (broker_order_id IS NOT NULL OR (state <> 'working' AND state <> 'filled' AND state <> 'cancelled')),
            CHECK (
                broker_order_id IS NULL OR (
                    state <> 'received' AND state <> 'blocked' AND state <> 'sending' AND state <> 'unconfirmed'
                    AND state <> 'not_sent'
                )
            )
        ) STRICT;
        INSERT INTO orders_next SELECT * FROM orders;
        DROP TABLE orders;
        ALTER TABLE orders_next RENAME TO orders;
        CREATE UNIQUE INDEX orders_by_broker_order ON orders (client, broker_order_id, trading_day)
            WHERE broker_order_id IS NOT NULL;
        CREATE INDEX orders_open ON orders (client, command_id) WHERE tag IS NULL AND state <> 'filled';
        CREATE INDEX orders_by_strategy ON orders (client, strategy, command_id);
        """

    private static let groups = """
        CREATE TABLE groups_next (
            client TEXT NOT NULL,
            group_id TEXT NOT NULL CHECK (length(group_id) = 26),
            source TEXT NOT NULL,
            idempotency_key TEXT,
            content_hash TEXT NOT NULL,
            request TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            PRIMARY KEY (client, group_id)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO groups_next SELECT * FROM groups;
        DROP TABLE groups;
        ALTER TABLE groups_next RENAME TO groups;
        CREATE UNIQUE INDEX groups_by_key ON groups (client, idempotency_key) WHERE idempotency_key IS NOT NULL;
        """
}
