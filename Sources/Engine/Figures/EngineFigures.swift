public import Desk
public import Trading

/// What an operator watches, as it is at one moment. Counts run since the process started.
public struct EngineFigures: Sendable {
    /// Whole commits, from the engine's request to its answer.
    public var commits = Histogram()
    /// The part of each that the disk took to make it durable.
    public var syncs = Histogram()
    public var failedCommits = 0
    public var committedEvents = 0
    public var waitingEntries = 0
    /// Answers, fills, cancels, exits and halts that wait to be stepped.
    public var waitingUrgent = 0
    public var clients: [ClientFigures] = []
}

public struct ClientFigures: Sendable {
    /// One part of an order's way whose time is measured.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// Steps 1 to 3, from the request until they are durable.
        case register
        /// The wait in the lane, from then until the first byte.
        case send
        /// From the first byte until the broker's answer.
        case record
        /// The whole life, from registration to the order's end.
        case watch
    }

    public let id: ClientID
    public var unreadiness: [ReadinessReason] = []
    /// Today's orders and all open ones, by where they stand.
    public var orders: [StateWord: Int] = [:]
    public var events: [OrderFact.Kind: Int] = [:]
    public var notifications: [Notification.Kind: Int] = [:]
    public var stages: [Stage: Histogram] = [:]
    public var lanes: [LaneFigures] = []
    public var budget: [BudgetFigures] = []
    public var pushIsConnected = false
    /// Since the last message, or since push was connected; nil while it never was.
    public var pushAge: Duration?
    /// Since the read began that each book was last believed from.
    public var bookAges: [BookKind: Duration] = [:]
    /// Since the read began that told the profit and loss of the day.
    public var profitAge: Duration?

    init(id: ClientID) { self.id = id }
}

/// One lane to the broker.
public struct LaneFigures: Hashable, Sendable {
    public let name: String
    public let waiting: Int
    public let inFlight: Int
    /// Calls begun since the start.
    public let calls: Int
}

/// One of the windows in which calls are counted.
public struct BudgetFigures: Hashable, Sendable {
    public let window: String
    public let used: Int
    public let limit: Int
}
