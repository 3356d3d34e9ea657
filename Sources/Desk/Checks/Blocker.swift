public import Trading

/// A pre-trade check: lets an order pass, blocks it and says why, or asks it to wait until a moment.
public protocol Blocker: Sendable {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict
}

public enum Verdict: Hashable, Sendable {
    case pass
    case block(Reason)
    /// Undecided until something changes; asked again then, and for the last time at `until`.
    case wait(until: Timestamp)
}

/// What the checks are told: looked up once for an order, so that each check stays a comparison.
public struct Circumstances: Hashable, Sendable {
    public var now: Timestamp
    /// When the order was received: waiting is counted from here.
    public var since: Timestamp
    public var halt: Halt?
    /// The account's profit of the day and when the read that told it began; nil when never read.
    public var profit: Money?
    public var profitBegan: Timestamp?
    /// The broker's books have contradicted themselves for too long.
    public var booksAreImplausible = false
    public var strategyHolds = false
    /// Everything the strategy holds has an exit on its way.
    public var strategyIsClosing = false
    /// An open order of the strategy, outside this alert, that adds risk.
    public var openEntry: CommandID?
    /// Another strategy's holding or order that the policy does not allow beside this one.
    public var conflict: Conflict?
    /// Another open order of the same strategy, instrument and product.
    public var sameInstrument: CommandID?
    /// The profit at which entries stop; nil where nothing is at stake. And what the day has come to.
    public var floor: Money?
    public var riskDay: RiskDay?
    /// When an exit of the strategy was last filled, where that matters.
    public var lastExit: Timestamp?

    /// What the limits compare; nil where there are none.
    var limits: LimitCircumstances?

    public struct Conflict: Hashable, Sendable {
        public var strategy: StrategyName
        /// Signed units: held, or to be traded by `order`.
        public var quantity: Int
        public var order: CommandID?
    }

    public init(now: Timestamp, since: Timestamp) {
        self.now = now
        self.since = since
    }
}

/// The three blockers of step 2 in the seed's order: 2A risk, 2B execution guard, 2C duplicate.
struct Checks: Sendable {
    private let blockers: [any Blocker]

    init(_ settings: DeskSettings) {
        blockers =
            [
                HaltBlocker(),
                StalenessBlocker(limit: settings.maxProfitAge, patience: DeskSettings.waitForData),
            ] + (settings.baseMaxLoss != nil ? [DayLossBlocker(), CooldownBlocker()] : [])
            + (settings.risk.cooldownAfterExit > .zero
                ? [ExitCooldownBlocker(limit: settings.risk.cooldownAfterExit)] : [])
            + Self.limits(settings) + [
                ExecutionGuard(patience: settings.waitForFlat), CrossStrategyBlocker(policy: settings.crossStrategy),
                DuplicateBlocker(),
            ]
    }

    private static func limits(_ settings: DeskSettings) -> [any Blocker] {
        guard !settings.limits.isEmpty else { return [] }
        return [TradableBlocker(), TradingHoursBlocker(), ExpiryDayBlocker(), SelfCrossingBlocker()]
            + LimitKind.counted.map { LimitBlocker(kind: $0) as any Blocker }
            + [PriceCollarBlocker(), UnpricedBlocker(patience: DeskSettings.waitForData)]
            + (settings.limits.client.freeMargin.map { least in
                [FreeMarginBlocker(least: least, patience: DeskSettings.waitForData)]
            } ?? [])
    }

    /// The first refusal in order. A later check's refusal is worth no waiting for an earlier one.
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        var waiting: Verdict?
        for blocker in blockers {
            switch blocker.verdict(on: order, in: circumstances) {
            case .pass: continue
            case .block(let reason): return mutant("checks-wait-first") ? waiting ?? .block(reason) : .block(reason)
            case .wait(let until): if waiting == nil { waiting = .wait(until: until) }
            }
        }
        return waiting ?? .pass
    }
}
