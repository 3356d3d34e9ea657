import Trading

/// What the risk manager knows beside its day: evidence, neither stored nor undone.
struct RiskManager: Sendable {
    /// The wish to close one position, over the exits that were tried.
    struct Pursuit: Sendable {
        var tries = 0
        var last: Timestamp
    }

    private let includesDelivery: Bool
    /// Nil when never read, or when the last read did not say.
    private(set) var profit: Money?
    /// When the read began that told the profit: its age counts from before the question was asked.
    private(set) var profitBegan: Timestamp?
    var pursuits: [HoldingKey: Pursuit] = [:]
    /// When each order that adds risk was last asked to be cancelled on account of a breach.
    var cancelled: [CommandID: Timestamp] = [:]

    init(_ settings: DeskSettings) { includesDelivery = settings.includesDelivery }

    /// Σ(`rpnl` + `urmtom`) over the position book, delivery left out unless it is to count. One row that does not say
    /// makes the sum unknown, not smaller.
    mutating func take(_ rows: [PositionReport], began: Timestamp) {
        let counted = rows.filter { counts($0.position) }
        let profits = counted.compactMap(\.profit)
        profit = profits.count == counted.count ? profits.reduce(.zero, +) : nil
        profitBegan = began
    }

    /// Whether a position's profit and loss is that of the day, so that a breach closes it.
    func counts(_ position: PositionKey) -> Bool {
        includesDelivery || position.product != .delivery || mutant("flatten-sells-delivery")
    }

    /// What was asked for in a batch that was taken back was not asked.
    mutating func forgetWhatWasAsked() {
        pursuits = [:]
        cancelled = [:]
    }
}
