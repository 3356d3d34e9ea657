import Trading

/// The account's profit and loss of the day against its floor: blocker 2A asks it, and the heartbeat watches it.
struct RiskManager: Sendable {
    /// The profit at which entries stop; nil where nothing is at stake.
    let floor: Money?
    private let includesDelivery: Bool
    /// Nil when never read, or when the last read did not say.
    private(set) var profit: Money?
    /// When the read began that told the profit: its age counts from before the question was asked.
    private(set) var profitBegan: Timestamp?
    private var breachReported: TradingDay?

    init(_ settings: DeskSettings) {
        floor = settings.baseMaxLoss.map { -$0 }
        includesDelivery = settings.includesDelivery
    }

    /// Σ(`rpnl` + `urmtom`) over the position book, delivery left out unless it is to count. One row that does not say
    /// makes the sum unknown, not smaller.
    mutating func take(_ rows: [PositionReport], began: Timestamp) {
        let counted = rows.filter { includesDelivery || $0.position.product != .delivery }
        let profits = counted.compactMap(\.profit)
        profit = profits.count == counted.count ? profits.reduce(.zero, +) : nil
        profitBegan = began
    }

    /// The loss that has just reached the floor, once a trading day; nil otherwise.
    mutating func heartbeat(at now: Timestamp) -> (profit: Money, floor: Money)? {
        guard let floor, let profit, profit <= floor, breachReported != TradingDay(now) else { return nil }
        breachReported = TradingDay(now)
        return (profit, floor)
    }

    /// The report was not stored; it is made again.
    mutating func forgetWhatWasTold() { breachReported = nil }
}
