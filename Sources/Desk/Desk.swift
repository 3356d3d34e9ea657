public import Trading

/// One client's whole state, and the one function that changes it.
///
/// Pure and synchronous: no I/O, no clock, no chance. Every change goes through an event or a setter that can be
/// undone, so that a batch whose commit fails leaves no trace (`rollBack`).
public struct Desk: Sendable {
    public let client: ClientID
    public let settings: DeskSettings
    let checks: Checks

    var orders = OrderTable()
    var ledger = Ledger()
    var groups = GroupTable()
    var halts: [Halt.Scope: Halt] = [:]
    /// Which fills are booked under each of the broker's numbers.
    var bookedFills: [BrokerOrderID: BookedFills] = [:]
    /// Groups whose entries wait.
    var waitingGroups: Set<GroupID> = []
    /// What can be traded, as the broker's masters say; without its exchange's master nothing is known of a contract.
    var contracts = ContractTable.empty
    var view = BrokerView()
    var risk: RiskManager
    /// The account's day, once its profit was known.
    public internal(set) var riskDay: RiskDay?
    /// When an exit of each strategy was last filled, where that matters.
    var lastExits: [StrategyName: Timestamp] = [:]
    /// What persons said of late about who holds what, so that nothing is done twice.
    var ledgerRequests: [DoneLedgerRequest] = []
    /// What changed of intraday holdings on `movesDay`; the rest of them was carried from before.
    var intradayMoves: [HoldingKey: Int] = [:]
    var movesDay: TradingDay?

    /// For limits: when orders went of late, which were identical, and how many went for how many commands.
    var sent = SentTimes()
    var repeats = RepeatedOrders()
    var traffic = OrderTraffic()
    /// When what a kill left was last closed, by what is held.
    var killed: [HoldingKey: Timestamp] = [:]

    /// Orders that have ended and are to be packed, in the order in which they did.
    var closings = Closings()

    /// The day whose summary was told last.
    var toldDay: TradingDay?

    /// What has changed since the last commit, and how to take it back.
    var batch: DeskChanges
    var undo: [Undo] = []
    /// How to take back what was sealed, while it is on its way into the store; nil when nothing is.
    var sealed: Sealed?
    var touchedOrders: Set<CommandID> = []
    var touchedHoldings: Set<HoldingKey> = []

    /// The ids of the step under way: one drawn from outside, then numbered.
    private var baseID = CommandID(milliseconds: 0, entropy: 0)
    private var idsUsed = 0
    /// Groups of which an order came to its end in the step under way.
    var endedGroups: Set<GroupID> = []
    /// Whether the step under way changed something that somebody may wait for.
    var isStirred = false

    public init(client: ClientID, settings: DeskSettings) {
        self.client = client
        self.settings = settings
        checks = Checks(settings)
        risk = RiskManager(settings)
        batch = DeskChanges(client: client)
        let hasLimits = !settings.limits.isEmpty
        orders = OrderTable(keepsLoad: hasLimits)
        ledger = Ledger(keepsCost: hasLimits)
    }

    /// Takes in one input. `id` names what the step may create; the next step must bring another one.
    public mutating func step(_ input: DeskInput, at now: Timestamp, id: CommandID) -> DeskOutput {
        baseID = id
        idsUsed = 0
        endedGroups.removeAll(keepingCapacity: true)
        isStirred = false
        var output = DeskOutput()
        switch input {
        case .alert(let alert): output.reply = submit(alert, at: now, into: &output)
        case .cancel(let id): output.reply = cancel(id, at: now, into: &output)
        case .modify(let change): output.reply = modify(change, at: now, into: &output)
        case .recheck(let id): recheck(id, at: now, into: &output)
        case .dropped(let id, let reason): drop(id, reason, at: now, into: &output)
        case .answer(let id, let answer, let sentAt): take(answer, to: id, sentAt: sentAt, at: now, into: &output)
        case .cancelAnswer(let id, let answer): take(answer, to: id, at: now, into: &output)
        case .modifyAnswer(let id, let change, let answer):
            take(answer, to: change, of: id, at: now, into: &output)
        case .push(let report): observe(report, .push, at: now, into: &output)
        case .quote(let instrument, let quote):
            view.quotes[instrument] = quote
            isStirred = true
        case .security(let instrument, let report):
            let known = view.securities[instrument]
            if report.largestQuantity != nil || known?.report.largestQuantity == nil {
                view.securities[instrument] = KnownSecurity(report: report, learned: now)
            }
            isStirred = true
        case .orders(let read, let began): take(read, began: began, at: now, into: &output)
        case .trades(let read, let began): take(read, began: began, at: now, into: &output)
        case .positions(let read, let began): take(read, began: began, at: now, into: &output)
        case .shares(let read, let began): take(read, began: began, into: &output)
        case .funds(let read, let began): take(read, began: began)
        case .contracts(let table): contracts = table
        case .halt(let halt): output.reply = set(halt, at: now)
        case .resume(let scope, let by, let reason): output.reply = lift(scope, by: by, reason: reason, at: now)
        case .kill(let halt): output.reply = kill(halt, at: now, into: &output)
        case .resolve(let id, let resolution): output.reply = resolve(id, resolution, at: now)
        case .operate(let request): output.reply = operate(request, at: now)
        case .asked(let entry): batch.audit.append(entry)
        case .recovered: reportRecovery(at: now)
        case .kept(let changes): takeIn(changes, at: now)
        case .setAside(let id, let text): noteSetAside(id, text, at: now, into: &output)
        case .started: start(at: now, into: &output)
        case .tick:
            settleAbsences(at: now, into: &output)
            reportOverdueCancels(at: now)
            watchChanges(at: now, into: &output)
            pursueBreach(at: now, into: &output)
            forgetOldAsks(at: now)
            forgetOldPace(at: now)
            pursueKills(at: now, into: &output)
            askFunds(isNeeded: false, at: now, into: &output)
            tellOfSession(at: now)
            tellOfDay(at: now)
        case .session(let news): take(news, at: now)
        }
        if isStirred || input.movesTime {
            reconsiderWaiting(at: now, into: &output)
            reconsiderPrices(at: now, into: &output)
        }
        for group in endedGroups.sorted() { concludeGroup(group, at: now) }
        packClosed(most: input.isTick ? Closings.mostAtTick : Closings.mostAtStep, at: now)
        return output
    }

    mutating func nextID() -> CommandID {
        defer { idsUsed += 1 }
        return baseID.numbered(idsUsed)
    }
}

extension DeskInput {
    fileprivate var isTick: Bool { if case .tick = self { true } else { false } }

    /// Whether those who wait are to be asked again whatever the step did.
    fileprivate var movesTime: Bool {
        switch self {
        case .tick, .positions, .halt, .resume, .kill, .started: true
        default: false
        }
    }
}
