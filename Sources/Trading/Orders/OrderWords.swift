public enum Side: String, Hashable, Sendable, CaseIterable {
    case buy = "BUY"
    case sell = "SELL"

    public var sign: Int { self == .buy ? 1 : -1 }
    public var opposite: Side { self == .buy ? .sell : .buy }

    /// The side that brings a holding of `quantity` towards zero.
    public init(closing quantity: Int) { self = quantity > 0 ? .sell : .buy }
}

/// What a command wants of the strategy's position: open it, close it, or change its size.
public enum ExecutionType: String, Hashable, Sendable, CaseIterable {
    case entry = "ENTRY"
    case exit = "EXIT"
    case adjust = "ADJUST"
}

/// Where a command came from. The same rules hold for all.
public enum Source: String, Hashable, Sendable, CaseIterable {
    case webhook = "WEBHOOK"
    case dashboard = "DASHBOARD"
    case api = "API"
    case cli = "CLI"
    case telegram = "TELEGRAM"
    case strategy = "STRATEGY"
    case system = "SYSTEM"
}

public enum OrderType: String, Hashable, Sendable, CaseIterable {
    case market = "MKT"
    case limit = "LMT"
    case stopLimit = "SL-LMT"
    case stopMarket = "SL-MKT"

    /// Reads every spelling of `wire/webhook.md`.
    public init?(named text: String) {
        switch text.uppercased() {
        case "MKT", "MARKET": self = .market
        case "LMT", "LIMIT": self = .limit
        case "SL", "SL-LMT": self = .stopLimit
        case "SLM", "SL-MKT": self = .stopMarket
        default: return nil
        }
    }

    public var hasLimit: Bool { self == .limit || self == .stopLimit }
    public var hasTrigger: Bool { self == .stopLimit || self == .stopMarket }

    /// How soon an exit of this type is meant to be done: a market order cannot wait behind a resting one.
    public var urgency: Int { self == .market ? 2 : self == .limit ? 1 : 0 }
}

/// How long an order stays at the exchange.
public enum Validity: String, Hashable, Sendable, CaseIterable {
    case day = "DAY"
    case immediateOrCancel = "IOC"
    case endOfSession = "EOS"
}

/// The outcome that a `test_mode` order simulates; no broker is called for it.
public enum TestOutcome: String, Hashable, Sendable, CaseIterable {
    case success = "SUCCESS"
    case failure = "FAILURE"
}

/// A request on a working order whose outcome the broker has not shown yet.
public enum PendingRequest: String, Hashable, Sendable, CaseIterable {
    case cancel
    case modify
}
