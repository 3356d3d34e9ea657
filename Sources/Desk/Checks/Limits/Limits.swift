public import Trading

/// The limits of one scope; nil is no limit.
public struct Limits: Hashable, Sendable {
    public var orderQuantity: Int?
    public var orderValue: Money?
    /// In hundredths of a percent.
    public var priceCollar: Int?
    public var openOrders: Int?
    public var ordersPerSecond: Int?
    public var ordersPerMinute: Int?
    public var ordersPerDay: Int?
    public var repeatedOrders: Int?
    public var instrumentPosition: Int?
    public var strategyPosition: Int?
    public var grossExposure: Money?
    /// The least that must be free.
    public var freeMargin: Money?

    public init() {}

    public static let none = Limits()
}

/// All limits of a client: its own, and those that a strategy or an instrument has beside or in place of them.
public struct LimitSettings: Hashable, Sendable {
    public var client = Limits.none
    public var strategies: [StrategyName: Limits] = [:]
    public var instruments: [Instrument: Limits] = [:]
    public var repeatedWithin: Duration = .seconds(10)
    public var haltsOnOrdersOut = false
    public var blocksSelfCrossing = false
    public var holdsToTradingHours = false
    public var avoidsExpiryDay = false
    public var restricted: Set<String> = []
    /// Empty: everything that is not restricted.
    public var allowed: Set<String> = []

    public init() {}

    /// Whether there is any: without one nothing is counted.
    public var isEmpty: Bool { self == Self.off }

    private static let off: LimitSettings = {
        var settings = LimitSettings()
        settings.repeatedWithin = .seconds(10)
        return settings
    }()

    /// The narrowest value for an order, and where it stands.
    func narrowest<Value>(_ limit: KeyPath<Limits, Value?>, for command: OrderCommand) -> (Value, LimitScope)? {
        if let value = instruments[command.instrument]?[keyPath: limit] {
            return (value, .instrument(command.instrument))
        }
        if let value = strategies[command.strategy]?[keyPath: limit] { return (value, .strategy(command.strategy)) }
        return client[keyPath: limit].map { ($0, .client) }
    }
}

/// Whom a limit holds for.
public enum LimitScope: Hashable, Sendable {
    case client
    case strategy(StrategyName)
    case instrument(Instrument)

    public var word: LimitKind.ScopeWord {
        switch self {
        case .client: .client
        case .strategy: .strategy
        case .instrument: .instrument
        }
    }

    /// The strategy's or instrument's name.
    public var name: String? {
        switch self {
        case .client: nil
        case .strategy(let name): name.text
        case .instrument(let instrument): instrument.description
        }
    }
}

extension LimitScope: CustomStringConvertible {
    public var description: String { name.map { "\(word.rawValue) \($0)" } ?? word.rawValue }
}
