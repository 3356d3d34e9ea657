import DequeModule
import Desk
import Trading

/// What waits to be stepped. Answers, fills, cancels, exits and halts have their own queue and go first; only entries
/// are bounded.
struct Inbox: Sendable {
    struct Item: Sendable {
        let client: ClientID
        let input: DeskInput
        /// How it was stepped for a commit that may happen although it failed: stepped again, it makes the same orders.
        var first: (id: CommandID, at: Timestamp)?
        let reply: CheckedContinuation<Result<DeskReply, IntakeRefusal>, Never>?

        init(
            _ client: ClientID,
            _ input: DeskInput,
            reply: CheckedContinuation<Result<DeskReply, IntakeRefusal>, Never>? = nil
        ) {
            self.client = client
            self.input = input
            self.reply = reply
        }

        var isEntry: Bool {
            if case .alert(let alert) = input { alert.executionType != .exit } else { false }
        }
    }

    static let entryBound = 1000
    /// A batch is one transaction: large enough to share its fsync widely, small enough to stay prompt.
    static let batchBound = 256

    private var urgent: Deque<Item> = []
    private var entries: Deque<Item> = []

    var waitingEntries: Int { entries.count }
    var waitingUrgent: Int { urgent.count }
    var isEmpty: Bool { urgent.isEmpty && entries.isEmpty }

    /// False when the inbox is full for this item.
    mutating func add(_ item: Item) -> Bool {
        guard item.isEntry else {
            urgent.append(item)
            return true
        }
        guard entries.count < Self.entryBound else { return false }
        entries.append(item)
        return true
    }

    /// Puts back what could not be stored yet, in front and in order.
    mutating func putBack(_ items: [Item]) { urgent.insert(contentsOf: items, at: urgent.startIndex) }

    mutating func takeBatch(of count: Int) -> [Item] {
        var batch: [Item] = []
        while batch.count < count, let item = urgent.popFirst() ?? entries.popFirst() { batch.append(item) }
        return batch
    }

    /// Whether there is something that nobody waits for an answer to: word from the broker, or from a lane.
    var hasWord: Bool { urgent.contains { $0.reply == nil } }

    mutating func takeWord(of count: Int) -> [Item] {
        let words = urgent.filter { $0.reply == nil }.prefix(count)
        var left = words.count
        urgent.removeAll { item in
            guard item.reply == nil, left > 0 else { return false }
            left -= 1
            return true
        }
        return Array(words)
    }

    mutating func takeAll() -> [Item] {
        defer { (urgent, entries) = ([], []) }
        return Array(urgent) + Array(entries)
    }
}
