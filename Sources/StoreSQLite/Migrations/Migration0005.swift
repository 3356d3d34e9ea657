import GRDB

/// Orders can be changed while the broker has them: a change that was asked for and of which nobody knows yet what came of
/// it, as JSON.
enum Migration0005 {
    static func run(_ db: Database) throws { try db.execute(sql: askedTerms) }

    private static let askedTerms = """
        ALTER TABLE orders ADD COLUMN asked_terms TEXT CHECK (
            (asked_terms IS NULL OR pending IS NOT NULL) AND (asked_terms IS NOT NULL OR pending IS NOT 'modify')
        )
        """
}
