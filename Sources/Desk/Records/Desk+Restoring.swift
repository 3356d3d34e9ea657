public import Trading

/// What the store holds of one client: all that is open, and all of today.
public struct DeskSnapshot: Sendable {
    public var orders: [OrderRecord] = []
    public var holdings: [(key: HoldingKey, holding: Holding)] = []
    /// Recent ones; older keys are looked up in the store before an alert reaches the desk.
    public var groups: [Group] = []
    public var fills: [BookedFill] = []
    public var halts: [Halt] = []
    /// What persons said of late about who holds what, the oldest first.
    public var ledgerRequests: [DoneLedgerRequest] = []
    /// What orders of each day filled of intraday positions.
    public var intradayMoves: [IntradayMove] = []
    /// The last one there was.
    public var riskDay: RiskDay?
    /// When the last summary of a day was told.
    public var summarisedAt: Timestamp?

    public init() {}
}

/// What the orders of one day came to in an intraday holding.
public struct IntradayMove: Hashable, Sendable {
    public let holding: HoldingKey
    public let day: TradingDay
    public let quantity: Int

    public init(_ holding: HoldingKey, on day: TradingDay, _ quantity: Int) {
        self.holding = holding
        self.day = day
        self.quantity = quantity
    }

    /// What `orders` come to, as a store would tell it.
    public static func moves(of orders: some Sequence<OrderRecord>) -> [IntradayMove] {
        orders.filter { $0.command.product == .intraday && $0.command.test == nil && $0.filled.quantity > 0 }
            .map { IntradayMove($0.command.holding, on: $0.tradingDay, $0.filled.quantity * $0.command.side.sign) }
    }
}

extension Desk {
    /// A desk as the store remembers it. `started` must be the next input: it settles what the crash left open.
    public init(client: ClientID, settings: DeskSettings, restoring snapshot: DeskSnapshot, at now: Timestamp) {
        self.init(client: client, settings: settings)
        for record in snapshot.orders {
            orders.set(record, for: record.id)
            if let number = record.state.brokerOrderID, record.command.test == nil {
                view.numbersSince[number] = record.createdAt
            }
            if !record.state.isOpen { closings.add(record.id, at: record.updatedAt) }
        }
        for (key, holding) in snapshot.holdings { ledger.set(holding, for: key) }
        for group in snapshot.groups { groups.set(group, for: group.id) }
        for halt in snapshot.halts { halts[halt.scope] = halt }
        restorePace(at: now)
        ledgerRequests = snapshot.ledgerRequests
        toldDay = snapshot.summarisedAt.map { TradingDay($0) }
        riskDay = settings.baseMaxLoss == nil ? nil : snapshot.riskDay
        if settings.risk.cooldownAfterExit > .zero {
            for record in snapshot.orders
            where record.isExit && record.filled.quantity > 0 && record.command.test == nil {
                let strategy = record.command.strategy
                lastExits[strategy] = max(lastExits[strategy] ?? record.updatedAt, record.updatedAt)
            }
        }
        let today = TradingDay(now)
        movesDay = today
        for move in snapshot.intradayMoves where move.day == today {
            intradayMoves[move.holding, default: 0] += move.quantity
        }
        for entry in snapshot.ledgerRequests.flatMap(\.entries) where TradingDay(entry.at) == today {
            if entry.holding.position.product == .intraday {
                intradayMoves[entry.holding, default: 0] += entry.quantity
            }
        }
        for booked in snapshot.fills {
            guard let record = orders[booked.command], record.command.test == nil else { continue }
            bookedFills[booked.fill.brokerOrderID, default: BookedFills()][booked.fill.id] =
                Booked(quantity: booked.fill.quantity, learned: record.createdAt)
            if record.tradingDay == today { view.tradedToday[record.command.instrument] = record.createdAt }
        }
    }

