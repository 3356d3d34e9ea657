public import Trading

/// What the account's day has come to as far as risk goes. Durable: a restart takes it up where it was, a new trading day
/// begins another one.
public struct RiskDay: Hashable, Sendable {
    public let day: TradingDay
    public internal(set) var maxLoss: Money
    /// The profit at which entries stop. It never falls within a day.
    public internal(set) var floor: Money
    /// The best and the worst of what was kept, and the last.
    public internal(set) var peak: Money = .zero
    public internal(set) var lowest: Money = .zero
    public internal(set) var profit: Money = .zero
    public internal(set) var warnedAt: Timestamp?
    /// When the floor was reached. For the rest of the day nothing may add risk, whatever the profit does.
    public internal(set) var breachedAt: Timestamp?
    /// How many days in a row ended with a loss before this one.
    public internal(set) var losingDays: Int
    /// The first day on which entries are allowed again after a series of losing days.
    public internal(set) var cooldownUntil: TradingDay?
    public internal(set) var updatedAt: Timestamp

    public init(
        day: TradingDay,
        maxLoss: Money,
        floor: Money? = nil,
        peak: Money = .zero,
        lowest: Money = .zero,
        profit: Money = .zero,
        warnedAt: Timestamp? = nil,
        breachedAt: Timestamp? = nil,
        losingDays: Int = 0,
        cooldownUntil: TradingDay? = nil,
        updatedAt: Timestamp
    ) {
        self.day = day
        self.maxLoss = maxLoss
        self.floor = floor ?? -maxLoss
        self.peak = peak
        self.lowest = lowest
        self.profit = profit
        self.warnedAt = warnedAt
        self.breachedAt = breachedAt
        self.losingDays = losingDays
        self.cooldownUntil = cooldownUntil
        self.updatedAt = updatedAt
    }

    /// Why `next` cannot follow this one within its day; nil when it can.
    public func objection(to next: RiskDay, after kind: RiskEvent.Kind) -> String? {
        if next.floor < floor { return "the floor falls from \(floor) to \(next.floor)" }
        if next.peak < peak { return "the peak falls from \(peak) to \(next.peak)" }
        if let breachedAt, next.breachedAt != breachedAt { return "the breach is gone" }
        if kind == .breached, next.profit > next.floor { return "\(next.profit) is no breach of \(next.floor)" }
        return nil
    }
}

/// One change of a risk day, and the day as it stands after it. The row of a day is its last event.
public struct RiskEvent: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case began, moved, warned, breached
    }

    public let kind: Kind
    public let day: RiskDay

    public init(_ kind: Kind, _ day: RiskDay) {
        self.kind = kind
        self.day = day
    }
}
