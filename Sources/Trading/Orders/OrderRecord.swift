/// An order as it stands: the fold of its events. One record, one row.
public struct OrderRecord: Hashable, Sendable {
    @usableFromInline private(set) var registered: Shared<OrderCommand>
    public private(set) var state: OrderState
    /// Units the order is for now: an exit's after capping, any order's after a change at the broker.
    public private(set) var quantity: Int
    /// How it stands at the broker, or is to go there; nil while that is as it was asked for.
    public var terms: OrderTerms? { differing?.value }
    private var differing: Shared<OrderTerms>?
    /// All that is filled, what is inferred counted.
    public private(set) var filled: FillSum
    /// Of that, what came as single fills. The rest is inferred from what the broker shows in all.
    public var booked: FillSum { inferred?.value.booked ?? filled }
    /// What the broker shows while fills of it are missing; nil when all have come.
    public var shown: ShownFill? { inferred?.value.shown }
    private var inferred: Shared<Inference>?
    public private(set) var pending: PendingRequest?
    /// The exit that this order was asked to make way for: what still fills on it is closed for that exit.
    public private(set) var makesWayFor: CommandID?
    /// The change that was asked for and of which nobody knows yet what came of it. A cancel may be pending beside it.
    public var askedTerms: WorkingTerms? { asked?.value }
    private var asked: Shared<WorkingTerms>?
    public private(set) var isDisputed: Bool
    public let tradingDay: TradingDay
    /// The sequence of the last event.
    public private(set) var version: Int
    public let createdAt: Timestamp
    public private(set) var updatedAt: Timestamp

    /// The record that a first event (`received`, `adopted`) begins; nil for any other event.
    public init?(beginning event: OrderEvent) {
        switch event.fact {
        case .received(let command):
            registered = Shared(command)
            state = .received
        case .adopted(let command, let id):
            registered = Shared(command)
            state = .working(id)
        default: return nil
        }
        quantity = registered.value.quantity
        filled = FillSum()
        isDisputed = false
        tradingDay = TradingDay(event.at)
        version = event.sequence
        createdAt = event.at
        updatedAt = event.at
    }

    /// A record as it was stored; `filled` is what came as single fills.
    public init(
        command: OrderCommand,
        state: OrderState,
        quantity: Int,
        terms: OrderTerms? = nil,
        filled: FillSum,
        shown: ShownFill? = nil,
        pending: PendingRequest?,
        makesWayFor: CommandID?,
        askedTerms: WorkingTerms? = nil,
        isDisputed: Bool,
        tradingDay: TradingDay,
        version: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        registered = Shared(command)
        self.state = state
        self.quantity = quantity
        differing = terms.map { Shared($0) }
        self.filled = shown?.completing(filled) ?? filled
        inferred = shown.map { Shared(Inference(booked: filled, shown: $0)) }
        self.pending = pending
        self.makesWayFor = makesWayFor
        self.isDisputed = isDisputed
        self.tradingDay = tradingDay
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        asked = askedTerms.map { Shared($0) }
    }

    /// What was asked for; it never changes, but that an order placed elsewhere may be given to a strategy.
    @inlinable public var command: OrderCommand {
        _read { yield registered.value }
    }

    /// Whether both are of a command that is the same in what it trades, for whom, and whether that adds risk.
    public func tradesAs(_ other: OrderRecord) -> Bool {
        registered === other.registered
            || command.holding == other.command.holding
                && command.reduces == other.command.reduces
    }

    public var id: CommandID { registered.value.id }
    public var type: OrderType { terms?.type ?? command.type }
    public var price: Price { terms?.price ?? command.price }
    public var triggerPrice: Price { terms?.triggerPrice ?? command.triggerPrice }
    public var remaining: Int { max(0, quantity - filled.quantity) }
    /// What may still fill, a larger quantity that was asked for and not refused counted.
    public var mostRemaining: Int { max(0, largestQuantity - filled.quantity) }
    private var largestQuantity: Int { max(quantity, askedTerms?.quantity ?? 0) }
    public var isExit: Bool { command.executionType == .exit }

