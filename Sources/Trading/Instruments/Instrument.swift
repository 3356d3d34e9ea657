/// Where an instrument trades: `NSE`, `NFO`, … Books may name more exchanges than orders are taken for.
public struct Exchange: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let code: String

    public init(_ code: String) { self.code = code }

    public var description: String { code }

    /// The exchanges that orders are taken for (`wire/webhook.md`).
    public static let tradable: Set<Exchange> = ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"]

    public static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}

extension Exchange: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { code = value }
}

/// What is traded: the broker's trading symbol at an exchange.
public struct Instrument: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let exchange: Exchange
    public let symbol: String

    public init(_ exchange: Exchange, _ symbol: String) {
        self.exchange = exchange
        self.symbol = symbol
    }

    public var description: String { "\(exchange):\(symbol)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.symbol, left.exchange) < (right.symbol, right.exchange)
    }

    /// The symbol alone: few share one, and every step looks instruments up.
    public func hash(into hasher: inout Hasher) { hasher.combine(symbol) }

    public func _rawHashValue(seed: Int) -> Int { TableHash.of(symbol, seed: seed) }
}
