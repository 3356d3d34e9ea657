import Desk
import Engine
import Synchronization
import Trading

/// Holds what the engine does against the exchange's ledger, at every boundary.
final class Judge: Sendable {
    struct State {
        var violations: [String] = []
        var coverage = Coverage()
        /// Commands whose placement left this machine.
        var written: [CommandID: Int64] = [:]
        /// Those that never reached the exchange, and those that it refused.
        var lost: Set<CommandID> = []
        var refused: Set<CommandID> = []
        var arrived: [CommandID: Int64] = [:]
        /// When their calls ended, and whether a clock was set at any time.
        var ended: [CommandID: Int64] = [:]
        var hasJumped = false
        /// Halts that were confirmed to a person and that nobody has begun to lift.
        var halts: Set<Halt.Scope> = []
        /// Orders that were confirmed to a sender, and the group that each key became.
        var acknowledged: Set<CommandID> = []
        var keys: [String: GroupID] = [:]
        var calls: [Int64] = []
        var orderCalls: [Int64] = []
        /// Windows before this moment are not judged: the clock was set, or the process is another one.
        var callsCountSince: Int64 = 0
        var caller = 0
        /// Wishes to change an order whose call was made: which event of which order.
        var changed: Set<Wish> = []
        /// What was judged when the emergency file took it, which may be long before the store has it.
        var kept: Set<KeptFact> = []
    }

    struct KeptFact: Hashable {
        let command: CommandID
        let fact: OrderFact
    }

    struct Wish: Hashable {
        let order: CommandID
        let sequence: Int
    }

    let state = Mutex(State())
    private let scheduler: Scheduler
    private let log: Trace
    private let limits: CallLimits
    private let orderLimits: Limits
    let absenceAfter: Duration
    let client: ClientID
    let links = Mutex<(exchange: Exchange, shelf: Shelf)?>(nil)

    init(
        _ client: ClientID,
        _ scheduler: Scheduler,
        trace: Trace,
        limits: CallLimits,
        orderLimits: Limits,
        absenceAfter: Duration
    ) {
        self.orderLimits = orderLimits
        self.client = client
        self.absenceAfter = absenceAfter
        self.limits = limits
        self.scheduler = scheduler
        log = trace
    }

    var now: Int64 { scheduler.now }

    func trace(_ text: String) { log.note(text) }

    func violated(_ text: String) {
        log.note("VIOLATED \(text)")
        state.withLock { $0.violations.append(text) }
    }

    var violations: [String] { state.withLock { $0.violations } }
    var coverage: Coverage { state.withLock { $0.coverage } }

    // MARK: At the wire

    /// The first byte of a placement is about to leave.
    func placing(_ placement: Placement) {
        guard let (exchange, shelf) = links.withLock({ $0 }) else { return }
        let command = placement.command
        let id = command.id
        if command.client != client { violated("\(id) of \(command.client) was sent to the account of \(client)") }
        if state.withLock({ $0.written.updateValue(now, forKey: id) }) != nil { violated("\(id) was sent twice") }
        let stored = shelf.durable[id]
        if stored?.state != .sending {
            violated("\(id) was sent while stored as \(stored?.state.word.rawValue ?? "-")")
        }
        if stored?.quantity != placement.quantity { violated("\(id) was sent with another quantity than stored") }
        if command.test != nil { violated("test order \(id) was sent") }
        if command.reduces {
            checkClosing(command, placement.quantity, exchange, shelf)
        } else {
            checkHalts(command)
            checkRiskDay(command, shelf)
            checkLimits(command, placement.quantity, exchange, shelf)
            if exchange.market.protects, !placement.type.hasLimit { violated("\(id) goes to the market unprotected") }
        }
    }

