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
    /// How long a read may take. One that hangs keeps its book from being read again, so not for long.
    static let readDeadline: Duration = .seconds(6)
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
        var failures = 0
        var failingSince: Timestamp?
    }

    private var books: [BookKind: Book] = [:]

    init() {
        for kind in BookKind.allCases { books[kind] = Book() }
    }

    /// Asks for a read soon, out of turn.
    mutating func want(_ kind: BookKind) { books[kind]?.isWanted = true }

    func isDue(_ kind: BookKind, every interval: Duration?, at now: Timestamp) -> Bool {
        guard let book = books[kind], !book.isUnderWay else { return false }
        guard let last = book.lastBegan else { return true }
        // A book that fails is asked for ever more slowly: the calls are needed elsewhere.
        let pause = min(.seconds(3), WatchIntervals.spacing * (1 << min(book.failures, 4)))
        if book.failures > 0, now - last < pause { return false }
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
        guard var book = books[kind] else { return }
        book.isUnderWay = false
        book.failures = failed ? book.failures + 1 : 0
        book.failingSince = failed ? book.failingSince ?? now : nil
        books[kind] = book
    }

    /// Whether a book that entries depend on has not been readable for some time.
    func isBlind(at now: Timestamp) -> Bool {
        [BookKind.orders, .positions].contains { kind in
            guard let book = books[kind], let since = book.failingSince else { return false }
            return book.failures >= 3 && now - since >= .seconds(5)
        }
    }
}
