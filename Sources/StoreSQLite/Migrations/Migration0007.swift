import GRDB

/// What a client's days come to as far as risk goes: the floor, the best profit, a warning, a breach, losing days in a row.
/// A row is its last event; rows of before were never written.
enum Migration0007 {
    static func run(_ db: Database) throws {
        try db.execute(sql: riskDays)
        try db.execute(sql: riskEvents)
    }

    private static let riskDays = """
        DROP TABLE risk_days;
        CREATE TABLE risk_days (
            client TEXT NOT NULL CHECK (client <> ''),
            trading_day INTEGER NOT NULL CHECK (trading_day BETWEEN 19700101 AND 99991231),
            max_loss INTEGER NOT NULL CHECK (max_loss > 0),
            floor INTEGER NOT NULL CHECK (floor >= -max_loss),
            peak_profit INTEGER NOT NULL CHECK (peak_profit >= 0),
            lowest_profit INTEGER NOT NULL,
            profit INTEGER NOT NULL,
            warned_at INTEGER,
            breached_at INTEGER,
            losing_days INTEGER NOT NULL CHECK (losing_days >= 0),
            cooldown_until INTEGER CHECK (cooldown_until > trading_day),
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (client, trading_day)
        ) STRICT, WITHOUT ROWID;
        """

    /// The row as each event left it. Kinds are not listed: a newer Sextant adds kinds.
    private static let riskEvents = """
        CREATE TABLE risk_events (
            client TEXT NOT NULL CHECK (client <> ''),
            id INTEGER NOT NULL CHECK (id >= 1),
            kind TEXT NOT NULL CHECK (kind <> ''),
            trading_day INTEGER NOT NULL,
            max_loss INTEGER NOT NULL,
            floor INTEGER NOT NULL,
            peak_profit INTEGER NOT NULL,
            lowest_profit INTEGER NOT NULL,
            profit INTEGER NOT NULL,
            warned_at INTEGER,
            breached_at INTEGER,
            losing_days INTEGER NOT NULL,
            cooldown_until INTEGER,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (client, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER risk_events_stay BEFORE UPDATE ON risk_events
            BEGIN SELECT RAISE(ABORT, 'risk_events is append-only'); END;
        CREATE TRIGGER risk_events_remain BEFORE DELETE ON risk_events
            BEGIN SELECT RAISE(ABORT, 'risk_events is append-only'); END;
        """
}
