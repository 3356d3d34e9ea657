import Desk
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
}
