public import Desk
public import Trading

/// One client as the engine is told of it.
public struct EngineClient: Sendable {
    public var id: ClientID
    public var broker: any Broker
    public var desk: DeskSettings
    public var limits: CallLimits
    public var watch: WatchIntervals
    /// How long an order call may take before it counts as unanswered.
    public var placeTimeout: Duration
    /// How long an entry may wait for the budget before it is given up.
    public var entryWait: Duration
    /// What can be traded at the broker, as far as it is known at the start.
    public var contracts = ContractTable.empty

    public init(
        id: ClientID,
        broker: any Broker,
        desk: DeskSettings = DeskSettings(),
        limits: CallLimits = CallLimits(),
        watch: WatchIntervals = WatchIntervals(),
        placeTimeout: Duration = .seconds(10),
        entryWait: Duration = .seconds(10)
    ) {
        self.id = id
        self.broker = broker
        self.desk = desk
        self.limits = limits
        self.watch = watch
        self.placeTimeout = placeTimeout
        self.entryWait = entryWait
    }
}

/// One client as the engine runs it. Confined to the engine: it is not `Sendable`, so the compiler sees to that.
final class ClientRuntime {
    let client: EngineClient
    var desk: Desk
    var session: Session
    var lanes = Lanes()
    var budget: CallBudget
    var watcher = OrderWatcher()
    var pushIsConnected = false
    /// Quotes that push was asked for, and when the broker is asked for each directly if none has come.
    var quotesDue: [Instrument: (asked: Timestamp, due: Timestamp, isUrgent: Bool)] = [:]
    var counts = ClientCounts()
    /// A person logs in while the session lives.
    var isRenewing = false
    var lastTick: Timestamp
    /// When the last read of each book began that the desk took in as true.
    var trustedReads: [BookKind: Timestamp] = [:]

    init(_ client: EngineClient, desk: Desk, at now: Timestamp) {
        self.client = client
        self.desk = desk
        session = Session(at: now)
        budget = CallBudget(client.limits, startingAt: now)
        lastTick = now
    }

    var id: ClientID { client.id }

    /// Empty when entries may come.
    var unreadiness: [ReadinessReason] {
        switch session.standing {
        case .refused: return [.loginRequired]
        case .away where session.isUnreachable: return [.brokerUnreachable]
        case .away, .loggingIn: return [session.isUnreachable ? .brokerUnreachable : .reconciling]
        case .live:
            if watcher.isBlind(at: lastTick) { return [.brokerUnreachable] }
            return session.isReconciled ? [] : [.reconciling]
        }
    }
}
