public import Desk

/// Where exits are written down while the store cannot be: they must not wait for a disk.
///
/// Of the changes it keeps events, groups and notifications: rows follow from them.
public protocol EmergencyFile: Sendable {
    /// Durable on return. What is not vital leaves room for what is: it is thrown out as `busy` when little is left.
    func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError)
    /// All that was kept and not cleared, in order.
    func contents() async throws(JournalError) -> [DeskChanges]
    /// To be called once the store has all of it.
    func clear() async throws(JournalError)
}