    /// The first byte of a change is about to leave.
    func changing(_ change: Modification) {
        guard let (exchange, shelf) = links.withLock({ $0 }) else { return }
        let key = Shelf.NumberKey(day: exchange.day, number: change.number)
        let (stored, events) = shelf.read { contents in
            let id = contents.numbers[key]
            return (id.flatMap { contents.orders[$0] }, id.flatMap { contents.events[$0] } ?? [])
        }
        let terms = WorkingTerms(
            quantity: change.quantity,
            type: change.type,
            price: change.price,
            triggerPrice: change.triggerPrice
        )
        guard let stored, stored.askedTerms == terms, let wish = events.last(where: { $0.fact.kind == .modifyAsked })
        else { return violated("a change of \(change.number) was sent that is not stored") }
        if !state.withLock({ $0.changed.insert(Wish(order: stored.id, sequence: wish.sequence)).inserted }) {
            violated("a change of \(stored.id) was sent twice")
        }
        if stored.command.reduces {
            let filled = exchange.order(change.number)?.filled ?? 0
            let grows = change.quantity > max(stored.quantity, filled)
            if grows { checkClosing(stored.command, change.quantity - filled, exchange, shelf) }
        } else if terms.addsRisk(over: stored.workingTerms, stored.command.side) {
            checkHalts(stored.command)
        }
    }

    /// Nothing that adds risk leaves once a breach of its day is durable.
    private func checkRiskDay(_ command: OrderCommand, _ shelf: Shelf) {
        guard let day = shelf.read({ $0.riskDay }), day.breachedAt != nil else { return }
        violated("\(command.id) adds risk after the loss of \(day.day.number)")
    }

    private func checkHalts(_ command: OrderCommand) {
        let scopes: [Halt.Scope] = [
            .global, .client, .strategy(command.strategy), .instrument(command.instrument), .source(command.source),
        ]
        if let halt = state.withLock({ state in scopes.first { state.halts.contains($0) } }) {
            violated("\(command.id) adds risk under the halt \(halt)")
        }
    }

    /// No more is open than the limits let, by the exchange's own ledger; nor, as far as anybody here can know, held and
    /// open of one strategy. What was thought dead and came to life is nobody's to count.
    private func checkLimits(_ command: OrderCommand, _ quantity: Int, _ exchange: Exchange, _ shelf: Shelf) {
        let orders = shelf.durable
        if let most = orderLimits.orderQuantity, quantity > most { violated("\(command.id) is of \(quantity) units") }
        guard command.slice == nil else { return }
        func isOurs(_ order: ExchangeOrder, _ day: TradingDay) -> Bool {
            guard let id = order.command?.id, id != command.id, let known = orders[id], known.state.isOpen else {
                return false
            }
            return order.isOpen && order.day == day && known.tradingDay == TradingDay(Timestamp(microseconds: now))
        }
        let (open, owned, units, hasLate) = exchange.state.withLock { state in
            let ours = state.orders.values.filter { isOurs($0, state.day) }
            let adding = ours.filter { order in
                order.command?.holding == command.holding && order.side == command.side
                    && order.command?.reduces == false
            }
            let units = adding.map { order in
                let known = orders[order.command?.id ?? command.id]?.quantity ?? 0
                return max(0, min(order.quantity, known) - order.filled)
            }
            let hasLate = state.fills.contains { fill in
                let word = fill.command.flatMap { orders[$0.id] }?.state.word
                return fill.command?.holding == command.holding
                    && (fill.isLate || state.orders[fill.fill.brokerOrderID]?.isResizedByHand == true
                        || word.map { ![.filled, .working, .unconfirmed, .sending].contains($0) } ?? true)
            }
            return (ours.count, state.owned[command.holding] ?? 0, units.reduce(0, +), hasLate)
        }
        if let most = orderLimits.openOrders, open + 1 > most {
            violated("\(command.id) is open beside \(open) others, the limit is \(most)")
        }
        let worst = owned * command.side.sign + units + quantity
        if let most = orderLimits.strategyPosition, !hasLate, worst > most {
            violated("\(command.id) may make \(worst) of \(command.holding), the limit is \(most)")
        }
    }

