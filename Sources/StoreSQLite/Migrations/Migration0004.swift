import GRDB

/// How an order stands at the broker where that is not as it was asked for: its type, its prices and what they were made
/// from, as JSON.
enum Migration0004 {
    static func run(_ db: Database) throws {
        try db.execute(sql: "ALTER TABLE orders ADD COLUMN terms TEXT CHECK (terms <> '')")
    }
}
