import GRDB
import GRDBSQLite
import Synchronization

/// What a store's writing connection executed, commit by commit, with the values it was given. For `bench`: the same rows
/// in the same commits, written by nothing but SQLite, are the limit that the store is judged by.
package final class CommitRecording: Sendable {
    struct Step: Sendable {
        /// Index in `Recorded.statements`.
        let statement: Int
        let values: [RecordedValue]
    }

    struct Recorded: Sendable {
        var statements: [String] = []
        var commits: [[Step]] = []
        /// All texts, one behind the other.
        var bytes: [UInt8] = []
        fileprivate var indexes: [String: Int] = [:]
        fileprivate var open: [Step] = []
    }

    private let recorded = Mutex(Recorded())

    package init() {}

    package var commits: Int { recorded.withLock { $0.commits.count } }
    /// Rows inserted, updated and deleted.
    package var rows: Int { recorded.withLock { $0.commits.reduce(0) { $0 + $1.count } } }

    var all: Recorded { recorded.withLock { $0 } }

    /// Every row of every table takes the way of a traced statement; what triggers and SQLite itself add is not traced.
    fileprivate func note(_ statement: OpaquePointer) {
        guard let written = sqlite3_sql(statement) else { return }
        let sql = String(cString: written)
        if sqlite3_bind_parameter_count(statement) == 0 {
            guard sql.hasPrefix("COMMIT") else { return }
            recorded.withLock { recorded in
                if !recorded.open.isEmpty { recorded.commits.append(recorded.open) }
                recorded.open = []
            }
            return
        }
        guard sqlite3_stmt_readonly(statement) == 0, let expanded = sqlite3_expanded_sql(statement) else { return }
        defer { sqlite3_free(expanded) }
        let text = Array(String(cString: expanded).utf8)
        recorded.withLock { recorded in
            let values = RecordedValue.values(of: Array(sql.utf8), in: text, texts: &recorded.bytes)
            let index = recorded.indexes[sql] ?? recorded.statements.count
            if index == recorded.statements.count {
                recorded.statements.append(sql)
                recorded.indexes[sql] = index
            }
            recorded.open.append(Step(statement: index, values: values))
        }
    }
}

/// A value as it stood in a statement.
enum RecordedValue: Sendable {
    case null
    case integer(Int64)
    /// Where it lies among the recording's bytes.
    case text(Range<Int>)

    /// Finds the values between the words of `template` that its expansion has in place of the marks.
    static func values(of template: [UInt8], in expanded: [UInt8], texts: inout [UInt8]) -> [RecordedValue] {
        var values: [RecordedValue] = []
        var position = 0
        var isQuoted = false
        for byte in template {
            if byte == UInt8(ascii: "'") { isQuoted.toggle() }
            if byte == UInt8(ascii: "?"), !isQuoted {
                values.append(literal(expanded, &position, &texts))
            } else {
                position += 1
            }
        }
        return values
    }

    private static func literal(_ text: [UInt8], _ position: inout Int, _ texts: inout [UInt8]) -> RecordedValue {
        let quote = UInt8(ascii: "'")
        let start = position
        guard text[position] == quote else {
            while position < text.count, text[position].isWordOrSign { position += 1 }
            return Int64(String(decoding: text[start..<position], as: UTF8.self)).map { .integer($0) } ?? .null
        }
        let first = texts.count
        position += 1
        while position < text.count {
            if text[position] == quote {
                position += 1
                guard position < text.count, text[position] == quote else { break }
            }
            texts.append(text[position])
            position += 1
        }
        return .text(first..<texts.count)
    }
}

extension UInt8 {
    fileprivate var isWordOrSign: Bool {
        self == UInt8(ascii: "-") || (0x30...0x39).contains(self) || (0x41...0x5A).contains(self)
    }
}

extension StoreSQLite {
    /// Records what is committed from now on. The recording must outlive the store.
    package func record(into recording: CommitRecording) async throws {
        try await pool.writeWithoutTransaction { db in
            let context = Unmanaged.passUnretained(recording).toOpaque()
            let traced = CUnsignedInt(SQLITE_TRACE_STMT)
            sqlite3_trace_v2(
                db.sqliteConnection,
                traced,
                { _, context, statement, text in
                    guard let context, let statement, let text else { return 0 }
                    // A trigger's own steps come as comments.
                    if text.assumingMemoryBound(to: UInt8.self).pointee == UInt8(ascii: "-") { return 0 }
                    Unmanaged<CommitRecording>.fromOpaque(context).takeUnretainedValue().note(OpaquePointer(statement))
                    return 0
                },
                context
            )
        }
    }

    /// What `synchronous` and `journal_mode` of the writing connection are, as it answers.
    package func durability() async throws -> (synchronous: Int?, journalMode: String?) {
        try await pool.writeWithoutTransaction { db in
            (
                try Int.fetchOne(db, sql: Pragma.synchronous.rawValue),
                try String.fetchOne(db, sql: Pragma.journalMode.rawValue)
            )
        }
    }
}
