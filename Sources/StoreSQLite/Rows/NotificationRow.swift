import Desk
import Engine
import GRDB
import Trading

/// One row of `notifications`; the statement numbers it.
enum NotificationRow {
    static func add(_ notification: Notification, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(notification.kind.rawValue)
        values.add(notification.severity.rawValue)
        values.add(notification.text)
        values.add(notification.command?.description)
        values.add(notification.at.microseconds)
    }

    static func notification(_ row: Row) throws -> Notification {
        Notification(
            kind: try row.read("kind") { Notification.Kind(rawValue: $0) },
            severity: try row.read("severity") { Notification.Severity(rawValue: $0) },
            text: row["text"],
            command: try row.readIfAny("command_id") { CommandID($0) },
            at: row.time("at")
        )
    }
}
