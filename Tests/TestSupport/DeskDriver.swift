public import Desk
import Testing
public import Trading

/// Drives one desk as the engine would, on a virtual clock, and checks after every step what always holds.
public struct DeskDriver: Sendable {
    public internal(set) var desk: Desk
    public var now: Timestamp
    /// What the broker has; the read methods show it to the desk.
    public var book = BrokerBook()
    /// Whether every step is committed at once.
    public var commits = true

    public private(set) var events: [OrderEvent] = []
    public private(set) var actions: [DeskAction] = []
    public private(set) var notifications: [Notification] = []
    public private(set) var audit: [AuditEntry] = []
    private var inputs = 0
    private var invariants = DeskInvariants()

    /// A desk whose books were read a moment ago and hold nothing.
    public init(_ settings: DeskSettings = .sample(), at now: Timestamp = .sample) {
        self.init(Desk(client: .sample, settings: settings), at: now)
        readBooks()
        actions = []
    }

    public init(_ desk: Desk, at now: Timestamp = .sample) {
        self.desk = desk
        self.now = now
    }

    @discardableResult public mutating func step(_ input: DeskInput) -> DeskOutput {
        inputs += 1
        let seen = desk.changes()
        let output = desk.step(input, at: now, id: .sample(inputs, at: now))
        let changes = desk.changes()
        let new = changes.events.dropFirst(seen.events.count)
        let entries = changes.ledger.dropFirst(seen.ledger.count)
        events += new
        audit += changes.audit.dropFirst(seen.audit.count)
        actions += output.actions
        notifications += changes.notifications.dropFirst(seen.notifications.count)
        invariants.check(input, output, Array(new), Array(entries), changes, desk)
        invariants.check(changes.riskEvents.dropFirst(seen.riskEvents.count))
        if commits { desk.committed() }
        return output
    }

    public mutating func wait(_ duration: Duration) { now = now + duration }

    // MARK: Inputs

    /// The alert's orders as they stand after the step; none when it was not registered.
    @discardableResult public mutating func alert(_ alert: Alert) -> [OrderRecord] {
        guard case .registered(_, let records, _) = step(.alert(alert)).reply else { return [] }
        return records
    }

    @discardableResult public mutating func answer(_ record: OrderRecord, _ answer: PlaceAnswer) -> DeskOutput {
        step(.answer(record.id, answer, sentAt: now))
    }

    /// The broker takes the order and says so.
    @discardableResult public mutating func accept(_ record: OrderRecord) throws -> BrokerOrderID {
        let number = book.take(try order(record))
        answer(record, .accepted(number))
        return number
    }

    /// The broker takes the order, but its answer is lost.
    @discardableResult public mutating func loseAnswer(_ record: OrderRecord) throws -> BrokerOrderID {
        let number = book.take(try order(record))
        answer(record, .unanswered("timed out"))
        return number
    }

