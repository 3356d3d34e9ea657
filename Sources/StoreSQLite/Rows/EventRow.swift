import Engine
import GRDB
import JSONText
import Trading

/// One row of `order_events`.
enum EventRow {
    static func add(_ event: OrderEvent, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(event.command.description)
        values.add(event.sequence)
        values.add(event.at.microseconds)
        values.add(event.fact.kind.rawValue)
        values.add(json: { event.fact.writePayload(to: &$0) })
    }

    static func event(_ row: Row) throws -> OrderEvent {
        let kind = try row.read("kind") { OrderFact.Kind(rawValue: $0) }
        return OrderEvent(
            command: try row.read("command_id") { CommandID($0) },
            sequence: row["sequence"],
            at: row.time("at"),
            fact: try OrderFact(kind: kind, payload: try JSONValue.parse(row["payload"] as String))
        )
    }
}
