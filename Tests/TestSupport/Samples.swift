public import Desk
public import Trading

extension Timestamp {
    /// Monday, 23 November 2026, 09:30 in Asia/Kolkata: an ordinary moment of an ordinary trading day.
    public static let sample = Timestamp(microseconds: 1_795_406_400_000_000)
}

extension CommandID {
    /// The id that the `number`-th input of a test brings.
    public static func sample(_ number: Int = 1, at time: Timestamp = .sample) -> CommandID {
        CommandID(milliseconds: time.milliseconds, entropy: UInt128(number) << 8)
    }
}

extension ClientID {
    public static let sample: ClientID = "FA00001"
}

extension StrategyName {
    public static let sample: StrategyName = "alpha"
    public static let other: StrategyName = "beta"
}

extension Instrument {
    public static let sample = Instrument("NFO", "BANKNIFTY29DEC26F")
    public static let other = Instrument("NFO", "NIFTY29DEC26F")
}

extension PositionKey {
    public static let sample = PositionKey(.sample, .margin)
    public static let other = PositionKey(.other, .margin)
}

extension Price {
    /// Whole rupees.
    public static func rupees(_ rupees: Int64) -> Price { Price(tenThousandths: rupees * 10_000) }
}

extension Money {
    public static func rupees(_ rupees: Int64) -> Money { Money(tenThousandths: rupees * 10_000) }
    public static let paisa = Money(tenThousandths: 100)
}

extension DeskSettings {
    /// The contract's defaults and a day's loss of at most 5000 rupees.
    public static func sample(_ change: (inout DeskSettings) -> Void = { _ in }) -> DeskSettings {
        var settings = DeskSettings()
        settings.baseMaxLoss = .rupees(5000)
        change(&settings)
        return settings
    }
}

extension DeskSettings {
    /// Orders that have ended are packed as soon as can be, or never.
    public static func sample(packing packs: Bool) -> DeskSettings {
        .sample { settings in
            settings.closedStay = packs ? .zero : .seconds(1_000_000_000)
            settings.mostClosed = .max
        }
    }
}

extension Desk {
    /// A desk that knows of nothing.
    public static func sample(_ settings: DeskSettings = .sample()) -> Desk {
        Desk(client: .sample, settings: settings)
    }
}

extension Alert {
    /// An entry of one leg that passes every check. Without content hash, it is a repeat of nothing.
    public static func sample(
        _ type: ExecutionType = .entry,
        strategy: StrategyName = .sample,
        key: String? = nil,
        content: String = "",
        signalledAt: Timestamp? = nil,
        test: TestOutcome? = nil,
        legs: [Leg] = [.sample()],
        problems: [FieldProblem] = []
    ) -> Alert {
        Alert(
            source: .webhook,
            strategy: strategy,
            executionType: type,
            idempotencyKey: key,
            contentHash: content,
            request: "{}",
            signalledAt: signalledAt,
            test: test,
            legs: legs,
            problems: problems
        )
    }

    /// An exit of everything that the strategy holds in the sample instrument, at the market.
    public static func exit(_ legs: [Leg] = [.exit()], strategy: StrategyName = .sample) -> Alert {
        .sample(.exit, strategy: strategy, legs: legs)
    }
}

extension Alert.Leg {
    /// 100 units at the market.
    public static func sample(
        _ side: Side? = .buy,
        _ quantity: Int? = 100,
        of position: PositionKey = .sample,
        type: OrderType = .market,
        price: Price = .zero,
        trigger: Price = .zero,
        protection: Protection = .none,
        index: Int = 0
    ) -> Alert.Leg {
        Alert.Leg(
            index: index,
            exchange: position.instrument.exchange,
            symbol: position.instrument.symbol,
            product: position.product,
            side: side,
            quantity: quantity,
            type: type,
            price: price,
            triggerPrice: trigger,
            protection: protection
        )
    }

    /// Nothing named but the symbol.
    public static func exit(
        _ quantity: Int? = nil,
        of instrument: Instrument = .sample,
        exchange: Exchange? = nil,
        product: Product? = nil,
        type: OrderType = .market,
        price: Price = .zero,
        trigger: Price = .zero,
        index: Int = 0
    ) -> Alert.Leg {
        Alert.Leg(
            index: index,
            exchange: exchange,
            symbol: instrument.symbol,
            product: product,
            side: nil,
            quantity: quantity,
            type: type,
            price: price,
            triggerPrice: trigger
        )
    }
}

extension OrderCommand {
    public static func sample(
        _ number: Int = 1,
        _ executionType: ExecutionType = .entry,
        side: Side = .buy,
        quantity: Int = 100,
        type: OrderType = .market,
        price: Price = .zero,
        trigger: Price = .zero,
        protection: Protection = .none
    ) -> OrderCommand {
        OrderCommand(
            id: .sample(number),
            client: .sample,
            group: GroupID(.sample(number)),
            leg: 1,
            source: .webhook,
            strategy: .sample,
            executionType: executionType,
            instrument: .sample,
            product: .margin,
            side: side,
            reduces: executionType == .exit,
            type: type,
            quantity: quantity,
            askedQuantity: quantity,
            price: price,
            triggerPrice: trigger,
            protection: protection
        )
    }
}

extension Fill {
    public static func sample(
        _ id: FillID = "F1",
        of number: BrokerOrderID = "N1",
        _ quantity: Int = 100,
        at price: Price = .rupees(100)
    ) -> Fill {
        Fill(
            id: id,
            brokerOrderID: number,
            exchange: "NFO",
            tradingDay: TradingDay(.sample),
            quantity: quantity,
            price: price,
            at: .sample
        )
    }
}

extension Reason {
    public static let sample = Reason(.notSent, code: "sample", "for a test")
}

/// Chance from a seed (SplitMix64), so that a case that failed can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x2545_F491_4F6C_DD1D &+ 1 }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension LimitSettings {
    /// Every limit that counts, none so tight that nothing passes.
    public static let sample: LimitSettings = {
        var settings = LimitSettings()
        settings.client.orderQuantity = 1000
        settings.client.openOrders = 6
        settings.client.ordersPerSecond = 4
        settings.client.ordersPerMinute = 40
        settings.client.ordersPerDay = 200
        settings.client.repeatedOrders = 8
        settings.client.instrumentPosition = 500
        settings.client.strategyPosition = 300
        settings.client.grossExposure = .rupees(10_000_000)
        settings.haltsOnOrdersOut = true
        settings.blocksSelfCrossing = true
        return settings
    }()
}
