public import Trading

/// What a step asks for. Events are for the journal; actions are performed only after the events are durable.
public struct DeskOutput: Sendable {
    public var actions: [DeskAction] = []
    public var reply: DeskReply?
    /// The book that the step took in as true; none when it was unknown or contradicts what is known.
    public var trusted: BookKind?
}

public enum DeskAction: Hashable, Sendable {
    /// Queue for the broker. Before its first byte the lane asks the desk once more (`clearance`).
    case place(CommandID, group: GroupID, reduces: Bool)
    case cancel(CommandID, BrokerOrderID)
    /// Queue the change that was asked for. Before its first byte the lane asks the desk once more
    /// (`clearance(forChangeOf:)`).
    case modify(CommandID, reduces: Bool)
    /// Something was learned that only this book can settle.
    case read(BookKind)
    /// Read what shares lie in the depository.
    case readShares
    /// Read what margin is free.
    case readFunds
    /// Ask what the market shows; urgent where an exit waits for it.
    case quote(Instrument, urgent: Bool)
    /// Ask what the exchange lets one order be.
    case security(Instrument, urgent: Bool)
}

public enum BookKind: String, Hashable, Sendable, CaseIterable {
    case orders, trades, positions
}

public enum DeskReply: Sendable {
    /// The alert's orders as they stand after the step.
    case registered(GroupID, [OrderRecord], problems: [FieldProblem])
    /// Nothing of the alert could be read; nothing was registered.
    case unreadable([FieldProblem])
    case repeated(GroupID, firstReceivedAt: Timestamp)
    case conflict(GroupID, firstReceivedAt: Timestamp)
    case cancelling(OrderRecord)
    /// The broker is asked to change the order, or is being asked already.
    case modifying(OrderRecord)
    /// The order is as it was asked to become.
    case unchanged(OrderRecord)
    /// The order cannot be changed as it stands, and why.
    case unchangeable(OrderRecord, String)
    /// The change is not allowed; `problems` where its fields are wrong.
    case changeBlocked(OrderRecord, Reason, [FieldProblem])
    /// The order has already come to its end.
    case tooLate(OrderRecord)
    case unknownOrder
    case resolved(OrderRecord)
    /// A person's word that says nothing about this order as it stands; the text says why.
    case notResolved(String)
    /// What a person's word changed of who holds what; nothing where it was so already.
    case ledger([LedgerEntry])
    /// A person's word that must not be done as things stand, and why.
    case ledgerRefused(String)
    case done
    /// What a kill began: orders that it asked to end, and the groups of its exits.
    case killed(cancels: [CommandID], exits: [GroupID])
}

/// What the lane may do with an order it is about to write to the wire.
public enum Clearance: Hashable, Sendable {
    case send(Placement)
    /// Circumstances changed: send nothing, let the desk decide again.
    case recheck
    /// It is no longer waiting to be sent.
    case forget
}

/// What the lane may do with a change that it is about to write to the wire.
public enum ChangeClearance: Hashable, Sendable {
    case send(Modification)
    /// Circumstances changed: send nothing, let the desk decide again.
    case recheck
    /// Nobody asks for it any more.
    case forget
}

/// An order as it goes to the broker.
public struct Placement: Hashable, Sendable {
    public let command: OrderCommand
    public let quantity: Int
    public let type: OrderType
    /// Limit price; zero where the type has none.
    public let price: Price
    public let triggerPrice: Price

    /// `terms` where it does not go as it was asked for.
    public init(command: OrderCommand, quantity: Int, terms: OrderTerms? = nil) {
        self.command = command
        self.quantity = quantity
        type = terms?.type ?? command.type
        price = terms?.price ?? command.price
        triggerPrice = terms?.triggerPrice ?? command.triggerPrice
    }
}

/// A working order as it is to be from now on.
public struct Modification: Hashable, Sendable {
    public let number: BrokerOrderID
    public let instrument: Instrument
    /// The order's whole quantity: what is filled already counts.
    public let quantity: Int
    public let type: OrderType
    public let price: Price
    public let triggerPrice: Price
    public let validity: Validity
    /// Of an order that takes risk out: its call must not wait behind those that add some.
    public let reduces: Bool

