import GRDB

/// Halts of an instrument and of a source, and halts that let more or less pass.
enum Migration0008 {
    static func run(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE halts RENAME TO halts_before")
        try db.execute(sql: halts)
        try db.execute(
            sql: """
                INSERT INTO halts (client, scope, name, mode, halted_by, reason, at)
                SELECT client, scope, name, 'halt', halted_by, reason, at FROM halts_before
                """
        )
        try db.execute(sql: "DROP TABLE halts_before")
    }

    /// `name` is that of the strategy, instrument (`NFO:SYMBOL`) or source, and empty for the wider scopes.
    private static let halts = """
        CREATE TABLE halts (
            client TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('global', 'client', 'strategy', 'instrument', 'source')),
            name TEXT NOT NULL CHECK ((name = '') = (scope IN ('global', 'client'))),
            mode TEXT NOT NULL CHECK (mode IN ('halt', 'reducing', 'kill')),
            halted_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (client, scope, name)
        ) STRICT, WITHOUT ROWID;
        """
}
