public import Desk
public import Trading

/// Where notifications wait for the people who are to hear of them. A commit wrote them there, in one transaction with the
/// events that they are about; nothing else does, so that telling people is never on an order's way.
public protocol NotificationOutbox: Sendable {
    /// Makes a place for a reader who is new, behind all that was written before `since`. One who is known keeps theirs.
    func enrol(_ reader: OutboxReader, since: Timestamp) async throws(JournalError)

    /// Up to which notification a reader was told; what was not is told again. Nil for one who was never enrolled.
    func place(of reader: OutboxReader) async throws(JournalError) -> Int64?

    /// The number of a client's newest notification; 0 before the first. Cheap: it is asked all the time.
    func newest(of client: ClientID) async throws(JournalError) -> Int64

    /// What a reader is to be told after the notification `number`, oldest first, at most `limit`.
    func notifications(
        for reader: OutboxReader,
        after number: Int64,
        limit: Int
    ) async throws(JournalError) -> [NumberedNotification]

    /// A reader was told, or need not be told, of everything up to `number`; durable on return. Never moves back.
    func told(_ reader: OutboxReader, through number: Int64, at: Timestamp) async throws(JournalError)
}

/// A notification with its number among its client's: 1, 2, 3, …
public struct NumberedNotification: Hashable, Sendable {
    public let number: Int64
    public let notification: Notification

    public init(number: Int64, notification: Notification) {
        self.number = number
        self.notification = notification
    }
}

/// Somebody who is told of one client's notifications of one urgency, in their order.
public struct OutboxReader: Hashable, Sendable {
    /// What is critical goes first, whatever else waits.
    public enum Urgency: String, Hashable, Sendable, CaseIterable {
        case critical, ordinary
    }

    public let client: ClientID
    /// Names the place where they read, such as `telegram:-1001`.
    public let channel: String
    public let urgency: Urgency

    public init(client: ClientID, channel: String, urgency: Urgency) {
        self.client = client
        self.channel = channel
        self.urgency = urgency
    }
}