    /// What the order is now, as far as that can be changed.
    public var workingTerms: WorkingTerms {
        WorkingTerms(quantity: quantity, type: type, price: price, triggerPrice: triggerPrice)
    }

    /// Takes in the next event; throws and changes nothing if it cannot follow.
    public mutating func apply(_ event: OrderEvent) throws(IllegalTransition) {
        var next = self
        next.version = event.sequence
        next.updatedAt = event.at
        switch event.fact {
        case .received, .adopted: break
        case .blocked(let reason): try next.move(.blocked(reason))
        case .sending(let quantity):
            try next.move(.sending)
            next.quantity = quantity
        case .capped(let quantity), .resized(let quantity, _): next.quantity = quantity
        case .priced(let terms): next.differing = Shared(terms)
        case .accepted(let id, _): try next.move(.accepted(id))
        case .unanswered: try next.move(.unanswered)
        case .notSent(let reason): try next.move(.notSent(reason))
        case .working(let id, _): try next.move(.working(id))
        case .filled(let fill, _): next.take(fill)
        case .inferred(let shown, _): next.count(booked, shown)
        case .rejected(let reason, _): try next.move(.rejected(reason))
        case .cancelled(let reason, _): try next.move(.cancelled(reason))
        case .expired(let reason): try next.move(.expired(reason))
        case .cancelAsked(let exit):
            next.pending = .cancel
            next.makesWayFor = mutant("record-forgets-the-exit") ? nil : exit ?? makesWayFor
        case .cancelRefused: next.pending = askedTerms == nil ? nil : .modify
        case .modifyAsked(let terms, _):
            next.pending = .modify
            next.asked = Shared(terms)
        case .modifyBlocked, .modifyRefused: next.endChange()
        case .modified(let terms, _):
            next.become(terms)
            if terms == askedTerms { next.endChange() }
        case .disputed: next.isDisputed = true
        case .agreed: next.isDisputed = false
        case .assigned(let strategy, let reduces, _):
            var command = command
            command.strategy = strategy
            command.reduces = reduces
            next.registered = Shared(command)
        }
        if next.filled.quantity > next.largestQuantity, !mutant("record-allows-overfill") { next.isDisputed = true }
        try next.complete()
        if !next.state.isOpen, next.pending != nil || next.askedTerms != nil {
            next.endChange()
            next.pending = nil
        }
        self = next
    }

    private mutating func take(_ fill: Fill) {
        var sum = booked
        sum.add(fill.quantity, at: fill.price)
        count(sum, shown)
    }

    /// Cumulative: however often and in whatever order they come, what is filled is the larger of the two.
    private mutating func count(_ booked: FillSum, _ shown: ShownFill?) {
        guard let shown, shown.quantity > booked.quantity else {
            filled = booked
            inferred = nil
            return
        }
        filled = shown.completing(booked)
        inferred = Shared(Inference(booked: booked, shown: shown))
    }

    /// The broker has it as `new`. A limit that protects an order at the market goes on doing so if it was not touched.
    private mutating func become(_ new: WorkingTerms) {
        quantity = new.quantity
        guard new != workingTerms else { return }
        let isAsCommanded = new == command.workingTerms(quantity: quantity)
        let terms = OrderTerms(type: new.type, price: new.price, triggerPrice: new.triggerPrice)
        differing = isAsCommanded ? nil : Shared(terms)
    }

    /// Nobody waits for the change any more; a cancel may still be pending.
    private mutating func endChange() {
        asked = nil
        if pending == .modify { pending = nil }
    }

    private mutating func move(_ transition: OrderTransition) throws(IllegalTransition) {
        state = try state.applying(transition)
    }

    /// Full quantity is the broker's word that the order is done; above it the order is disputed instead. While a larger
    /// one may have been granted, what was the full quantity says nothing.
    private mutating func complete() throws(IllegalTransition) {
        guard quantity > 0, filled.quantity == quantity || mutant("record-completes-any-fill"),
            largestQuantity == quantity, !isDisputed,
            state.brokerOrderID != nil
        else { return }
        if case .filled = state { return }
        try move(.completed)
    }
}
