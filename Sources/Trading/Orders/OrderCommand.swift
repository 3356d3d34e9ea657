/// What was asked for: one leg of an alert, whole and unchanged from the moment it is registered.
public struct OrderCommand: Hashable, Sendable {
    public var id: CommandID
    public var client: ClientID
    public var group: GroupID
    /// Place in the group, from 1.
    public var leg: Int
    public var source: Source
    public var strategy: StrategyName
    public var executionType: ExecutionType
    public var instrument: Instrument
    public var product: Product
    public var side: Side
    /// Whether it brings the strategy's position towards zero: every exit, and an adjustment against what is held.
    public var reduces: Bool
    public var type: OrderType
    /// Units to trade. For an exit: what it came to after capping, 0 while that is not known yet.
    public var quantity: Int
    /// Units that were asked for; nil is "all" (exits only).
    public var askedQuantity: Int?
    /// Limit price; zero where the type has none.
    public var price: Price
    public var triggerPrice: Price
    public var validity: Validity
    public var test: TestOutcome?
    public var protection: Protection
    /// Shown in alerts only: tag, option_type, strike, expiry, delta, iv, lots.
    public var notes: [Note]
    /// Set where it is one of the further pieces of an order too large for the exchange.
    public var slice: OrderSlice?
    /// When the signal says it was made.
    public var signalledAt: Timestamp?

    public init(
        id: CommandID,
        client: ClientID,
        group: GroupID,
        leg: Int,
        source: Source,
        strategy: StrategyName,
        executionType: ExecutionType,
        instrument: Instrument,
        product: Product,
        side: Side,
        reduces: Bool,
        type: OrderType,
        quantity: Int,
        askedQuantity: Int?,
        price: Price = .zero,
        triggerPrice: Price = .zero,
        validity: Validity = .day,
        test: TestOutcome? = nil,
        protection: Protection = Protection(),
        notes: [Note] = [],
        slice: OrderSlice? = nil,
        signalledAt: Timestamp? = nil
    ) {
        self.id = id
        self.client = client
        self.group = group
        self.leg = leg
        self.source = source
        self.strategy = strategy
        self.executionType = executionType
        self.instrument = instrument
        self.product = product
        self.side = side
        self.reduces = reduces
        self.type = type
        self.quantity = quantity
        self.askedQuantity = askedQuantity
        self.price = price
        self.triggerPrice = triggerPrice
        self.validity = validity
        self.test = test
        self.protection = protection
        self.notes = notes
        self.slice = slice
        self.signalledAt = signalledAt
    }

    public var tag: ClientTag { id.tag }
    public var position: PositionKey { PositionKey(instrument, product) }
    public var holding: HoldingKey { HoldingKey(strategy, position) }

    /// A fact of the alert that is passed on, never acted on.
    public struct Note: Hashable, Sendable {
        public let name: String
        public let text: String

        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }
}

/// Which piece of a larger order a command is. The first piece is the order itself; these are the others.
public struct OrderSlice: Hashable, Sendable {
    public let order: CommandID
    /// From 2, in the order in which they go.
    public let number: Int

    public init(of order: CommandID, number: Int) {
        self.order = order
        self.number = number
    }
}

/// The stop, target and trail that an entry asks for.
public struct Protection: Hashable, Sendable {
    public enum Measure: String, Hashable, Sendable, CaseIterable {
        case points = "POINTS"
        case percent = "PERCENT"
        case absolute = "ABSOLUTE"
    }

    public var stopLoss: Price?
    public var target: Price?
    public var trailingType: Measure?
    public var trailingValue: Price?
    public var trailingActivationPrice: Price?

    public init(
        stopLoss: Price? = nil,
        target: Price? = nil,
        trailingType: Measure? = nil,
        trailingValue: Price? = nil,
        trailingActivationPrice: Price? = nil
    ) {
        self.stopLoss = stopLoss
        self.target = target
        self.trailingType = trailingType
        self.trailingValue = trailingValue
        self.trailingActivationPrice = trailingActivationPrice
    }

    public static let none = Protection()
}
