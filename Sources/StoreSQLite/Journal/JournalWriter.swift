import Engine
import GRDB
import GRDBSQLite

/// Runs a commit's statements: prepared once for the life of the connection, their values bound where they lie.
struct JournalWriter: ~Copyable {
    private let db: Database
    private var values = Values()

    init(_ db: Database) { self.db = db }

    /// Runs `statement` once for each element, with the values that `add` lays out.
    mutating func run<Elements: Sequence>(
        _ statement: JournalStatement,
        for elements: Elements,
        _ add: (Elements.Element, inout Values) -> Void
    ) throws {
        var prepared: Statement?
        for element in elements {
            let statement = try prepared ?? db.cachedStatement(sql: statement.rawValue)
            prepared = statement
            values.removeAll()
            add(element, &values)
            try run(statement.sqliteStatement)
        }
    }

    /// How many rows the last statement wrote.
    var rowsWritten: Int { Int(sqlite3_changes(db.sqliteConnection)) }

    private func run(_ statement: OpaquePointer) throws {
        let code = values.texts.withUnsafeBytes { texts in
            for (value, number) in zip(values.list, CInt(1)...) {
                switch value {
                case .null: sqlite3_bind_null(statement, number)
                case .integer(let integer): sqlite3_bind_int64(statement, number, integer)
                case .text(let range):
                    let text = texts.baseAddress.map { ($0 + range.lowerBound).assumingMemoryBound(to: CChar.self) }
                    sqlite3_bind_text(statement, number, text, CInt(range.count), nil)
                }
            }
            let code = sqlite3_step(statement)
            // What was bound is not copied: the statement must not outlive it.
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            return code
        }
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            let message = String(cString: sqlite3_errmsg(db.sqliteConnection))
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
}

extension Database {
    /// One transaction, durable on return; all of `work` or nothing of it. Returns how long the commit itself took.
    func inOneCommit(_ work: () throws -> Void) throws -> Duration {
        try cachedStatement(sql: TransactionStatement.begin.rawValue).execute()
        do {
            try work()
            CrashPoint.rowsWritten.reach()
            let written = ContinuousClock.now
            try cachedStatement(sql: TransactionStatement.commit.rawValue).execute()
            return .now - written
        } catch {
            // SQLite may have taken the transaction back by itself: a full disk, a lost lock.
            if isInsideTransaction { try cachedStatement(sql: TransactionStatement.rollBack.rawValue).execute() }
            throw error
        }
    }
}
