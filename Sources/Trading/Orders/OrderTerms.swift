/// How an order stands at the broker, where that is not how it was asked for.
public struct OrderTerms: Hashable, Sendable {
    public var type: OrderType
    /// Limit price; zero where the type has none.
    public var price: Price
    public var triggerPrice: Price
    /// What they were made from where an order at the market was given a limit; nil where somebody asked for them.
    public var protection: MarketLimit?

    public init(type: OrderType, price: Price, triggerPrice: Price = .zero, protection: MarketLimit? = nil) {
        self.type = type
        self.price = price
        self.triggerPrice = triggerPrice
        self.protection = protection
    }
}

/// What the limit of an order at the market was made from.
public struct MarketLimit: Hashable, Sendable {
    public enum Basis: String, Hashable, Sendable, CaseIterable {
        case opposite, last, trigger
        /// Without a fresh quote; exits only.
        case position = "position_last"
        case stale = "last_known"
    }

    public var basis: Basis
    public var reference: Price
    /// How far the limit was to lie from the reference; 100 is one per cent.
    public var basisPoints: Int
    /// When we received what the reference was taken from.
    public var knownAt: Timestamp

    public init(basis: Basis, reference: Price, basisPoints: Int, knownAt: Timestamp) {
        self.basis = basis
        self.reference = reference
        self.basisPoints = basisPoints
        self.knownAt = knownAt
    }
}
