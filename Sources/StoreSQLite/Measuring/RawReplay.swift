import GRDB
import GRDBSQLite

/// Writes a recording into a fresh store through SQLite's C interface alone: statements prepared once, values bound as they
/// lie, the store's own pragmas. What this takes is what the disk and SQLite take.
package struct RawReplay {
    private let recorded: CommitRecording.Recorded

    package init(_ recording: CommitRecording) { recorded = recording.all }

    /// How long the commits took, one after the other.
    package func run(at path: String) throws -> Duration {
        try StoreSQLite.open(path: path).close()
        var opened: OpaquePointer?
        defer { sqlite3_close(opened) }
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK, let db = opened else {
            throw DatabaseError(message: "\(path) cannot be opened")
        }
        for pragma in [Pragma.setSynchronousFull, .setForeignKeys] {
            try check(sqlite3_exec(db, pragma.rawValue, nil, nil, nil), db)
        }
        let begin = try prepared(TransactionStatement.begin.rawValue, db)
        let commit = try prepared(TransactionStatement.commit.rawValue, db)
        let statements = try recorded.statements.map { try prepared($0, db) }
        defer { for statement in statements + [begin, commit] { sqlite3_finalize(statement) } }
        return try recorded.bytes.withUnsafeBytes { texts in
            try ContinuousClock().measure {
                for steps in recorded.commits {
                    try run(begin, db)
                    for step in steps {
                        bind(step.values, of: texts, to: statements[step.statement])
                        try run(statements[step.statement], db)
                    }
                    try run(commit, db)
                }
            }
        }
    }

    private func prepared(_ sql: String, _ db: OpaquePointer) throws -> OpaquePointer {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v3(db, sql, -1, CUnsignedInt(SQLITE_PREPARE_PERSISTENT), &statement, nil), db)
        guard let statement else { throw DatabaseError(message: "an empty statement") }
        return statement
    }

    private func run(_ statement: OpaquePointer, _ db: OpaquePointer) throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { return try check(code, db) }
        sqlite3_reset(statement)
    }

    /// The texts outlive the step, so SQLite need not copy.
    private func bind(_ values: [RecordedValue], of texts: UnsafeRawBufferPointer, to statement: OpaquePointer) {
        for (value, number) in zip(values, CInt(1)...) {
            switch value {
            case .null: sqlite3_bind_null(statement, number)
            case .integer(let integer): sqlite3_bind_int64(statement, number, integer)
            case .text(let range):
                let start = texts.baseAddress.map { ($0 + range.lowerBound).assumingMemoryBound(to: CChar.self) }
                sqlite3_bind_text(statement, number, start, CInt(range.count), nil)
            }
        }
    }

    private func check(_ code: CInt, _ db: OpaquePointer) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(db)))
    }
}
