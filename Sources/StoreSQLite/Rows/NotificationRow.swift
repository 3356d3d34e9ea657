import Desk
import Trading

/// One row of `notifications`; the statement numbers it.
enum NotificationRow {
    static func values(of notification: Notification, client: ClientID) -> Values {
        var values = Values(capacity: 6)
        values.add(client.text)
        values.add(notification.kind.rawValue)
        values.add(notification.severity.rawValue)
        values.add(notification.text)
        values.add(notification.command?.description)
        values.add(notification.at.microseconds)
        return values
    }
}