    /// What was on its way when the process ended may be live: it is asked about, never sent again.
    mutating func start(at now: Timestamp, into output: inout DeskOutput) {
        let open = orders.records.values.filter { $0.state.isOpen && $0.command.test == nil }
        view.recovering = Recovering(open: Set(open.map(\.id)))
        for record in orders.records.values.sorted(by: { $0.id < $1.id }) {
            if record.pending == .cancel { view.cancels[record.id] = CancelWatch(asked: now) }
            // Whether the change left is not known: it is looked for, never asked for again.
            if record.askedTerms != nil { view.changes[record.id] = ChangeWatch(asked: now, callEnded: now) }
            switch record.state {
            case .sending:
                let text = "Sextant stopped before an answer was recorded"
                self.record(.unanswered(text, sentAt: record.updatedAt), of: record.id, at: now)
                view.absences[record.id] = Absence(callEnded: now)
            case .unconfirmed where !mutant("restart-forgets-unconfirmed"):
                view.absences[record.id] = Absence(callEnded: now)
            case .received where !mutant("leftovers-go-out"): view.leftovers.insert(record.id)
            default: break
            }
        }
        output.actions += BookKind.allCases.map(DeskAction.read)
    }
}

// MARK: - What the engine asks

extension Desk {
    /// What the market last showed of an instrument that was asked about.
    public func quote(_ instrument: Instrument) -> Quote? { view.quotes[instrument] }

    public func contract(_ instrument: Instrument) -> Contract? { contracts.contract(instrument) }

    public func order(_ id: CommandID) -> OrderRecord? { orders[id] }

    public func orders(of group: GroupID) -> [OrderRecord]? {
        groups[group].map { $0.commands.compactMap { orders[$0] } }
    }

    /// Whether the desk remembers this key, so that the store need not be asked.
    public func knows(key: String) -> Bool { groups.known(key: key) != nil }

    /// Takes in a group that only the store remembered, so that a late repeat of its key is known for one.
    public mutating func recall(_ group: Group) {
        guard groups[group.id]?.idempotencyKey == nil else { return }
        var whole = group
        whole.commands = groups[group.id]?.commands ?? group.commands
        groups.set(whole, for: group.id)
    }

    /// Whether the broker may have an order of ours that has not ended.
    public var hasOpenOrders: Bool { !orders.atBroker.isEmpty }

    public var isHolding: Bool { !ledger.isFlat }

    /// Whether time alone will change something soon.
    public var isWaiting: Bool {
        !waitingGroups.isEmpty || !view.absences.isEmpty || !view.leftovers.isEmpty || !view.quotesAsked.isEmpty
            || !view.securitiesAsked.isEmpty || orders.hasWaitingExits
    }

    /// Whether the broker shows more filled than we have fills for.
    public var owesFills: Bool { !view.owedFills.isEmpty }

    /// Whether a fill is owed, an absence to be proved or a doubt to be lifted that only the trade book can settle.
    public func needsTrades(at now: Timestamp) -> Bool {
        !view.owedFills.isEmpty || view.implausibleSince[.trades] != nil
            || view.absences.values.contains { !$0.tradesLack && now - $0.callEnded >= settings.absenceAfter }
    }

    /// What each strategy holds, in order.
    public var holdings: [(key: HoldingKey, holding: Holding)] {
        ledger.holdings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Today's orders and all open ones, by where they stand.
    public var orderCounts: [StateWord: Int] { orders.counts }

    /// When the last plausible read of the position book began.
    public var positionsBegan: Timestamp? { view.positions?.began }

    /// A strategy's orders that have not come to their end.
    public func openOrders(of strategy: StrategyName) -> [OrderRecord] {
        let held = ledger.positions(of: strategy).flatMap { orders.open(on: HoldingKey(strategy, $0)) }
        return Dictionary((held + orders.openIncreasing(strategy)).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            .values.sorted { $0.id < $1.id }
    }

    /// The halt that keeps a strategy from adding risk, if there is one.
    public func haltInForce(on strategy: StrategyName) -> Halt? { halt(on: strategy) }

    /// When the read began that the account's profit and loss was last known from.
    public var profitBegan: Timestamp? { risk.profitBegan }
}
