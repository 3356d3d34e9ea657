/// What surrounds a commit's statements.
enum TransactionStatement: String, CaseIterable {
    /// Locks at once: a store that is locked by another program is found out before anything is written.
    case begin = "BEGIN IMMEDIATE"
    case commit = "COMMIT"
    case rollBack = "ROLLBACK"
}
