import GRDB

/// Which mode each client began in. Until now there was only one: whoever has orders is live.
enum Migration0002 {
    static func run(_ db: Database) throws {
        try db.execute(sql: clientModes)
        try db.execute(
            sql: "INSERT INTO client_modes SELECT client, 'live', min(created_at) FROM orders GROUP BY client"
        )
    }

    private static let clientModes = """
        CREATE TABLE client_modes (
            client TEXT NOT NULL CHECK (client <> ''),
            mode TEXT NOT NULL CHECK (mode IN ('live', 'paper')),
            since INTEGER NOT NULL,
            PRIMARY KEY (client)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER client_modes_stay BEFORE UPDATE ON client_modes
            BEGIN SELECT RAISE(ABORT, 'client_modes is append-only'); END;
        CREATE TRIGGER client_modes_remain BEFORE DELETE ON client_modes
            BEGIN SELECT RAISE(ABORT, 'client_modes is append-only'); END;
        """
}
