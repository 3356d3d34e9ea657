/// How far a protected price may lie from what the market shows: a share of the price, smaller where prices are higher.
/// Data of the broker's, not law: brokers change it.
public struct PriceSlabs: Hashable, Sendable {
    public struct Slab: Hashable, Sendable {
        /// Prices below this, and not below the slab before; nil for all that are left.
        public let below: Price?
        /// 100 is one per cent.
        public let basisPoints: Int

        public init(below: Price?, basisPoints: Int) {
            self.below = below
            self.basisPoints = basisPoints
        }
    }

    public let slabs: [Slab]

    /// Nil unless the bounds ascend, the last slab is for all that are left, and every share is above 0 and up to 50 %.
    public init?(_ slabs: [Slab]) {
        let bounds = slabs.dropLast().compactMap(\.below)
        guard let last = slabs.last, last.below == nil, bounds.count == slabs.count - 1,
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.allSatisfy({ $0 > .zero }),
            slabs.allSatisfy({ (1...5000).contains($0.basisPoints) })
        else { return nil }
        self.slabs = slabs
    }

    private init(known slabs: [Slab]) { self.slabs = slabs }

    public func basisPoints(at price: Price) -> Int {
        (slabs.first { slab in slab.below.map { price < $0 } ?? true } ?? slabs[slabs.count - 1]).basisPoints
    }

    /// Shares and futures: 2 % below 100, 1 % below 500, 0.5 % from there on.
    public static let shares = PriceSlabs(known: [
        Slab(below: Price(tenThousandths: 1_000_000), basisPoints: 200),
        Slab(below: Price(tenThousandths: 5_000_000), basisPoints: 100),
        Slab(below: nil, basisPoints: 50),
    ])

    /// Options: 5 % below 10, 3 % below 100, 2 % below 500, 1 % from there on.
    public static let options = PriceSlabs(known: [
        Slab(below: Price(tenThousandths: 100_000), basisPoints: 500),
        Slab(below: Price(tenThousandths: 1_000_000), basisPoints: 300),
        Slab(below: Price(tenThousandths: 5_000_000), basisPoints: 200),
        Slab(below: nil, basisPoints: 100),
    ])
}
