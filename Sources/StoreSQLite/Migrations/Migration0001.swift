import GRDB

/// The first schema. Times are microseconds since 1970 UTC, prices 1/10000 rupee, trading days numbers like 20261123.
///
/// Lists of words stand here in full: what was released must not change with an enum.
enum Migration0001 {
    static func run(_ db: Database) throws {
        try db.execute(sql: "PRAGMA application_id = \(Database.storeMark)")
        for sql in [orders, orderEvents, fills, groups, positions, halts, notifications] { try db.execute(sql: sql) }
        for sql in [riskDays, sessions, audit] { try db.execute(sql: sql) }
    }

    /// 128-bit sums are decimal text: no column of SQLite holds them exactly otherwise.
    private static let orders = """
        CREATE TABLE orders (
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
            quantity INTEGER NOT NULL
                CHECK (quantity > 0 OR state IN ('received', 'blocked', 'not_sent', 'expired')),
            filled_quantity INTEGER NOT NULL CHECK (filled_quantity >= 0),
            filled_value TEXT NOT NULL CHECK (filled_value <> ''),
            average_price INTEGER CHECK ((average_price IS NULL) = (filled_quantity = 0)),
            status TEXT NOT NULL CHECK (
                status = CASE
                    WHEN state = 'received' THEN 'CREATED'
                    WHEN state IN ('sending', 'unconfirmed', 'working') THEN 'SENT_TO_BROKER'
                    WHEN state = 'filled' THEN 'EXECUTED'
                    ELSE 'FAILED'
                END
            ),
            state TEXT NOT NULL CHECK (
                state IN (
                    'received', 'blocked', 'sending', 'unconfirmed', 'working', 'filled', 'rejected', 'cancelled',
                    'expired', 'not_sent'
                )
            ),
            tag TEXT CHECK (
                tag IN (
                    'VALIDATION_FAILED', 'RISK_LIMITS_EXCEEDED', 'EXECUTION_GUARD_BLOCKED', 'DUPLICATE_ORDER_BLOCKED',
                    'GROUP_BLOCKED', 'TRADING_HALTED', 'DATA_STALE', 'ALERT_EXPIRED', 'NO_POSITION', 'RATE_LIMITED',
                    'NOT_SENT', 'EXPIRED_UNSENT', 'BROKER_REJECTED', 'BROKER_CANCELLED', 'BROKER_EXPIRED',
                    'RESOLVED_BY_PERSON'
                )
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
            UNIQUE (client, trading_day, broker_order_id),
            CHECK ((tag IS NULL) = (state IN ('received', 'sending', 'unconfirmed', 'working', 'filled'))),
            CHECK ((tag IS NULL) = (reason IS NULL)),
            CHECK (broker_order_id IS NOT NULL OR state NOT IN ('working', 'filled', 'cancelled')),
            CHECK (broker_order_id IS NULL OR state NOT IN ('received', 'blocked', 'sending', 'unconfirmed', 'not_sent'))
        ) STRICT;
        CREATE INDEX orders_open ON orders (client, command_id)
            WHERE state IN ('received', 'sending', 'unconfirmed', 'working');
        CREATE INDEX orders_by_strategy ON orders (client, strategy, command_id);
        CREATE INDEX orders_by_broker_order ON orders (client, broker_order_id)
            WHERE broker_order_id IS NOT NULL;
        """

    /// Kinds are not listed: a newer Sextant adds kinds, and a table that may never change cannot be rebuilt.
    private static let orderEvents = """
        CREATE TABLE order_events (
            client TEXT NOT NULL,
            command_id TEXT NOT NULL,
            sequence INTEGER NOT NULL CHECK (sequence >= 1),
            at INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind <> ''),
            payload TEXT NOT NULL CHECK (payload <> ''),
            PRIMARY KEY (client, command_id, sequence),
            FOREIGN KEY (client, command_id) REFERENCES orders (client, command_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER order_events_stay BEFORE UPDATE ON order_events
            BEGIN SELECT RAISE(ABORT, 'order_events is append-only'); END;
        CREATE TRIGGER order_events_remain BEFORE DELETE ON order_events
            BEGIN SELECT RAISE(ABORT, 'order_events is append-only'); END;
        """

