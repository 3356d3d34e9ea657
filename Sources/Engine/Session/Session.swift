import Desk
import Trading

/// Where one client's session with its broker stands, and whether its books are known since it began.
struct Session: Sendable {
    enum Standing: Hashable, Sendable {
        /// No session; the next login is due at `retryAt`.
        case away(retryAt: Timestamp)
        case loggingIn
        case live(since: Timestamp)
        /// The broker refused the login: nothing is tried again until a person has seen to it.
        case refused(String)
    }

    private(set) var standing: Standing
    private var failures = 0
    /// How many sessions in a row ended soon after they began.
    private(set) var shortSessions = 0
    /// Books that have not been read since the session began.
    private(set) var pendingBooks = Set(BookKind.allCases)
    /// The books were known once since the start: from then on exits may pass.
    private(set) var hasOpened = false

    init(at now: Timestamp) { standing = .away(retryAt: now) }

    var isLive: Bool {
        if case .live = standing { true } else { false }
    }

    /// When the session began; long ago without one.
    var liveSince: Timestamp {
        if case .live(let since) = standing { since } else { Timestamp(microseconds: 0) }
    }

    var isReconciled: Bool { isLive && pendingBooks.isEmpty }

    func isLoginDue(at now: Timestamp) -> Bool {
        if case .away(let retryAt) = standing { now >= retryAt } else { false }
    }

    /// One login at a time, however many wait for it.
    mutating func beginLogin() { standing = .loggingIn }

    mutating func loginEnded(_ answer: LoginAnswer, at now: Timestamp) {
        switch answer {
        case .loggedIn:
            failures = 0
            standing = .live(since: now)
            pendingBooks = Set(BookKind.allCases)
        case .refused(let text): standing = .refused(text)
        case .unreachable:
            failures += 1
            standing = .away(retryAt: now + Self.pause(after: failures))
        }
    }

    /// A call that began at `began` was told that the session is over. A session begun since then is another one.
    mutating func expired(callBegan began: Timestamp, at now: Timestamp) {
        guard case .live(let since) = standing, began >= since else { return }
        // A session that ends soon after it began was taken over by another login: going on at once would fight it.
        shortSessions = now - since < .seconds(60) ? shortSessions + 1 : 0
        let pauses: [Duration] = [.zero, .seconds(5), .seconds(15), .seconds(60)]
        standing = .away(retryAt: now + pauses[min(shortSessions, 3)])
    }

    /// A read of an earlier session says nothing of this one.
    ///
    /// `owing`: the order book speaks of fills that are not known yet; the trade book is needed once more.
    mutating func bookKnown(_ kind: BookKind, began: Timestamp, owing: Bool = false) {
        guard case .live(let since) = standing, began >= since else { return }
        pendingBooks.remove(kind)
        if owing { pendingBooks.insert(.trades) }
        if pendingBooks.isEmpty { hasOpened = true }
    }

    var isUnreachable: Bool { failures > 0 }

    static func pause(after failures: Int) -> Duration {
        [.seconds(1), .seconds(2), .seconds(5), .seconds(10)][min(max(failures, 1), 4) - 1]
    }
}
