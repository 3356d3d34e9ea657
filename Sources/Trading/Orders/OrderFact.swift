/// One fill, as the exchange counts it.
public struct Fill: Hashable, Sendable {
    public let id: FillID
    public let brokerOrderID: BrokerOrderID
    public let exchange: Exchange
    public let tradingDay: TradingDay
    public let quantity: Int
    public let price: Price
    /// When the exchange says it happened.
    public let at: Timestamp

    public init(
        id: FillID,
        brokerOrderID: BrokerOrderID,
        exchange: Exchange,
        tradingDay: TradingDay,
        quantity: Int,
        price: Price,
        at: Timestamp
    ) {
        self.id = id
        self.brokerOrderID = brokerOrderID
        self.exchange = exchange
        self.tradingDay = tradingDay
        self.quantity = quantity
        self.price = price
        self.at = at
    }
}

/// Which of the broker's words a fact was learned from.
public enum Evidence: String, Hashable, Sendable, CaseIterable {
    case reply, push
    case orderBook = "order_book"
    case tradeBook = "trade_book"
    case simulated
    /// Somebody looked, and said so.
    case person
}

/// Something that happened to one order: the unit of the append-only log, from which its row can be built again.
public enum OrderFact: Hashable, Sendable {
    indirect case received(OrderCommand)
    /// Found in the broker's books, placed outside Sextant.
    indirect case adopted(OrderCommand, BrokerOrderID)
    case blocked(Reason)
    /// The intent to send `quantity` units.
    case sending(quantity: Int)
    /// A smaller intent, because less is left to close than when the first was written.
    case capped(quantity: Int)
    /// An order at the market goes out with a limit: brokers refuse it otherwise.
    indirect case priced(OrderTerms)
    case accepted(BrokerOrderID, sentAt: Timestamp)
    case unanswered(String, sentAt: Timestamp)
    case notSent(Reason)
    case working(BrokerOrderID, Evidence)
    case filled(Fill, Evidence)
    /// The broker shows more filled than fills have come for; they replace it as they come.
    case inferred(ShownFill, Evidence)
    case rejected(Reason, Evidence)
    case cancelled(Reason, Evidence)
    case expired(Reason)
    /// Cancelling was asked for; `exit` names the command whose exit it makes way for.
    case cancelAsked(exit: CommandID?)
    case cancelRefused(String)
    /// Changing the order was asked for; it changes when the broker shows that.
    case modifyAsked(WorkingTerms, Source)
    /// The change was stopped by us: nothing of it left this machine.
    case modifyBlocked(Reason)
    /// Nothing came of the change that was asked for, as the broker says or its books prove.
    case modifyRefused(String, Evidence)
    /// The broker shows other terms than before: changed by us, or in the broker's own app.
    case modified(WorkingTerms, Evidence)
    /// As `modified`, of the quantity alone; earlier versions wrote it.
    case resized(quantity: Int, Evidence)
    /// Evidence contradicts itself; a person must look.
    case disputed(String)
    /// A person compared it with the broker and says that the row is right.
    case agreed(String)
    /// A person gave an order that was placed elsewhere to a strategy.
    case assigned(StrategyName, reduces: Bool, String)
}

extension OrderFact {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case received, adopted, blocked, sending, capped, priced, accepted, unanswered, notSent, working, filled,
            rejected
        case cancelled, expired, cancelAsked, cancelRefused, modifyAsked, modifyBlocked, modifyRefused, modified
        case resized, disputed, agreed, assigned, inferred

        /// Which of the six steps it belongs to.
        public var step: Int {
            switch self {
            case .received: 1
            case .blocked: 2
            case .sending, .capped, .priced: 3
            case .accepted, .unanswered, .notSent: 5
            default: 6
            }
        }
    }

    public var kind: Kind {
        switch self {
        case .received: .received
        case .adopted: .adopted
        case .blocked: .blocked
        case .sending: .sending
        case .capped: .capped
        case .priced: .priced
        case .accepted: .accepted
        case .unanswered: .unanswered
        case .notSent: .notSent
        case .working: .working
        case .filled: .filled
        case .inferred: .inferred
        case .rejected: .rejected
        case .cancelled: .cancelled
        case .expired: .expired
        case .cancelAsked: .cancelAsked
        case .cancelRefused: .cancelRefused
        case .modifyAsked: .modifyAsked
        case .modifyBlocked: .modifyBlocked
        case .modifyRefused: .modifyRefused
        case .modified: .modified
        case .resized: .resized
        case .disputed: .disputed
        case .agreed: .agreed
        case .assigned: .assigned
        }
    }

    /// A refusal in the reply to the placement is step 5; one that the books show later is step 6.
    public var step: Int {
        if case .rejected(_, .reply) = self { 5 } else { kind.step }
    }
}

/// A fact with its place in the order's history: sequences of one order run 1, 2, 3, … without gaps.
public struct OrderEvent: Hashable, Sendable {
    public let command: CommandID
    public let sequence: Int
    public let at: Timestamp
    public let fact: OrderFact

    public init(command: CommandID, sequence: Int, at: Timestamp, fact: OrderFact) {
        self.command = command
        self.sequence = sequence
        self.at = at
        self.fact = fact
    }
}
