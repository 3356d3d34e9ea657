import GRDB

/// Who was told how much of the notifications: a place for each reader, since two read at their own pace.
enum Migration0011 {
    static func run(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE deliveries (
                    client TEXT NOT NULL CHECK (client <> ''),
                    channel TEXT NOT NULL CHECK (channel <> ''),
                    urgency TEXT NOT NULL CHECK (urgency IN ('critical', 'ordinary')),
                    through INTEGER NOT NULL CHECK (through >= 0),
                    at INTEGER NOT NULL,
                    PRIMARY KEY (client, channel, urgency)
                ) STRICT, WITHOUT ROWID
                """
        )
    }
}
