import Desk
import Engine
import GRDB
import Trading

/// One row of `halts`.
enum HaltRow {
    static func addKey(_ scope: Halt.Scope, client: ClientID, to values: inout Values) {
        values.add(client.text)
        switch scope {
        case .global:
            values.add("global")
            values.add("")
        case .client:
            values.add("client")
            values.add("")
        case .strategy(let name):
            values.add("strategy")
            values.add(name.text)
        }
    }

    static func add(_ halt: Halt, client: ClientID, to values: inout Values) {
        addKey(halt.scope, client: client, to: &values)
        values.add(halt.by)
        values.add(halt.reason)
        values.add(halt.at.microseconds)
    }

    static func halt(_ row: Row) throws -> Halt {
        let scope: Halt.Scope =
            switch row["scope"] as String {
            case "global": .global
            case "client": .client
            case "strategy": .strategy(StrategyName(row["name"]))
            default: throw PayloadError(field: "scope")
            }
        return Halt(scope: scope, by: row["halted_by"], reason: row["reason"], at: row.time("at"))
    }
}
