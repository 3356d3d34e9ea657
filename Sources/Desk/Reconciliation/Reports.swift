public import Trading

/// What a read of the broker's books came to. Unknown is never treated as empty.
public enum BookRead<Row: Sendable>: Sendable {
    case known([Row])
    /// The broker said that there is nothing.
    case empty
    case unknown(ReadFailure)
}

/// Why a book is unknown.
public struct ReadFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case sessionExpired
        /// The broker's rate limit was exceeded.
        case throttled
        /// Nothing was heard from the broker.
        case unreachable
        /// Something was heard that is no book.
        case garbled
        case refused
    }

    public let kind: Kind
    public let text: String

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    public var description: String { text }
}

public enum BrokerStatus: Hashable, Sendable {
    case pending, open, triggerPending, complete, rejected, cancelled
    /// A word we do not know: never taken for an end.
    case unknown(String)
}

/// One order as push or the order book shows it.
public struct OrderReport: Hashable, Sendable {
    public var brokerOrderID: BrokerOrderID
    public var tag: ClientTag?
    public var instrument: Instrument
    public var product: Product
    public var side: Side
    public var type: OrderType?
    public var quantity: Int
    public var price: Price
    /// Zero where the order has none, or the row does not say.
    public var triggerPrice: Price
    /// Counts the order's changes at the broker; nil where the broker does not.
    public var revision: Int?
    public var status: BrokerStatus
    /// Units filled so far.
    public var filled: Int
    /// What they were filled at on average; nil where the row does not say.
    public var averagePrice: Price?
    /// The broker's words for a rejection.
    public var rejection: String?
    /// The row tells of a refused cancel or modify: it says nothing of the order itself.
    public var refusesRequest: Bool
    /// Which one; nil where the row does not say.
    public var refusedRequest: PendingRequest?
    /// The fill that this message is about; push only.
    public var fill: Fill?

    public init(
        brokerOrderID: BrokerOrderID,
        tag: ClientTag?,
        instrument: Instrument,
        product: Product,
        side: Side,
        type: OrderType? = nil,
        quantity: Int,
        price: Price = .zero,
        triggerPrice: Price = .zero,
        revision: Int? = nil,
        status: BrokerStatus,
        filled: Int = 0,
        averagePrice: Price? = nil,
        rejection: String? = nil,
        refusesRequest: Bool = false,
        refusedRequest: PendingRequest? = nil,
        fill: Fill? = nil
    ) {
        self.brokerOrderID = brokerOrderID
        self.tag = tag
        self.instrument = instrument
        self.product = product
        self.side = side
        self.type = type
        self.quantity = quantity
        self.price = price
        self.triggerPrice = triggerPrice
        self.revision = revision
        self.status = status
        self.filled = filled
        self.averagePrice = averagePrice
        self.rejection = rejection
        self.refusesRequest = refusesRequest
        self.refusedRequest = refusedRequest
        self.fill = fill
    }
}

/// One fill as the trade book shows it.
public struct TradeReport: Hashable, Sendable {
    public var fill: Fill
    public var tag: ClientTag?

    public init(fill: Fill, tag: ClientTag?) {
        self.fill = fill
        self.tag = tag
    }
}

/// What the exchange lets one order of a contract be.
public struct SecurityReport: Hashable, Sendable {
    /// The largest quantity of one order; nil where the broker does not say.
    public var largestQuantity: Int?
    public var lot: Int?
    public var tick: Price?
    public var lowerCircuit: Price?
    public var upperCircuit: Price?

    public init(
        largestQuantity: Int?,
        lot: Int? = nil,
        tick: Price? = nil,
        lowerCircuit: Price? = nil,
        upperCircuit: Price? = nil
    ) {
        self.largestQuantity = largestQuantity
        self.lot = lot
        self.tick = tick
        self.lowerCircuit = lowerCircuit
        self.upperCircuit = upperCircuit
    }
}

/// One line of the position book.
public struct PositionReport: Hashable, Sendable {
    public var position: PositionKey
    /// Units, negative when short.
    public var net: Int
    /// Realised plus unrealised profit of the day; nil when the row does not say.
    public var profit: Money?
    /// The last traded price; nil when the row does not say.
    public var last: Price?
    /// Units sold today; nil when the row does not say.
    public var sold: Int?

    public init(position: PositionKey, net: Int, profit: Money?, last: Price? = nil, sold: Int? = nil) {
        self.position = position
        self.net = net
        self.profit = profit
        self.last = last
        self.sold = sold
    }
}
