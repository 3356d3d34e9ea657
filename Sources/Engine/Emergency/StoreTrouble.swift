import Desk
import Trading

/// The store cannot be written: what is known of that, and what waits for its end.
struct StoreTrouble {
    let text: String
    let since: Timestamp
    /// Locked or full. Anything else ends with the process: what a failed disk did with a commit is not known.
    private(set) var mayPass: Bool
    /// What happened meanwhile, one batch after the other; committed once the store can be written again.
    private(set) var backlog: [[DeskChanges]] = []
    /// Alerts with a key that came meanwhile: their desk may forget them before the store knows them.
    private var groups: [ClientID: [String: Group]] = [:]
    /// What only the store can answer, and came before anybody was refused.
    var held: [Inbox.Item] = []
    /// It did not answer a question either.
    var isSilent = false
    private(set) var nextTry: Timestamp
    private var pause: Duration = .milliseconds(100)
    /// One of the batches contradicts the store; they are committed one by one.
    private(set) var isSplit = false

    init(_ text: String, mayPass: Bool, at now: Timestamp) {
        self.text = text
        since = now
        self.mayPass = mayPass
        nextTry = now + pause
    }

    func isTryDue(at now: Timestamp) -> Bool { mayPass && now >= nextTry }

    /// A store that failed for good never gets it: its next start does, from the emergency file.
    mutating func add(_ changes: [DeskChanges]) {
        for change in changes {
            for group in change.groups {
                guard let key = group.idempotencyKey else { continue }
                let commands = change.orders.map(\.command).filter { $0.group == group.id }.map(\.id)
                groups[change.client, default: [:]][key] = group.holding(commands)
            }
        }
        if mayPass, !changes.isEmpty { backlog.append(changes) }
    }

    func group(of client: ClientID, key: String) -> Group? { groups[client]?[key] }

    /// The batches of the next try.
    var batches: ArraySlice<[DeskChanges]> { backlog.prefix(isSplit ? 1 : backlog.count) }

    mutating func tried(at now: Timestamp) {
        pause = min(pause * 2, .seconds(1))
        nextTry = now + pause
    }

    mutating func stored(_ count: Int) { backlog.removeFirst(count) }

    mutating func split() { isSplit = true }

    mutating func becomeFinal() {
        mayPass = false
        backlog = []
    }
}

extension Group {
    fileprivate func holding(_ commands: [CommandID]) -> Group {
        Group(
            id: id,
            source: source,
            idempotencyKey: idempotencyKey,
            contentHash: contentHash,
            request: request,
            receivedAt: receivedAt,
            commands: commands
        )
    }
}
