import Trading

/// When identical orders were asked for of late: a strategy that asks for the same again and again has gone wrong.
struct RepeatedOrders: Sendable {
    /// What makes two orders identical.
    struct Likeness: Hashable, Sendable {
        let strategy: StrategyName
        let position: PositionKey
        let side: Side
        let type: OrderType
        let quantity: Int
        let price: Price
        let triggerPrice: Price

        init(_ command: OrderCommand) {
            strategy = command.strategy
            position = command.position
            side = command.side
            type = command.type
            quantity = command.quantity
            price = command.price
            triggerPrice = command.triggerPrice
        }
    }

    private(set) var times: [Likeness: [Timestamp]] = [:]

    /// Counts one more; returns what was known of the same before, to be taken back by.
    mutating func add(_ likeness: Likeness, at now: Timestamp, within window: Duration) -> [Timestamp]? {
        let old = times[likeness]
        times[likeness] = (old ?? []).filter { now - $0 < window } + [now]
        return old
    }

    func count(_ likeness: Likeness) -> Int { times[likeness]?.count ?? 0 }

    mutating func set(_ old: [Timestamp]?, for likeness: Likeness) { times[likeness] = old }

    func of(_ strategy: StrategyName) -> [Likeness] { times.keys.filter { $0.strategy == strategy } }

    mutating func forget(at now: Timestamp, within window: Duration) {
        times = times.filter { $0.value.last.map { now - $0 < window } ?? false }
    }
}
