/// One line of the broker's position book: positions of different products never mix.
public struct PositionKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let instrument: Instrument
    public let product: Product

    public init(_ instrument: Instrument, _ product: Product) {
        self.instrument = instrument
        self.product = product
    }

    public var description: String { "\(instrument) \(product)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.instrument, left.product) < (right.instrument, right.product)
    }

    /// The instrument alone: there are but a few products.
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(instrument) }

    @inlinable public func _rawHashValue(seed: Int) -> Int { instrument._rawHashValue(seed: seed) }
}

/// One line of the ownership ledger: what a strategy holds.
public struct HoldingKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let strategy: StrategyName
    public let position: PositionKey

    public init(_ strategy: StrategyName, _ position: PositionKey) {
        self.strategy = strategy
        self.position = position
    }

    public var description: String { "\(strategy) \(position)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.strategy, left.position) < (right.strategy, right.position)
    }

    @inlinable public func _rawHashValue(seed: Int) -> Int {
        strategy._rawHashValue(seed: position._rawHashValue(seed: seed))
    }
}

/// What is held: signed quantity and what the open part of it cost.
public struct Holding: Hashable, Sendable {
    /// Units held; negative when short.
    public private(set) var quantity: Int
    /// |quantity| · average entry price, in 1/10000 rupee.
    public private(set) var cost: Int128

    public static let flat = Holding(quantity: 0, cost: 0)

    public init(quantity: Int, cost: Int128) {
        self.quantity = quantity
        self.cost = cost
    }

    /// Books one fill: the same direction adds cost, the other takes it out at the average, crossing zero starts anew.
    public mutating func apply(_ side: Side, _ filled: Int, at price: Price) {
        apply(side, filled, worth: Int128(filled) * Int128(price.tenThousandths))
    }

    /// The same for units that were traded for `value` together, in 1/10000 rupee.
    public mutating func apply(_ side: Side, _ filled: Int, worth value: Int128) {
        let signed = side.sign * filled
        if quantity == 0 || (quantity > 0) == (signed > 0) {
            cost += value
        } else if filled <= abs(quantity) {
            cost -= cost * Int128(filled) / Int128(abs(quantity))
        } else {
            cost = max(0, value * Int128(filled - abs(quantity)) / Int128(filled))
        }
        quantity += signed
        if quantity == 0 { cost = 0 }
    }

    /// An order that brought in `filled` units turns out to have paid `value` more: what is left of it cost more.
    public mutating func correct(_ side: Side, _ filled: Int, by value: Int128) {
        guard quantity * side.sign > 0, filled > 0 else { return }
        cost = max(0, cost + (abs(quantity) >= filled ? value : value * Int128(abs(quantity)) / Int128(filled)))
    }

    /// Rounded half up to 1/10000 rupee; nil when flat.
    public var averagePrice: Price? { FillSum(quantity: abs(quantity), value: cost).averagePrice }
}
