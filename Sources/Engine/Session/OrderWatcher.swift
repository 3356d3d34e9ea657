import Desk
import Trading

/// How often the books are read.
public struct WatchIntervals: Sendable {
    public var poll: Duration = .seconds(1)
    public var positions: Duration = .seconds(5)
    public var idle: Duration = .seconds(15)

    public init() {}

    /// The order book's pace when nothing is left of the shared part of the budget; never slower.
    static let stretched: Duration = .seconds(3)
    /// The least time between two reads of one book, whatever asks for them.
    static let spacing: Duration = .milliseconds(200)
}

/// Step 6: when each of the broker's books is to be read. Push comes first; polling repairs what it missed, and both feed
/// the desk's one reducer. One read of a book at a time.
struct OrderWatcher: Sendable {
    private struct Book: Sendable {
        var lastBegan: Timestamp?
        var isWanted = true
        var isUnderWay = false
    }

    private var books: [BookKind: Book] = [:]
    private(set) var failuresInARow = 0
    private(set) var failingSince: Timestamp?

    init() {
        for kind in BookKind.allCases { books[kind] = Book() }
    }

    /// Asks for a read soon, out of turn.
    mutating func want(_ kind: BookKind) { books[kind]?.isWanted = true }

    func isDue(_ kind: BookKind, every interval: Duration?, at now: Timestamp) -> Bool {
        guard let book = books[kind], !book.isUnderWay else { return false }
        guard let last = book.lastBegan else { return true }
        if book.isWanted, now - last >= WatchIntervals.spacing { return true }
        return interval.map { now - last >= $0 } ?? false
    }

    /// The read waits in its lane: it is asked for once.
    mutating func queued(_ kind: BookKind) { books[kind]?.isUnderWay = true }

    /// The read's first byte goes out: what happens from here on may be missing in it.
    mutating func began(_ kind: BookKind, at now: Timestamp) {
        books[kind]?.isWanted = false
        books[kind]?.lastBegan = now
    }

    mutating func ended(_ kind: BookKind, failed: Bool, at now: Timestamp) {
        books[kind]?.isUnderWay = false
        failuresInARow = failed ? failuresInARow + 1 : 0
        failingSince = failed ? failingSince ?? now : nil
    }
}
