import Desk
public import Engine
import GRDB
public import Trading

/// Notifications stay where their commit wrote them; what is kept here is how far each reader has come.
extension StoreSQLite: NotificationOutbox {
    public func enrol(_ reader: OutboxReader, since: Timestamp) async throws(JournalError) {
        guard try await place(of: reader) == nil else { return }
        try await write { db in
            try db.cachedStatement(sql: OutboxStatement.enrol.rawValue).execute(
                arguments: [
                    "client": reader.client.text, "channel": reader.channel, "urgency": reader.urgency.rawValue,
                    "since": since.microseconds,
                ]
            )
        }
    }

    public func place(of reader: OutboxReader) async throws(JournalError) -> Int64? {
        try await read { db in try db.place(of: reader) }
    }

    public func newest(of client: ClientID) async throws(JournalError) -> Int64 {
        try await read { db in
            try Int64.fetchOne(
                db.cachedStatement(sql: OutboxStatement.newest.rawValue),
                arguments: [client.text]
            ) ?? 0
        }
    }

    public func notifications(
        for reader: OutboxReader,
        after number: Int64,
        limit: Int
    ) async throws(JournalError) -> [NumberedNotification] {
        try await read { db in
            try Row.fetchAll(
                db.cachedStatement(sql: OutboxStatement.notifications.rawValue),
                arguments: [
                    "client": reader.client.text, "after": number, "critical": reader.urgency == .critical,
                    "limit": limit,
                ]
            ).map { row in NumberedNotification(number: row["id"], notification: try NotificationRow.notification(row))
            }
        }
    }

    public func told(_ reader: OutboxReader, through number: Int64, at: Timestamp) async throws(JournalError) {
        try await write { db in
            let before = try db.place(of: reader) ?? 0
            guard number > before else { return }
            try db.cachedStatement(sql: OutboxStatement.delivered.rawValue).execute(
                arguments: [
                    "client": reader.client.text, "after": before, "through": number, "at": at.microseconds,
                    "critical": reader.urgency == .critical,
                ]
            )
            try db.cachedStatement(sql: OutboxStatement.told.rawValue).execute(
                arguments: [
                    "client": reader.client.text, "channel": reader.channel, "urgency": reader.urgency.rawValue,
                    "through": number, "at": at.microseconds,
                ]
            )
        }
    }
}

extension Database {
    fileprivate func place(of reader: OutboxReader) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(sql: OutboxStatement.place.rawValue),
            arguments: [reader.client.text, reader.channel, reader.urgency.rawValue]
        )
    }
}
