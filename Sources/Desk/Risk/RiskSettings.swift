public import Trading

/// What one client's risk manager goes by beside the loss of a day.
public struct RiskSettings: Sendable {
    public enum OnBreach: String, Sendable, CaseIterable {
        /// Nothing adds risk any more; what is held stays.
        case block
        /// And everything that strategies hold is closed, until it is.
        case flatten
    }

    public enum Foreign: String, Sendable, CaseIterable {
        /// What was traded elsewhere is somebody else's to close.
        case leave
        case flatten
    }

    /// After so many losing days in a row, entries are allowed again on the so-many-th trading day after the last one.
    public struct Cooldown: Hashable, Sendable {
        public let afterDays: Int
        public let days: Int

        public init(afterDays: Int, days: Int) {
            self.afterDays = afterDays
            self.days = days
        }
    }

    /// For every full step of peak profit the floor rises by one; nil where it stays.
    public var trailStep: Money?
    /// Percent of the loss at which a person is warned.
    public var warnAt = 80
    public var onBreach: OnBreach = .block
    public var foreign: Foreign = .leave
    public var cooldown: Cooldown?
    /// How long a strategy may not enter after an exit of it was filled; zero where it may at once.
    public var cooldownAfterExit: Duration = .zero

    public init() {}

    /// The first try to close a position is followed by others: after 5 s, 10 s, 20 s, 40 s, then every 60 s; every
    /// 15 minutes while its exchange is closed.
    static func patience(after tries: Int, isOpen: Bool) -> Duration {
        guard isOpen else { return .seconds(900) }
        return .seconds(min(60, 5 << min(max(0, tries - 1), 4)))
    }

    /// More exits than these begin in later heartbeats.
    static let mostExitsAtOnce = 20
    /// From this try on it is critical that a position could not be closed.
    static let criticalTry = 3

    func floor(below peak: Money, maxLoss: Money) -> Money {
        guard let step = trailStep?.tenThousandths, step > 0 else { return -maxLoss }
        let steps = max(0, peak.tenThousandths) / step
        return Money(tenThousandths: steps * step) + -maxLoss
    }

    /// The profit at which a person is warned: so much of the way down to the floor is gone.
    func warning(_ day: RiskDay) -> Money {
        let (most, share) = (Int128(day.maxLoss.tenThousandths), Int128(warnAt))
        let left = most - most * share / 100
        return day.floor + Money(tenThousandths: Int64(clamping: left))
    }
}

extension StrategyName {
    /// Takes over what was traded elsewhere, to close it: nothing is ever sent in the name of `external`.
    public static let flattening: StrategyName = "risk-flatten"
}
