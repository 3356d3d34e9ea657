import Trading

/// Who holds what: the fold of fills per strategy, instrument and product.
struct Ledger: Sendable {
    private(set) var holdings: [HoldingKey: Holding] = [:]
    private var heldByStrategy: [StrategyName: Few<PositionKey>] = [:]
    private var long: [PositionKey: Set<StrategyName>] = [:]
    private var short: [PositionKey: Set<StrategyName>] = [:]
    private var nets: [PositionKey: Int] = [:]
    /// What all that is held cost, long and short added up; in 1/10000 rupee. Kept where a limit asks for it.
    private(set) var grossCost: Int128 = 0
    private(set) var grossCosts: [StrategyName: Int128] = [:]
    private let keepsCost: Bool

    init(keepsCost: Bool = false) { self.keepsCost = keepsCost }

    subscript(key: HoldingKey) -> Holding { holdings[key] ?? .flat }

    /// Σ over all strategies, `external` included.
    func net(_ position: PositionKey) -> Int { nets[position] ?? 0 }

    func positions(of strategy: StrategyName) -> [PositionKey] { heldByStrategy[strategy]?.sorted() ?? [] }

    func holds(_ strategy: StrategyName) -> Bool { heldByStrategy[strategy] != nil }

    /// Who is long (`buy`) or short (`sell`).
    func holders(_ position: PositionKey, _ side: Side) -> [StrategyName] {
        ((side == .buy ? long : short)[position] ?? []).sorted()
    }

    /// Another strategy that is long (`buy`) or short (`sell`); the first by name. Counted, not searched, unless there is
    /// one.
    func holder(_ position: PositionKey, _ side: Side, besides strategy: StrategyName) -> StrategyName? {
        guard let names = (side == .buy ? long : short)[position],
            names.count > (names.contains(strategy) ? 1 : 0)
        else { return nil }
        return names.filter { $0 != strategy }.min()
    }

    func isHeld(_ position: PositionKey) -> Bool {
        !holders(position, .buy).isEmpty || !holders(position, .sell).isEmpty
    }

    var isFlat: Bool { holdings.isEmpty }

    @discardableResult mutating func set(_ holding: Holding, for key: HoldingKey) -> Holding {
        let old = self[key]
        nets[key.position, default: 0] += holding.quantity - old.quantity
        if nets[key.position] == 0 { nets[key.position] = nil }
        if holding.quantity == 0 {
            holdings[key] = nil
            heldByStrategy[key.strategy]?.remove(key.position)
            if heldByStrategy[key.strategy]?.isEmpty == true { heldByStrategy[key.strategy] = nil }
        } else {
            holdings[key] = holding
            heldByStrategy[key.strategy, default: Few()].insert(key.position)
        }
        if keepsCost, old.cost != holding.cost {
            grossCost += holding.cost - old.cost
            grossCosts[key.strategy, default: 0] += holding.cost - old.cost
            if grossCosts[key.strategy] == 0 { grossCosts[key.strategy] = nil }
        }
        Self.note(key, holding.quantity > 0, in: &long)
        Self.note(key, holding.quantity < 0, in: &short)
        return old
    }

    private static func note(_ key: HoldingKey, _ holds: Bool, in holders: inout [PositionKey: Set<StrategyName>]) {
        if holds {
            holders[key.position, default: []].insert(key.strategy)
        } else {
            holders[key.position]?.remove(key.strategy)
            if holders[key.position]?.isEmpty == true { holders[key.position] = nil }
        }
    }
}
