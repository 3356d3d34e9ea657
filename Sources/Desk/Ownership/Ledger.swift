import Trading

/// Who holds what: the fold of fills per strategy, instrument and product.
struct Ledger: Sendable {
    private(set) var holdings: [HoldingKey: Holding] = [:]
    private var heldByStrategy: [StrategyName: Set<PositionKey>] = [:]
    private var holders: [PositionKey: Set<StrategyName>] = [:]
    private var nets: [PositionKey: Int] = [:]

    subscript(key: HoldingKey) -> Holding { holdings[key] ?? .flat }

    /// Σ over all strategies, `external` included.
    func net(_ position: PositionKey) -> Int { nets[position] ?? 0 }

    func positions(of strategy: StrategyName) -> [PositionKey] { (heldByStrategy[strategy] ?? []).sorted() }

    func holds(_ strategy: StrategyName) -> Bool { heldByStrategy[strategy] != nil }

    func holders(of position: PositionKey) -> [StrategyName] { (holders[position] ?? []).sorted() }

    var isFlat: Bool { holders.isEmpty }

    @discardableResult mutating func set(_ holding: Holding, for key: HoldingKey) -> Holding {
        let old = self[key]
        nets[key.position, default: 0] += holding.quantity - old.quantity
        if nets[key.position] == 0 { nets[key.position] = nil }
        if holding.quantity == 0 {
            holdings[key] = nil
            heldByStrategy[key.strategy]?.remove(key.position)
            if heldByStrategy[key.strategy]?.isEmpty == true { heldByStrategy[key.strategy] = nil }
            holders[key.position]?.remove(key.strategy)
            if holders[key.position]?.isEmpty == true { holders[key.position] = nil }
        } else {
            holdings[key] = holding
            heldByStrategy[key.strategy, default: []].insert(key.position)
            holders[key.position, default: []].insert(key.strategy)
        }
        return old
    }
}