    public init(
        number: BrokerOrderID,
        instrument: Instrument,
        quantity: Int,
        type: OrderType,
        price: Price = .zero,
        triggerPrice: Price = .zero,
        validity: Validity = .day,
        reduces: Bool = false
    ) {
        self.number = number
        self.instrument = instrument
        self.quantity = quantity
        self.type = type
        self.price = price
        self.triggerPrice = triggerPrice
        self.validity = validity
        self.reduces = reduces
    }
}

/// Something a person should hear of; written with the events that it is about, delivered later.
public struct Notification: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable, CaseIterable {
        case notice, warning, critical
    }

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case blocked = "BLOCKED"
        case rejected = "REJECTED"
        case exitFailed = "EXIT_FAILED"
        case notSent = "NOT_SENT"
        case unconfirmed = "UNCONFIRMED"
        case confirmed = "CONFIRMED"
        case appearedAfterAll = "APPEARED_AFTER_ALL"
        case foreignTag = "FOREIGN_TAG"
        case lateFill = "LATE_FILL"
        case disputed = "DISPUTED"
        case cancelled = "CANCELLED"
        case cancelOverdue = "CANCEL_OVERDUE"
        case modifyRefused = "MODIFY_REFUSED"
        case modifyOverdue = "MODIFY_OVERDUE"
        case expired = "EXPIRED"
        case groupIncomplete = "GROUP_INCOMPLETE"
        case implausible = "IMPLAUSIBLE"
        case dayLoss = "DAY_LOSS"
        case halted = "HALTED"
        case resumed = "RESUMED"
        case resolved = "RESOLVED"
        case drift = "DRIFT"
        case closedByHand = "CLOSED_BY_HAND"
        case ledgerChanged = "LEDGER_CHANGED"
        case dayEnded = "DAY_ENDED"
        case recovered = "RECOVERED"
        case storeFailed = "STORE_FAILED"
        case takenIn = "TAKEN_IN"
        case dayLossNear = "DAY_LOSS_NEAR"
        case flattening = "FLATTENING"
        case cooldown = "COOLDOWN"
        case calendarUnknown = "CALENDAR_UNKNOWN"
        case filled = "FILLED"
        case sessionLost = "SESSION_LOST"
        case sessionRenewed = "SESSION_RENEWED"
        case daySummary = "DAY_SUMMARY"
    }

    public let kind: Kind
    public let severity: Severity
    public let text: String
    public let command: CommandID?
    public let at: Timestamp

    public init(kind: Kind, severity: Severity, text: String, command: CommandID? = nil, at: Timestamp) {
        self.kind = kind
        self.severity = severity
        self.text = text
        self.command = command
        self.at = at
    }
}

/// A person's word that changed something: who, what and about what. Kept for good.
public struct AuditEntry: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable, CaseIterable {
        case halt, resume, resolve, adopt
        case forceCloseStrategy = "force_close_strategy"
        case forceClearSymbol = "force_clear_symbol"
        case reconcile = "reconcile_with_broker"
    }

    public let action: Action
    public let by: String
    public let detail: String
    public let at: Timestamp

    public init(_ action: Action, by: String, _ detail: String, at: Timestamp) {
        self.action = action
        self.by = by
        self.detail = detail
        self.at = at
    }
}

/// What one batch of steps changed: the events, and the rows as they stand after them.
public struct DeskChanges: Sendable {
    public let client: ClientID
    public var events: [OrderEvent] = []
    public var orders: [OrderRecord] = []
    public var fills: [BookedFill] = []
    public var holdings: [(key: HoldingKey, holding: Holding)] = []
    public var groups: [Group] = []
    public var halts: [(scope: Halt.Scope, halt: Halt?)] = []
    public var notifications: [Notification] = []
    public var audit: [AuditEntry] = []
    /// What changed of who holds what without a fill, in its order; and the requests that it came of.
    public var ledger: [LedgerEntry] = []
    public var ledgerRequests: [DoneLedgerRequest] = []
    /// What changed of the account's risk day, in its order; the row is the last one's.
    public var riskEvents: [RiskEvent] = []

    public init(client: ClientID) { self.client = client }

    public var isEmpty: Bool {
        events.isEmpty && groups.isEmpty && halts.isEmpty && notifications.isEmpty && audit.isEmpty
            && ledger.isEmpty && riskEvents.isEmpty
    }
}

/// A fill and the command whose order it belongs to.
public struct BookedFill: Hashable, Sendable {
    public let command: CommandID
    public let fill: Fill

    public init(command: CommandID, fill: Fill) {
        self.command = command
        self.fill = fill
    }
}
