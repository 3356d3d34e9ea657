import Desk
import GRDB
import Trading

/// One row of `groups`. Which orders a group has follows from theirs.
enum GroupRow {
    static func add(_ group: Group, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(group.id.description)
        values.add(group.source.rawValue)
        values.add(group.idempotencyKey)
        values.add(group.contentHash)
        values.add(group.request)
        values.add(group.receivedAt.microseconds)
    }

    static func group(_ row: Row, commands: [CommandID]) throws -> Group {
        Group(
            id: try row.read("group_id") { GroupID($0) },
            source: try row.read("source") { Source(rawValue: $0) },
            idempotencyKey: row["idempotency_key"],
            contentHash: row["content_hash"],
            request: row["request"],
            receivedAt: row.time("received_at"),
            commands: commands
        )
    }
}
