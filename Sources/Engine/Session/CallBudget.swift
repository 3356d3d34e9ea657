import DequeModule
import Trading

/// How many calls one broker account allows; the broker's to change, so data.
public struct CallLimits: Sendable {
    public var ordersPerSecond = 10
    public var callsPerSecond = 10
    public var callsPerMinute = 120

    public init() {}
}

/// One budget for all calls of an account, holding over any sliding window.
///
/// Windows are 5 % longer than the broker's, since its clock and ours do not tick together. Of the minute a part is
/// kept for cancels and exits and a part for books; entries and the rest share what remains.
struct CallBudget: Sendable {
    enum Use: Sendable, CaseIterable {
        /// Cancels and exits.
        case urgent
        case books
        /// Entries and everything else.
        case shared
    }

    private let limits: CallLimits
    private let reserve: Int
    private var second = Window(length: .milliseconds(1050))
    private var ordersInSecond = Window(length: .milliseconds(1050))
    private var minute: [Use: Window] = [:]

    /// After a start half the minute counts as used: nobody knows what was called before it.
    init(_ limits: CallLimits, startingAt now: Timestamp) {
        self.limits = limits
        reserve = min(20, limits.callsPerMinute / 6)
        for use in Use.allCases {
            let unknown = use == .shared ? limits.callsPerMinute / 2 : 0
            minute[use] = Window(length: .seconds(63), presumed: unknown, at: now)
        }
    }

    /// Whether a call may leave now.
    mutating func allows(_ use: Use, isOrder: Bool, at now: Timestamp) -> Bool {
        guard second.count(at: now) < limits.callsPerSecond else { return false }
        guard !isOrder || ordersInSecond.count(at: now) < limits.ordersPerSecond else { return false }
        return used(use, at: now) < (use == .shared ? 0 : reserve) || hasSharedLeft(at: now)
    }

    mutating func note(_ use: Use, isOrder: Bool, at now: Timestamp) {
        second.note(now)
        if isOrder { ordersInSecond.note(now) }
        minute[use]?.note(now)
    }

    /// Whether anything is left of the part that nobody has reserved.
    mutating func hasSharedLeft(at now: Timestamp) -> Bool {
        let beyond = max(0, used(.urgent, at: now) - reserve) + max(0, used(.books, at: now) - reserve)
        return used(.shared, at: now) + beyond < limits.callsPerMinute - 2 * reserve
    }

    mutating func figures(at now: Timestamp) -> [BudgetFigures] {
        [
            BudgetFigures(window: "second", used: second.count(at: now), limit: limits.callsPerSecond),
            BudgetFigures(
                window: "second_orders",
                used: ordersInSecond.count(at: now),
                limit: limits.ordersPerSecond
            ),
            BudgetFigures(
                window: "minute",
                used: Use.allCases.reduce(0) { $0 + used($1, at: now) },
                limit: limits.callsPerMinute
            ),
        ]
    }

    private mutating func used(_ use: Use, at now: Timestamp) -> Int { minute[use]?.count(at: now) ?? 0 }
}

/// The times of the calls in a sliding window, with some that are only presumed.
private struct Window: Sendable {
    let length: Duration
    private var times: Deque<Timestamp> = []
    private var presumed: Int
    private let presumedAt: Timestamp

    init(length: Duration, presumed: Int = 0, at now: Timestamp = Timestamp(microseconds: 0)) {
        self.length = length
        self.presumed = presumed
        presumedAt = now
    }

    mutating func note(_ time: Timestamp) { times.append(time) }

    mutating func count(at now: Timestamp) -> Int {
        while let first = times.first, now - first >= length { times.removeFirst() }
        if now - presumedAt >= length { presumed = 0 }
        return times.count + presumed
    }
}
