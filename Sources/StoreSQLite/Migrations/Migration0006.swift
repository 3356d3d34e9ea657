import GRDB

/// Orders of which the broker shows more filled than fills have come for: what it shows, and what has come, as JSON.
///
/// Who holds what can change without a fill: by a person's word. The ledger is the fold of fills and of these.
enum Migration0006 {
    static func run(_ db: Database) throws {
        try db.execute(sql: ledgerEvents)
        try db.execute(sql: "ALTER TABLE orders ADD COLUMN inferred TEXT CHECK (inferred <> '')")
    }

    /// `quantity` is signed as positions are. Rows of one request share its text, and its key where it had one.
    private static let ledgerEvents = """
        CREATE TABLE ledger_events (
            client TEXT NOT NULL CHECK (client <> ''),
            id INTEGER NOT NULL CHECK (id >= 1),
            at INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind <> ''),
            strategy TEXT NOT NULL,
            exchange TEXT NOT NULL,
            symbol TEXT NOT NULL,
            product TEXT NOT NULL,
            quantity INTEGER NOT NULL CHECK (quantity <> 0),
            price INTEGER NOT NULL,
            actor TEXT NOT NULL CHECK (actor <> ''),
            reason TEXT NOT NULL,
            request TEXT,
            request_key TEXT CHECK (request_key IS NULL OR request IS NOT NULL),
            PRIMARY KEY (client, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX ledger_events_by_time ON ledger_events (client, at);
        CREATE TRIGGER ledger_events_stay BEFORE UPDATE ON ledger_events
            BEGIN SELECT RAISE(ABORT, 'ledger_events is append-only'); END;
        CREATE TRIGGER ledger_events_remain BEFORE DELETE ON ledger_events
            BEGIN SELECT RAISE(ABORT, 'ledger_events is append-only'); END;
        """
}
