public import Trading

/// Everything that can reach a desk. Time and ids come in beside it; a desk makes up nothing.
public enum DeskInput: Sendable {
    case alert(Alert)
    case cancel(CommandID)
    case modify(OrderChange)
    /// A lane found that an order may no longer go out as it was intended; decide again.
    case recheck(CommandID)
    /// The lane gave an order up before its first byte.
    case dropped(CommandID, Reason)
    case answer(CommandID, PlaceAnswer, sentAt: Timestamp)
    case cancelAnswer(CommandID, CancelAnswer)
    case modifyAnswer(CommandID, Modification, CancelAnswer)
    case push(OrderReport)
    /// What the market shows of an instrument that somebody asked about.
    case quote(Instrument, Quote)
    /// What the exchange lets one order be; nil in it where that could not be learned.
    case security(Instrument, SecurityReport)
    case orders(BookRead<OrderReport>, began: Timestamp)
    case trades(BookRead<TradeReport>, began: Timestamp)
    case positions(BookRead<PositionReport>, began: Timestamp)
    case shares(BookRead<ShareReport>, began: Timestamp)
    case funds(BookRead<FundsReport>, began: Timestamp)
    /// A new set of the broker's masters.
    case contracts(ContractTable)
    case halt(Halt)
    /// A halt is lifted, by whom and why.
    case resume(Halt.Scope, by: String, reason: String)
    /// A halt that also ends what is open and closes what is held.
    case kill(Halt)
    /// A person has looked at the broker and says how an order stands.
    case resolve(CommandID, Resolution)
    /// A person says who holds what.
    case operate(LedgerRequest)
    /// A person asked for something that changes nothing; it is kept who, and why.
    case asked(AuditEntry)
    /// What the emergency file kept while the store could not be written; some of it may be stored after all.
    case kept([DeskChanges])
    /// An input was not taken in because it contradicts what is stored, and of which order it was.
    case setAside(CommandID?, String)
    /// The process has started with what the store held: what was `sending` may be live.
    case started
    /// The books are known for the first time since the start.
    case recovered
    /// Time has passed.
    case tick
    /// What a login at the broker came to.
    case session(SessionNews)
}

/// One request for orders: an alert, a click, an API call. All sources take this way.
public struct Alert: Sendable {
    public var source: Source
    public var strategy: StrategyName
    public var executionType: ExecutionType
    public var idempotencyKey: String?
    /// Hash of the content, so that a repeat is known without a key.
    public var contentHash: String
    /// What was sent, without its secret; kept for the record.
    public var request: String
    public var signalledAt: Timestamp?
    public var test: TestOutcome?
    /// Empty in an exit: everything that the strategy holds.
    public var legs: [Leg]
    /// Fields that could not be read; the legs they stand in are not among `legs`.
    public var problems: [FieldProblem]
    /// A field above the legs is wrong: no leg may go, however legs are treated.
    public var isUnsound: Bool

    public init(
        source: Source,
        strategy: StrategyName,
        executionType: ExecutionType,
        idempotencyKey: String? = nil,
        contentHash: String,
        request: String,
        signalledAt: Timestamp? = nil,
        test: TestOutcome? = nil,
        legs: [Leg],
        problems: [FieldProblem] = [],
        isUnsound: Bool = false
    ) {
        self.source = source
        self.strategy = strategy
        self.executionType = executionType
        self.idempotencyKey = idempotencyKey
        self.contentHash = contentHash
        self.request = request
        self.signalledAt = signalledAt
        self.test = test
        self.legs = legs
        self.problems = problems
        self.isUnsound = isUnsound
    }

    public struct Leg: Sendable {
        /// Place among the alert's legs, from 0; problems name it.
        public var index: Int
        /// Nil in an exit matches whatever is held.
        public var exchange: Exchange?
        public var symbol: String
        public var product: Product?
        /// Nil in an exit, where it follows from what is held.
        public var side: Side?
        /// Nil in an exit is "all".
        public var quantity: Int?
        public var type: OrderType
        public var price: Price
        public var triggerPrice: Price
        public var protection: Protection
        public var notes: [OrderCommand.Note]

        public init(
            index: Int,
            exchange: Exchange?,
            symbol: String,
            product: Product?,
            side: Side?,
            quantity: Int?,
            type: OrderType = .market,
            price: Price = .zero,
            triggerPrice: Price = .zero,
            protection: Protection = .none,
            notes: [OrderCommand.Note] = []
        ) {
            self.index = index
            self.exchange = exchange
            self.symbol = symbol
            self.product = product
            self.side = side
            self.quantity = quantity
            self.type = type
            self.price = price
            self.triggerPrice = triggerPrice
            self.protection = protection
            self.notes = notes
        }
    }
}

/// A person's word about an order that the evidence leaves open.
public struct Resolution: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// An unconfirmed order never reached the broker.
        case absent
        /// A disputed order's row, its fills included, is what the broker has.
        case agreed
    }

    public let outcome: Outcome
    public let by: String
    public let reason: String

    public init(_ outcome: Outcome, by: String, reason: String) {
        self.outcome = outcome
        self.by = by
        self.reason = reason
    }
}

/// A wish to change a working order. What is nil stays as it is.
public struct OrderChange: Hashable, Sendable {
    public var order: CommandID
    /// Who wants it: the rights of sources hold for changes too.
    public var source: Source
    /// The order's whole quantity: what is filled already counts.
    public var quantity: Int?
    public var type: OrderType?
    public var price: Price?
    public var triggerPrice: Price?

    public init(
        _ order: CommandID,
        source: Source,
        quantity: Int? = nil,
        type: OrderType? = nil,
        price: Price? = nil,
        triggerPrice: Price? = nil
    ) {
        self.order = order
        self.source = source
        self.quantity = quantity
        self.type = type
        self.price = price
        self.triggerPrice = triggerPrice
    }
}

/// What a placement came to. Each case sends the caller somewhere else.
public enum PlaceAnswer: Hashable, Sendable {
    case accepted(BrokerOrderID)
    /// A definite no: final. `sessionExpired` when the no was about the session, not the order.
    case refused(String, sessionExpired: Bool)
    /// A definite no, too: the broker's own limit of calls was exceeded.
    case throttled(String)
    /// No byte left this machine.
    case notSent(String)
    /// It may have arrived: reconcile, never resend.
    case unanswered(String)
}

/// What a request to cancel or change came to. None of them ends or changes the order; only its books do.
public enum CancelAnswer: Hashable, Sendable {
    case accepted
    case refused(String)
    case notSent(String)
    case unanswered(String)
}
