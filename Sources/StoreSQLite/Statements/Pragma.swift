/// What is asked of a database file as such. No client's rows are touched.
enum Pragma: String, CaseIterable {
    case setSynchronousFull = "PRAGMA synchronous = FULL"
    case synchronous = "PRAGMA synchronous"
    case setForeignKeys = "PRAGMA foreign_keys = ON"
    case setSynchronousOff = "PRAGMA synchronous = OFF"
    case setForeignKeysOff = "PRAGMA foreign_keys = OFF"
    case journalMode = "PRAGMA journal_mode"
    case mark = "PRAGMA application_id"
    case integrity = "PRAGMA integrity_check"
    case tables = "SELECT count(*) FROM sqlite_master"
}
