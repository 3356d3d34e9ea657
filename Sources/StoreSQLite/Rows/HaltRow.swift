import Desk
import Engine
import GRDB
import Trading

/// One row of `halts`.
enum HaltRow {
    static func addKey(_ scope: Halt.Scope, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(scope.word.rawValue)
        values.add(scope.name ?? "")
    }

    static func add(_ halt: Halt, client: ClientID, to values: inout Values) {
        addKey(halt.scope, client: client, to: &values)
        values.add(halt.mode.rawValue)
        values.add(halt.by)
        values.add(halt.reason)
        values.add(halt.at.microseconds)
    }

    static func halt(_ row: Row) throws -> Halt {
        guard let word = Halt.Scope.Word(rawValue: row["scope"]), let scope = Halt.Scope(word, name: row["name"]) else {
            throw PayloadError(field: "scope")
        }
        guard let mode = Halt.Mode(rawValue: row["mode"]) else { throw PayloadError(field: "mode") }
        return Halt(scope: scope, mode: mode, by: row["halted_by"], reason: row["reason"], at: row.time("at"))
    }
}