    private static let fills = """
        CREATE TABLE fills (
            client TEXT NOT NULL,
            trading_day INTEGER NOT NULL CHECK (trading_day BETWEEN 19700101 AND 99991231),
            exchange TEXT NOT NULL,
            broker_order_id TEXT NOT NULL CHECK (broker_order_id <> ''),
            fill_id TEXT NOT NULL CHECK (fill_id <> ''),
            command_id TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            price INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (client, trading_day, exchange, broker_order_id, fill_id),
            FOREIGN KEY (client, command_id) REFERENCES orders (client, command_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX fills_by_order ON fills (client, command_id);
        """

    private static let groups = """
        CREATE TABLE groups (
            client TEXT NOT NULL,
            group_id TEXT NOT NULL CHECK (length(group_id) = 26),
            source TEXT NOT NULL,
            idempotency_key TEXT,
            content_hash TEXT NOT NULL,
            request TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            PRIMARY KEY (client, group_id)
        ) STRICT;
        CREATE UNIQUE INDEX groups_by_key ON groups (client, idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE INDEX groups_by_time ON groups (client, received_at);
        """

    /// What each strategy holds; a flat one has no row.
    private static let positions = """
        CREATE TABLE positions (
            client TEXT NOT NULL,
            strategy TEXT NOT NULL,
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            product TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity <> 0),
            cost TEXT NOT NULL CHECK (cost <> ''),
            PRIMARY KEY (client, strategy, exchange, symbol, product)
        ) STRICT, WITHOUT ROWID;
        """

    /// `name` is the strategy's, and empty for the wider scopes.
    private static let halts = """
        CREATE TABLE halts (
            client TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('global', 'client', 'strategy')),
            name TEXT NOT NULL CHECK (name = '' OR scope = 'strategy'),
            halted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (client, scope, name)
        ) STRICT, WITHOUT ROWID;
        """

    /// An outbox: written with the events that it is about, marked when it was delivered.
    private static let notifications = """
        CREATE TABLE notifications (
            client TEXT NOT NULL,
            id INTEGER NOT NULL CHECK (id >= 1),
            kind TEXT NOT NULL CHECK (kind <> ''),
            severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
            text TEXT NOT NULL,
            command_id TEXT,
            at INTEGER NOT NULL,
            delivered_at INTEGER,
            PRIMARY KEY (client, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX notifications_waiting ON notifications (client, id) WHERE delivered_at IS NULL;
        """

    private static let riskDays = """
        CREATE TABLE risk_days (
            client TEXT NOT NULL,
            trading_day INTEGER NOT NULL CHECK (trading_day BETWEEN 19700101 AND 99991231),
            max_loss INTEGER NOT NULL,
            profit INTEGER,
            lowest_profit INTEGER,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (client, trading_day)
        ) STRICT, WITHOUT ROWID;
        """

    /// The token is stored encrypted only; `one_time_step` is the last step of the one-time password that was used.
    private static let sessions = """
        CREATE TABLE sessions (
            client TEXT NOT NULL,
            broker TEXT NOT NULL,
            token BLOB,
            one_time_step INTEGER,
            opened_at INTEGER,
            PRIMARY KEY (client, broker)
        ) STRICT, WITHOUT ROWID;
        """

    private static let audit = """
        CREATE TABLE audit (
            client TEXT NOT NULL,
            id INTEGER NOT NULL CHECK (id >= 1),
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action <> ''),
            detail TEXT NOT NULL,
            PRIMARY KEY (client, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
        CREATE TRIGGER audit_remains BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
        """
}
