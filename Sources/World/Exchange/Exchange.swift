import Desk
import Engine
import Synchronization
import Trading

/// The broker's own ledger: every order it took, every fill, every position. The judge believes nothing else.
final class Exchange: Sendable {
    struct State {
        var orders: [BrokerOrderID: ExchangeOrder] = [:]
        /// How each order looked when: books may show the past.
        var past: [BrokerOrderID: [(at: Int64, order: ExchangeOrder)]] = [:]
        var byTag: [ClientTag: BrokerOrderID] = [:]
        var fills: [ExchangeFill] = []
        /// What each position was when the day began.
        var carried: [PositionKey: Int] = [:]
        var nets: [PositionKey: Int] = [:]
        /// Signed units per strategy, of what was placed through us.
        var owned: [HoldingKey: Int] = [:]
        var day: TradingDay
        /// The day whose orders and trades the books show; none between two days.
        var shownDay: TradingDay?
        /// The last login's; every other is over.
        var session = 0
        var isSessionLive = false
        var calls: [Int64] = []
        var orderCalls: [Int64] = []
        var listeners: [Int: AsyncStream<PushEvent>.Continuation] = [:]
        /// The account's profit of the day, in rupees.
        var profit = 0
        /// Placements that have left and not arrived.
        var inAir = 0
        /// Where an order was larger than the exchange takes, because nobody could tell us how large that is: refused for good.
        var tooLarge: Set<HoldingKey> = []
        /// The quantities of changes that were taken and are not made yet.
        var changing: [BrokerOrderID: Int] = [:]
        var drawn = 0
        var chance: Chance
    }

    let scheduler: Scheduler
    let faults: Faults
    let trace: Trace
    let market: Market
    /// The exchange's own time; no machine's clock moves it.
    let start: Mutex<Timestamp>
    let state: Mutex<State>

    init(_ scheduler: Scheduler, faults: Faults, trace: Trace, start: Timestamp, chance: Chance) {
        var chance = chance
        market = Market(&chance)
        self.scheduler = scheduler
        self.faults = faults
        self.trace = trace
        self.start = Mutex(start)
        let day = TradingDay(start)
        state = Mutex(State(day: day, shownDay: day, chance: chance))
    }

    var now: Timestamp { start.withLock { $0 } + .microseconds(scheduler.now) }

    func draw<Value>(_ body: (inout Chance) -> Value) -> Value { state.withLock { body(&$0.chance) } }

    // MARK: Orders

    /// Takes an order in, under the next number, and lets it live.
    @discardableResult func accept(
        _ position: PositionKey,
        _ side: Side,
        _ quantity: Int,
        _ type: OrderType,
        price: Price,
        triggerPrice: Price = .zero,
        tag: ClientTag?,
        command: OrderCommand?
    ) -> BrokerOrderID {
        let at = scheduler.now
        let number = state.withLock { state in
            state.drawn += 1
            let number = BrokerOrderID("\(state.day.number)\(10_000 + state.drawn)")
            let order = ExchangeOrder(
                number: number,
                tag: tag,
                command: command,
                position: position,
                side: side,
                type: type,
                price: price,
                triggerPrice: triggerPrice,
                revision: market.countsRevisions ? 1 : nil,
                quantity: quantity,
                status: .pending,
                arrived: at,
                day: state.day
            )
            state.set(order, at: at)
            if let tag { state.byTag[tag] = number }
            return number
        }
        let whose = command.map { "of \($0.id)" } ?? "by hand"
        trace.note("exchange took \(number) \(side.rawValue) \(quantity) \(position) \(type.rawValue) \(whose)")
        announce(number)
        scheduler.after(draw { $0.milliseconds(0...150) }) { self.begin(number) }
        return number
    }

    /// Changes an open order; false where it has ended.
    @discardableResult func change(_ number: BrokerOrderID, _ body: (inout ExchangeOrder) -> Void) -> Bool {
        let at = scheduler.now
        let changed = state.withLock { state in
            guard var order = state.orders[number], order.isOpen else { return false }
            body(&order)
            state.set(order, at: at)
            return true
        }
        if changed { announce(number) }
        return changed
    }

    func cancel(_ number: BrokerOrderID) {
        if change(number, { $0.status = .cancelled }) { trace.note("exchange cancelled \(number)") }
    }

    /// Fills a part or all of what is left. `isLate`: though the order has ended.
    func fill(_ number: BrokerOrderID, _ quantity: Int, isLate: Bool = false) {
        let at = scheduler.now
        let time = now
        let filled: Fill? = state.withLock { state in
            guard var order = state.orders[number], order.isOpen || isLate, order.day == state.day else { return nil }
            let quantity = min(quantity, order.remaining)
            guard quantity > 0 else { return nil }
            state.drawn += 1
            let fill = Fill(
                id: FillID("F\(state.drawn)"),
                brokerOrderID: number,
                exchange: order.position.instrument.exchange,
                tradingDay: state.day,
                quantity: quantity,
                price: Price(tenThousandths: Int64(1_000_000 + state.chance.below(2000) * 500)),
                at: time
            )
            order.filled += quantity
            if order.isOpen, order.remaining == 0 { order.status = .complete }
            state.set(order, at: at)
            state.fills.append(
                ExchangeFill(
                    fill: fill,
                    position: order.position,
                    side: order.side,
                    tag: order.tag,
                    command: order.command,
                    at: at,
                    isLate: isLate
                )
            )
            state.nets[order.position, default: 0] += order.side.sign * quantity
            if let command = order.command { state.owned[command.holding, default: 0] += order.side.sign * quantity }
            return fill
        }
        guard let filled else { return }
        trace.note("exchange filled \(number) \(filled.quantity) as \(filled.id)\(isLate ? " late" : "")")
        announce(number, filled)
    }

    // MARK: Looking

    var orders: [ExchangeOrder] { state.withLock { $0.orders.values.sorted { $0.number < $1.number } } }

    func order(_ number: BrokerOrderID) -> ExchangeOrder? { state.withLock { $0.orders[number] } }

    func order(tagged tag: ClientTag) -> ExchangeOrder? {
        state.withLock { state in state.byTag[tag].flatMap { state.orders[$0] } }
    }

    func setProfit(_ rupees: Int) {
        trace.note("the day's profit is \(rupees)")
        state.withLock { $0.profit = rupees }
    }

    var day: TradingDay { state.withLock { $0.day } }
    var fills: [ExchangeFill] { state.withLock { $0.fills } }
    var nets: [PositionKey: Int] { state.withLock { $0.nets.filter { $0.value != 0 } } }
}

extension Exchange.State {
    mutating func set(_ order: ExchangeOrder, at: Int64) {
        orders[order.number] = order
        past[order.number, default: []].append((at, order))
    }
}
