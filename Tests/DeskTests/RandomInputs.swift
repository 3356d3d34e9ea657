@testable import Desk
import TestSupport
import Trading

/// A broker and senders driven by chance: inputs as they could come, whatever their order.
struct RandomInputs {
    static let keys = ["a", "b"]
    static let contents = ["x", "y"]
    static let strategies: [StrategyName] = [.sample, .other]
    static let positions: [PositionKey] = [.sample, .other, PositionKey(.sample, .intraday)]

    var chance: SeededGenerator
    var book = BrokerBook()
    var now = Timestamp.sample
    private var steps = 0

    init(seed: Int) { chance = SeededGenerator(seed: seed) }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &chance) }

    mutating func oneOf<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    mutating func nextID() -> CommandID {
        steps += 1
        return .sample(steps, at: now)
    }

    /// The next morning, with books that the broker may not have cleared yet.
    mutating func turnDay() {
        now = now + .seconds(20 * 3600)
        if below(3) > 0 { book = BrokerBook(day: 1) }
    }

    /// One input that fits what the desk and the broker have come to.
    mutating func next(for desk: Desk) -> DeskInput {
        now = now + .milliseconds(oneOf([0, 1, 40, 900, 3000, 7000]))
        switch below(23) {
        case 0...4: return .alert(alert(desk))
        case 5...8: return answer(desk)
        case 9, 10: return push() ?? .tick
        case 11: return .orders(orders(), began: now - .milliseconds(oneOf([0, 50, 4000])))
        case 12: return .trades(trades(), began: now - .milliseconds(oneOf([0, 50])))
        case 13: return .positions(.of(book.positionRows), began: now - .milliseconds(oneOf([0, 50, 4000])))
        case 14: return oneOf(desk.unpacked.orders.records.keys.sorted()).map(DeskInput.cancel) ?? .tick
        case 15: return desk.orders.atBroker.sorted().first.map(DeskInput.recheck) ?? .tick
        case 16: return halt()
        case 17:
            let answer: CancelAnswer = oneOf([.accepted, .refused("no"), .notSent("no"), .unanswered("no")])
            return oneOf(desk.unpacked.orders.records.keys.sorted()).map { .cancelAnswer($0, answer) } ?? .tick
        case 18: return change(desk)
        case 19: return changeAnswer(desk)
        case 20: return .operate(ledgerRequest(desk))
        default:
            trade()
            return push() ?? .tick
        }
    }

    /// A person says who holds what, rightly or not.
    private mutating func ledgerRequest(_ desk: Desk) -> LedgerRequest {
        let strategy = oneOf(Self.strategies)
        let position = oneOf(Self.positions)
        let foreign = desk.orders.records.values.filter { $0.command.strategy == .external }.map(\.id).sorted()
        let action: LedgerRequest.Action =
            switch below(4) {
            case 0: .forceCloseStrategy(strategy)
            case 1: .forceClearSymbol
            case 2: oneOf(foreign).map { .adoptOrder(strategy, $0) } ?? .forceClearSymbol
            default: .adopt(strategy, quantity: oneOf([-50, -10, 10, 50]), at: nil)
            }
        return LedgerRequest(
            action,
            symbol: below(4) > 0 ? position.instrument.symbol : nil,
            product: below(2) == 0 ? position.product : nil,
            confirm: below(2) == 0 ? 10 * below(20) : nil,
            by: "chance",
            reason: "none",
            key: below(4) == 0 ? oneOf(Self.keys) : nil
        )
    }

    private mutating func change(_ desk: Desk) -> DeskInput {
        guard let id = oneOf(desk.unpacked.orders.records.keys.sorted()) else { return .tick }
        var wish = OrderChange(id, source: oneOf([.api, .api, .api, .system]))
        if below(2) == 0 { wish.quantity = 10 * (1 + below(20)) }
        if below(3) == 0 { wish.type = oneOf([.limit, .limit, .market, .stopLimit]) }
        if below(2) == 0 { wish.price = .rupees(Int64(90 + below(20))) }
        if below(4) == 0 { wish.triggerPrice = .rupees(Int64(90 + below(20))) }
        return .modify(wish)
    }

    /// The broker did what is asked for, or not, whatever it says.
    private mutating func changeAnswer(_ desk: Desk) -> DeskInput {
        let asked = desk.orders.records.values.filter { $0.askedTerms != nil }.sorted { $0.id < $1.id }
        guard !asked.isEmpty else { return .tick }
        let record = asked[below(asked.count)]
        guard case .send(let change) = desk.clearance(forChangeOf: record.id, at: now) else {
            return .recheck(record.id)
        }
        if below(2) == 0, let order = book[change.number], order.status == .open, order.filled < change.quantity,
            let terms = record.askedTerms
        {
            book.change(change.number, to: terms)
        }
        let answer: CancelAnswer = oneOf([.accepted, .accepted, .refused("no"), .notSent("no"), .unanswered("no")])
        return .modifyAnswer(record.id, change, answer)
    }

    private mutating func oneOf(_ ids: [CommandID]) -> CommandID? { ids.isEmpty ? nil : ids[below(ids.count)] }

    private mutating func alert(_ desk: Desk) -> Alert {
        let strategy = oneOf(Self.strategies)
        let held = desk.ledger.positions(of: strategy)
        let type =
            held.isEmpty ? oneOf([ExecutionType.entry, .entry, .adjust, .exit]) : oneOf([.exit, .exit, .adjust])
        let known = held.isEmpty || below(4) == 0 ? Self.positions : held
        let positions = known.shuffled(using: &chance).prefix(type == .exit ? below(3) : 1 + below(2))
        let legs = positions.enumerated().map { index, position in
            var leg = Alert.Leg.sample(oneOf([.buy, .sell]), 10 * (1 + below(10)), of: position, index: index)
            leg.type = oneOf([.market, .market, .limit])
            leg.price = .rupees(100)
            if type == .exit, below(3) == 0 { leg.quantity = nil }
            if type == .exit, below(3) == 0 { leg.product = nil }
            return leg
        }
        return .sample(
            type,
            strategy: strategy,
            key: below(3) == 0 ? oneOf(Self.keys) + String(below(9)) : nil,
            content: below(3) == 0 ? oneOf(Self.contents) : "",
            test: below(12) == 0 ? oneOf([.success, .failure]) : nil,
            legs: legs
        )
    }

    private mutating func answer(_ desk: Desk) -> DeskInput {
        let sending = desk.orders.atBroker.sorted().compactMap { desk.order($0) }.filter { $0.state == .sending }
        guard !sending.isEmpty else { return .tick }
        let record = sending[below(sending.count)]
        let answer: PlaceAnswer
        switch below(9) {
        case 8: answer = .throttled("exceeds Limit")
        case 0: answer = .refused("no", sessionExpired: below(2) == 0)
        case 1: answer = .notSent("no")
        case 2: answer = .unanswered("no")
        case 3:
            answer = .unanswered("no")
            book.take(record)
        default: answer = .accepted(book.take(record))
        }
        return .answer(record.id, answer, sentAt: now)
    }

    private mutating func trade() {
        if below(8) == 0 {
            book.take(below(3) == 0 ? CommandID.sample(5000 + below(9)).tag : nil, oneOf(Self.positions))
        }
        let open = book.orders.values.filter { $0.status == .open }.map(\.number).sorted()
        guard !open.isEmpty else { return }
        let number = open[below(open.count)]
        guard let order = book[number] else { return }
        switch below(6) {
        case 0: book.cancel(number)
        case 1: book.reject(number)
        default: book.fill(number, below(2) == 0 ? nil : 1 + below(order.quantity - order.filled), when: now)
        }
    }

    private mutating func push() -> DeskInput? {
        let numbers = book.orders.keys.sorted()
        guard !numbers.isEmpty else { return nil }
        let number = numbers[below(numbers.count)]
        let fills = book[number]?.fills ?? []
        let fill = fills.isEmpty || below(3) == 0 ? nil : fills[below(fills.count)]
        return book.report(number, fill: fill).map(DeskInput.push)
    }

    private mutating func orders() -> BookRead<OrderReport> {
        switch below(6) {
        case 0: .unknown(ReadFailure(.garbled, "no"))
        case 1: .of(book.orderRows.filter { _ in below(2) == 0 })
        default: .of(book.orderRows)
        }
    }

    private mutating func trades() -> BookRead<TradeReport> {
        switch below(6) {
        case 0: .unknown(ReadFailure(.garbled, "no"))
        case 1: .of(book.tradeRows.filter { _ in below(2) == 0 })
        default: .of(book.tradeRows)
        }
    }

    private mutating func halt() -> DeskInput {
        let scope = oneOf([Halt.Scope.global, .client, .strategy(.sample), .instrument(.other), .source(.webhook)])
        guard below(6) == 0 else { return .resume(scope, by: "chance", reason: "none") }
        let mode = oneOf([Halt.Mode.halt, .reducing, .kill])
        let halt = Halt(scope: scope, mode: mode, by: "chance", reason: "none", at: now)
        return mode == .kill ? .kill(halt) : .halt(halt)
    }
}