    /// An exit never grows or flips what its strategy holds, with all exits that may still fill.
    private func checkClosing(_ command: OrderCommand, _ quantity: Int, _ exchange: Exchange, _ shelf: Shelf) {
        let orders = shelf.durable
        let (owned, open) = exchange.state.withLock { state in
            let late = state.fills.filter { fill in
                let isDead = fill.command.flatMap { orders[$0.id] }?.state.word == .notSent  // proved absent, and came
                return (fill.isLate || isDead) && fill.command?.holding == command.holding
                    && orders[fill.command?.id ?? command.id].map { $0.filled.quantity } ?? 0
                        < state.orders[fill.fill.brokerOrderID]?.filled ?? 0
            }
            let owned = (state.owned[command.holding] ?? 0) - late.reduce(0) { $0 + $1.signed }
            let open = state.orders.values.filter { order in
                order.isOpen && order.command?.holding == command.holding && order.command?.reduces == true
                    && order.side == command.side && order.day == state.day && order.command?.id != command.id
                    && orders[order.command?.id ?? command.id]?.state.isOpen == true
            }
            // As far as anybody here can know: what was made larger by hand a moment ago is not.
            let most = open.map { order in
                let known = orders[order.command?.id ?? command.id]
                let seen = min(order.quantity, max(known?.quantity ?? 0, known?.askedTerms?.quantity ?? 0))
                return max(0, max(seen, state.changing[order.number] ?? 0) - order.filled)
            }
            return (owned, most.reduce(0, +))
        }
        let inAir = orders.values.filter { record in
            record.id != command.id && record.command.holding == command.holding && record.command.reduces
                && record.command.side == command.side && record.state.isAtBroker
                && state.withLock { $0.written[record.id] != nil && $0.arrived[record.id] == nil }
        }
        let closing = quantity + open + inAir.reduce(0) { $0 + $1.remaining }
        let held = max(0, -owned * command.side.sign)
        if closing > held {
            violated("exit \(command.id) of \(quantity) makes \(closing) closing of \(held) held")
        }
    }

    /// A process that was told to stop has ended: what it had in hand is done, or written down as open.
    func stopped() {
        guard let shelf = links.withLock({ $0?.shelf }) else { return }
        let (written, ended) = state.withLock { ($0.written, $0.ended) }
        let open = shelf.durable.values.filter { $0.state == .sending && $0.command.test == nil }
        for record in open.sorted(by: { $0.id < $1.id }) {
            // One whose call hangs, or has just come back, may be left: patience ends.
            let isAnswered = ended[record.id].map { now - $0 > 3_000_000 } ?? false
            if written[record.id] == nil || isAnswered { violated("\(record.id) was left in hand by a stop") }
        }
    }

    func arrived(_ id: CommandID) { state.withLock { $0.arrived[id] = now } }
    func ended(_ id: CommandID) { state.withLock { $0.ended[id] = now } }
    func lost(_ id: CommandID) { _ = state.withLock { $0.lost.insert(id) } }
    func refused(_ id: CommandID) { _ = state.withLock { $0.refused.insert(id) } }

    /// The broker's limits, over every window that ends now.
    func called(isOrder: Bool, by process: Process) {
        let now = now
        let problem: String? = state.withLock { state in
            if state.caller != process.number { (state.caller, state.callsCountSince) = (process.number, now) }
            state.calls.append(now)
            if isOrder { state.orderCalls.append(now) }
            let since = state.callsCountSince
            let second = state.calls.reversed().prefix { now - $0 < 1_000_000 }.count { $0 >= since }
            let orders = state.orderCalls.reversed().prefix { now - $0 < 1_000_000 }.count { $0 >= since }
            let minute = state.calls.reversed().prefix { now - $0 < 60_000_000 }.count { $0 >= since }
            if second > limits.callsPerSecond || orders > limits.ordersPerSecond {
                return "\(second) calls, \(orders) of orders, in one second"
            }
            return minute > limits.callsPerMinute ? "\(minute) calls in one minute" : nil
        }
        if let problem { violated(problem) }
    }

    /// Windows that reach back beyond this moment are not judged.
    func clockJumped() {
        state.withLock { ($0.callsCountSince, $0.hasJumped) = (now, true) }
    }

    // MARK: At the door

    func acknowledged(_ records: [OrderRecord], key: String?, group: GroupID) {
        guard let shelf = links.withLock({ $0?.shelf }) else { return }
        let stored = shelf.durable
        for record in records where stored[record.id] == nil {
            violated("\(record.id) was acknowledged before it was durable")
        }
        let other = state.withLock { state in
            state.acknowledged.formUnion(records.map(\.id))
            return key.flatMap { state.keys.updateValue(group, forKey: $0) }
        }
        if let other, other != group { violated("one key became the groups \(other) and \(group)") }
    }

    func halted(_ scope: Halt.Scope) { _ = state.withLock { $0.halts.insert(scope) } }
    func resuming(_ scope: Halt.Scope) { _ = state.withLock { $0.halts.remove(scope) } }
    func struck(_ point: CrashPoint) { state.withLock { $0.coverage.crashes[point, default: 0] += 1 } }
}
