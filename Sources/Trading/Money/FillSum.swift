/// What has been filled so far: Σq and Σ(q·p), so that an average never accumulates rounding.
public struct FillSum: Hashable, Sendable {
    public private(set) var quantity: Int
    /// Σ(quantity · price), in 1/10000 rupee. 128 bits: no day of fills can overflow it.
    public private(set) var value: Int128

    public init(quantity: Int = 0, value: Int128 = 0) {
        self.quantity = quantity
        self.value = value
    }

    public mutating func add(_ quantity: Int, at price: Price) {
        self.quantity += quantity
        value += Int128(quantity) * Int128(price.tenThousandths)
    }

    /// Σ(q·p)/Σq, rounded half up to 1/10000 rupee; nil while nothing is filled.
    public var averagePrice: Price? {
        guard quantity > 0 else { return nil }
        let doubled = (2 * value + Int128(quantity))
        let divisor = 2 * Int128(quantity)
        let floor = doubled >= 0 ? doubled / divisor : -((-doubled + divisor - 1) / divisor)
        return Price(tenThousandths: Int64(floor))
    }
}
