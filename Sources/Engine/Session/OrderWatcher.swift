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
    /// How long a read may take.
    static let readDeadline: Duration = .seconds(6)
    /// How long a read is waited for before another one of the same book is sent beside it: the first may hang.
    static let readPatience: Duration = .seconds(2)
    /// The least time between two reads of one book, whatever asks for them.
    static let spacing: Duration = .milliseconds(200)
}

/// Step 6: when each of the broker's books is to be read. Push comes first; polling repairs what it missed, and both feed
/// the desk's one reducer. One read of a book at a time, or two where the first does not come back.
struct OrderWatcher: Sendable {
    private struct Book: Sendable {
        var lastBegan: Timestamp?
        var isWanted = true
        /// A read waits in its lane.
        var isQueued = false
        /// When the reads began that have not come back.
        var underWay: [Timestamp] = []
        /// When the newest read began that has come back.
        var newest: Timestamp?
        var failures = 0
        /// How long the last read took.
        var took: Duration = .zero
        var failingSince: Timestamp?
    }

    private var books: [BookKind: Book] = [:]

    init() {
        for kind in BookKind.allCases { books[kind] = Book() }
    }

    /// Asks for a read soon, out of turn.
    mutating func want(_ kind: BookKind) { books[kind]?.isWanted = true }

    func isDue(_ kind: BookKind, every interval: Duration?, at now: Timestamp) -> Bool {
        guard let book = books[kind], !book.isQueued, book.underWay.count < 2 else { return false }
        if let first = book.underWay.first, now - first < max(WatchIntervals.readPatience, book.took * 2) {
            return false
        }
        guard let last = book.lastBegan else { return true }
        // A book that fails is asked for ever more slowly: the calls are needed elsewhere.
        let pause = min(.seconds(3), WatchIntervals.spacing * (1 << min(book.failures, 4)))
        if book.failures > 0, now - last < pause { return false }
        // A long book is not read one time after the other: neither the broker nor we would do anything else.
        let space = min(.seconds(3), max(WatchIntervals.spacing, book.took * 2))
        if book.isWanted, now - last >= space { return true }
        return interval.map { now - last >= $0 } ?? false
    }

    /// The read waits in its lane: it is asked for once.
    mutating func queued(_ kind: BookKind) { books[kind]?.isQueued = true }

    /// The read's first byte goes out: what happens from here on may be missing in it.
    mutating func began(_ kind: BookKind, at now: Timestamp) {
        books[kind]?.isQueued = false
        books[kind]?.isWanted = false
        books[kind]?.lastBegan = now
        books[kind]?.underWay.append(now)
    }

    /// The read that began at `began` has come back. False when a later one came back before it: it is out of date.
    mutating func ended(_ kind: BookKind, began: Timestamp, failed: Bool, at now: Timestamp) -> Bool {
        guard var book = books[kind] else { return false }
        defer { books[kind] = book }
        if let place = book.underWay.firstIndex(of: began) { book.underWay.remove(at: place) }
        if let newest = book.newest, began < newest { return false }
        book.newest = began
        book.took = now - began
        book.failures = failed ? book.failures + 1 : 0
        book.failingSince = failed ? book.failingSince ?? now : nil
        return true
    }

    /// Whether a book that entries depend on has not been readable for some time.
    func isBlind(at now: Timestamp) -> Bool {
        [BookKind.orders, .positions].contains { kind in
            guard let book = books[kind], let since = book.failingSince else { return false }
            return book.failures >= 3 && now - since >= .seconds(5)
        }
    }
}
