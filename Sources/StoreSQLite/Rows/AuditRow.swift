import Desk
import Trading

/// One row of `audit`; the statement numbers it.
enum AuditRow {
    static func add(_ entry: AuditEntry, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(entry.at.microseconds)
        values.add(entry.by)
        values.add(entry.action.rawValue)
        values.add(entry.detail)
    }
}