    public mutating func push(_ number: BrokerOrderID, fill: Fill? = nil) throws {
        step(.push(try #require(book.report(number, fill: fill))))
    }

    /// The broker fills a part or all of an order, and pushes that.
    public mutating func fill(_ number: BrokerOrderID, _ quantity: Int? = nil, at price: Price = .rupees(100)) throws {
        let fill = book.fill(number, quantity, at: price, when: now)
        try push(number, fill: fill)
    }

    /// The broker fills a part or all of an order, and its push is lost.
    @discardableResult public mutating func fillUnseen(_ number: BrokerOrderID, _ quantity: Int? = nil) throws -> Fill {
        let fill = book.fill(number, quantity, when: now)
        return try #require(fill)
    }

    public mutating func cancelled(_ number: BrokerOrderID) throws {
        book.cancel(number)
        try push(number)
    }

    /// A wish to change an order, and what the desk says to it.
    @discardableResult public mutating func change(
        _ record: OrderRecord,
        by source: Source = .api,
        quantity: Int? = nil,
        type: OrderType? = nil,
        price: Price? = nil,
        trigger: Price? = nil
    ) -> DeskReply? {
        let wish = OrderChange(
            record.id,
            source: source,
            quantity: quantity,
            type: type,
            price: price,
            triggerPrice: trigger
        )
        return step(.modify(wish)).reply
    }

    /// The call of the change that is asked for has come back.
    @discardableResult public mutating func answerChange(
        _ record: OrderRecord,
        _ answer: CancelAnswer
    ) throws -> DeskOutput {
        let asked = try #require(desk.order(record.id)?.askedTerms)
        return step(.modifyAnswer(record.id, try modification(of: record, to: asked), answer))
    }

    /// The change as it goes to the broker.
    public func modification(of record: OrderRecord, to terms: WorkingTerms) throws -> Modification {
        let order = try order(record)
        return Modification(
            number: try #require(order.state.brokerOrderID),
            instrument: order.command.instrument,
            quantity: terms.quantity,
            type: terms.type,
            price: terms.price,
            triggerPrice: terms.triggerPrice,
            validity: order.command.validity,
            reduces: order.command.reduces
        )
    }

    public mutating func readOrders() { step(.orders(.of(book.orderRows), began: now)) }
    public mutating func readTrades() { step(.trades(.of(book.tradeRows), began: now)) }
    public mutating func readPositions() { step(.positions(.of(book.positionRows), began: now)) }

    /// The broker says what margin is free.
    public mutating func readFunds(_ free: Money) {
        step(.funds(.known([FundsReport(total: free, used: .zero)]), began: now))
    }

    public mutating func readBooks() {
        readOrders()
        readTrades()
        readPositions()
    }

    /// The order's first byte is written.
    public mutating func leave(_ record: OrderRecord) { desk.noteLeaving(record.id) }

    public mutating func tick() { step(.tick) }

    /// Time passes in steps of a second, with every book read at each.
    public mutating func watch(seconds: Int) {
        for _ in 0..<seconds {
            wait(.seconds(1))
            readBooks()
        }
    }

    // MARK: Shortcuts

    /// An entry that is filled: the strategy holds it afterwards.
    @discardableResult public mutating func hold(
        _ quantity: Int = 100,
        _ side: Side = .buy,
        of position: PositionKey = .sample,
        strategy: StrategyName = .sample
    ) throws -> OrderRecord {
        let record = try place(.sample(strategy: strategy, legs: [.sample(side, quantity, of: position)]))
        try fill(try #require(record.state.brokerOrderID))
        readPositions()
        return try order(record)
    }

    /// An alert of one leg whose order the broker takes.
    @discardableResult public mutating func place(_ alert: Alert) throws -> OrderRecord {
        let record = try #require(self.alert(alert).first)
        try #require(record.state == .sending, "\(record.state)")
        try accept(record)
        return try order(record)
    }

    /// Rows appear in the broker's books that Sextant never sent.
    public mutating func tradeOutside(_ side: Side, _ quantity: Int, of position: PositionKey = .sample) throws {
        let number = book.take(nil, position, side, quantity)
        try fill(number)
        readPositions()
    }

    /// Stores what the desk was told, as a new process would find it, and starts anew.
    public mutating func restart(_ settings: DeskSettings = .sample()) {
        var snapshot = DeskSnapshot()
        snapshot.orders = invariants.records.values.sorted { $0.id < $1.id }
        snapshot.holdings = invariants.holdings.filter { $0.value.quantity != 0 }.map { ($0.key, $0.value) }
        snapshot.groups = invariants.groups.map { group in
            Group(
                id: group.id,
                source: group.source,
                idempotencyKey: group.idempotencyKey,
                contentHash: group.contentHash,
                request: group.request,
                receivedAt: group.receivedAt,
                commands: snapshot.orders.filter { $0.command.group == group.id }.sorted {
                    $0.command.leg < $1.command.leg
                }
                .map(\.id)
            )
        }
        snapshot.fills = invariants.fills
        snapshot.halts = invariants.halts.values.map(\.self)
        snapshot.ledgerRequests = invariants.ledgerRequests
        snapshot.riskDay = invariants.riskDay
        snapshot.summarisedAt = notifications.last { $0.kind == .daySummary }?.at
        snapshot.intradayMoves = IntradayMove.moves(of: invariants.records.values)
        desk = Desk(client: .sample, settings: settings, restoring: snapshot, at: now)
        invariants.forgetPlacements()
        step(.started)
    }

    /// What was stepped and not committed never happened.
    public mutating func rollBack() {
        desk.rollBack()
        invariants.takeBack(to: desk.riskDay)
    }

    public func order(_ record: OrderRecord) throws -> OrderRecord { try #require(desk.order(record.id)) }

    public func state(_ record: OrderRecord) -> StateWord? { desk.order(record.id)?.state.word }

    public func reason(_ record: OrderRecord) -> Reason? { desk.order(record.id)?.state.reason }

    /// All orders by id.
    public var records: [OrderRecord] { invariants.records.values.sorted { $0.id < $1.id } }

    public func held(_ position: PositionKey = .sample, by strategy: StrategyName = .sample) -> Int {
        invariants.holdings[HoldingKey(strategy, position)]?.quantity ?? 0
    }

    public func holding(_ position: PositionKey = .sample, by strategy: StrategyName = .sample) -> Holding {
        invariants.holdings[HoldingKey(strategy, position)] ?? .flat
    }

    public func placements(of record: OrderRecord) -> Int {
        actions.count { if case .place(record.id, _, _) = $0 { true } else { false } }
    }

    public func cancels(of record: OrderRecord) -> Int {
        actions.count { if case .cancel(record.id, _) = $0 { true } else { false } }
    }

    public func changes(of record: OrderRecord) -> Int {
        actions.count { if case .modify(record.id, _) = $0 { true } else { false } }
    }

    public var placements: Int {
        actions.count { if case .place = $0 { true } else { false } }
    }

    public func notified(_ kind: Notification.Kind) -> [Notification] { notifications.filter { $0.kind == kind } }
}

extension DeskDriver {
    public var profitBegan: Timestamp? { desk.profitBegan }
}
