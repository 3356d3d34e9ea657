import Desk
import Synchronization
import Trading

/// The end of a day at the exchange, and the next morning.
extension Exchange {
    /// The broker closes what is intraday, by orders of its own.
    func squareOff() {
        trace.note("exchange squares off")
        for order in orders where order.isOpen && order.position.product == .intraday { cancel(order.number) }
        for (position, net) in nets.sorted(by: { $0.key < $1.key }) where position.product == .intraday {
            accept(position, Side(closing: net), abs(net), .market, price: .zero, tag: nil, command: nil)
        }
    }

    /// Midnight: orders have lapsed, and the books still show them, as cancelled or as they were. Tells how long the
    /// night was until now.
    func close() -> Duration {
        let midnight = (now.microseconds + 19_800_000_000) / 86_400_000_000 * 86_400_000_000 - 19_800_000_000
        let night = Timestamp(microseconds: midnight + 86_400_000_000 + 600_000_000) - now
        let isShown = draw { $0.happens(50) }
        if isShown { for order in orders where order.isOpen { cancel(order.number) } }
        start.withLock { $0 = $0 + night }
        state.withLock { state in
            state.day = TradingDay(Timestamp(microseconds: midnight + 90_000_000_000))
            state.isSessionLive = false
            for (number, order) in state.orders where order.isOpen { state.orders[number]?.status = .cancelled }
        }
        trace.note("exchange: the day is over")
        return night
    }

    /// Quarter past nine: the books are empty, positions are carried. Tells how long the night was.
    func open() -> Duration {
        let night = Duration.seconds(9 * 3600)
        start.withLock { $0 = $0 + night }
        state.withLock { state in
            state.shownDay = state.day
            state.nets = state.nets.filter { $0.key.product != .intraday }
            state.carried = state.nets
            state.owned = state.owned.filter { $0.key.position.product != .intraday }
            state.profit = 0
        }
        trace.note("exchange: the day is \(day.number)")
        return night
    }
}
