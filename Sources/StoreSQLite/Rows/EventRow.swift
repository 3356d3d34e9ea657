import Engine
import GRDB
import JSONText
import Trading

/// One row of `order_events`.
enum EventRow {
    static func values(of event: OrderEvent, client: ClientID) -> Values {
        var values = Values(capacity: 6)
        values.add(client.text)
        values.add(event.command.description)
        values.add(event.sequence)
        values.add(event.at.microseconds)
        values.add(event.fact.kind.rawValue)
        values.add(event.fact.payload)
        return values
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
