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

    private static let minuteLength: Duration = .seconds(63)

    private let limits: CallLimits
    private let reserve: Int
    /// When a book was last read on the part that is kept for books. That part is spread over the minute: spent at once, it
    /// would leave nothing to read by for the rest of it.
    private var keptRead: Timestamp?
    private var second = Window(length: .milliseconds(1050))
    private var ordersInSecond = Window(length: .milliseconds(1050))
    private var minute: [Use: Window] = [:]
    /// When the broker last said that a limit of its own was exceeded, how often in a row, and how long it is left alone.
    private var excess: (at: Timestamp, count: Int, pause: Duration)?

    /// After a start half the minute counts as used: nobody knows what was called before it.
    init(_ limits: CallLimits, startingAt now: Timestamp) {
        self.limits = limits
        reserve = min(20, limits.callsPerMinute / 6)
        for use in Use.allCases {
            let unknown = use == .shared ? limits.callsPerMinute / 2 : 0
            minute[use] = Window(length: Self.minuteLength, presumed: unknown, at: now)
        }
    }

    /// Whether a call may leave now.
    mutating func allows(_ use: Use, isOrder: Bool, at now: Timestamp) -> Bool {
        guard !isBackingOff(use, at: now) else { return false }
        guard second.count(at: now) < limits.callsPerSecond else { return false }
        guard !isOrder || ordersInSecond.count(at: now) < limits.ordersPerSecond else { return false }
        let use = part(of: use, at: now)
        return used(use, at: now) < (use == .shared ? 0 : reserve) || hasSharedLeft(at: now)
    }

    /// The broker refused a call because of its own limit: it counts otherwise than we do, or somebody else calls too.
    /// It is left alone, longer each time that it happens within a minute; cancels and exits try again every second.
    mutating func backOff(at now: Timestamp) {
        guard let excess, now - excess.at < .seconds(60) else {
            self.excess = (now, 1, .seconds(1))
            return
        }
        // Calls that were under way when the first was refused say nothing new.
        guard now - excess.at >= .seconds(1) else { return }
        self.excess = (now, excess.count + 1, min(.seconds(15), .seconds(1 << min(excess.count, 4))))
    }

    private func isBackingOff(_ use: Use, at now: Timestamp) -> Bool {
        guard let excess else { return false }
        return now - excess.at < (use == .urgent ? .seconds(1) : excess.pause)
    }

    mutating func note(_ use: Use, isOrder: Bool, at now: Timestamp) {
        second.note(now)
        if isOrder { ordersInSecond.note(now) }
        let part = part(of: use, at: now)
        if part == .books { keptRead = now }
        minute[part]?.note(now)
    }

    /// The part of the minute that a call counts in.
    private func part(of use: Use, at now: Timestamp) -> Use {
        guard use == .books, let keptRead, reserve > 0 else { return use }
        return now - keptRead >= Self.minuteLength / reserve ? .books : .shared
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
