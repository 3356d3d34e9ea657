/// Each limit by its code: the reason code of what it blocks, its key in the configuration, its name in `GET /v1/risk`.
/// Stored and never reworded.
public enum LimitKind: String, Hashable, Sendable, CaseIterable {
    case restricted
    case notAllowed = "not_allowed"
    case tradingHours = "trading_hours"
    case expiryDay = "expiry_day"
    case selfCrossing = "self_crossing"
    case orderQuantity = "order_quantity"
    case orderValue = "order_value"
    case priceCollar = "price_collar"
    case openOrders = "open_orders"
    case ordersPerSecond = "orders_per_second"
    case ordersPerMinute = "orders_per_minute"
    case ordersPerDay = "orders_per_day"
    case repeatedOrders = "repeated_orders"
    case instrumentPosition = "instrument_position"
    case strategyPosition = "strategy_position"
    case grossExposure = "gross_exposure"
    case freeMargin = "free_margin"
    case ordersOut = "orders_out"

    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case units, orders, rupees, percent
    }

    /// What its figures are counted in; nil where it is on or off.
    public var unit: Unit? {
        switch self {
        case .orderQuantity, .instrumentPosition, .strategyPosition: .units
        case .orderValue, .grossExposure, .freeMargin: .rupees
        case .priceCollar: .percent
        case .openOrders, .ordersPerSecond, .ordersPerMinute, .ordersPerDay, .repeatedOrders, .ordersOut: .orders
        case .restricted, .notAllowed, .tradingHours, .expiryDay, .selfCrossing: nil
        }
    }

    /// Its key below `clients[].risk.limits`.
    public var key: String { self == .notAllowed ? "allowed" : rawValue }

    public enum ScopeWord: String, Hashable, Sendable, CaseIterable {
        case client, strategy, instrument
    }

    /// Where it can be set.
    public var scopes: [ScopeWord] {
        switch self {
        case .orderQuantity, .orderValue, .priceCollar, .openOrders, .ordersPerSecond, .ordersPerMinute, .ordersPerDay:
            [.client, .strategy, .instrument]
        case .repeatedOrders, .strategyPosition, .grossExposure: [.client, .strategy]
        case .instrumentPosition: [.client, .instrument]
        case .restricted, .notAllowed, .tradingHours, .expiryDay, .selfCrossing, .freeMargin, .ordersOut: [.client]
        }
    }

    /// Whether the narrowest value alone holds for an order. Of the others each scope has its own count, and all hold.
    public var isReplacedByNarrower: Bool {
        switch self {
        case .orderQuantity, .orderValue, .priceCollar, .repeatedOrders, .instrumentPosition, .strategyPosition: true
        default: false
        }
    }

    /// What it holds back, in a sentence.
    public var meaning: String {
        switch self {
        case .restricted:
            "What must not be traded: exchanges, underlyings or symbols (`MCX`, `BANKNIFTY`, `NSE:ACC-EQ`)."
        case .notAllowed: "What alone may be traded, written in the same way."
        case .tradingHours: "Whether orders outside the sessions of their exchange are blocked, by the `calendar`."
        case .expiryDay: "Whether orders in contracts that expire on the same day are blocked."
        case .selfCrossing: "Whether an order that could trade against an own resting one is blocked."
        case .orderQuantity: "The most units of one order."
        case .orderValue: "The most that one order may be worth: its quantity at its price, or at the last one."
        case .priceCollar: "How far an order's price or trigger may lie from the last price, to either side."
        case .openOrders: "The most orders that may be open at once, those that wait or are unconfirmed included."
        case .ordersPerSecond: "The most orders in any second."
        case .ordersPerMinute: "The most orders in any minute."
        case .ordersPerDay: "The most orders in a trading day, but for those that never left."
        case .repeatedOrders:
            "The most identical orders of a strategy within `repeated_within`; one more halts the strategy until a person resumes it."
        case .instrumentPosition:
            "The most units of one instrument that all strategies may hold together, long or short, open orders counted."
        case .strategyPosition:
            "The most units that a strategy may hold of one instrument and product, open orders counted."
        case .grossExposure: "What all that is held cost and all that is open is worth, long and short added up."
        case .freeMargin:
            "The least margin that must be free at the broker, by its `Limits`, before an order goes: read again after each order that adds risk, and while it is not known orders wait 3 s and end `DATA_STALE` (`margin_unknown`)."
        case .ordersOut:
            "Whether trading halts for the client at the first order that would leave without a command of its own."
        }
    }
}

extension LimitKind {
    /// Those that compare one number with another, in the order in which they are asked.
    static let counted: [LimitKind] = [
        .orderQuantity, .orderValue, .openOrders, .ordersPerSecond, .ordersPerMinute, .ordersPerDay,
        .instrumentPosition, .strategyPosition, .grossExposure,
    ]
}
