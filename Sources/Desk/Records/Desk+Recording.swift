import Trading

extension Desk {
    /// How to take back one thing that a step changed.
    enum Undo: Sendable {
        case order(CommandID, OrderRecord?)
        case holding(HoldingKey, Holding)
        case ledgerRequest
        case intradayMove(HoldingKey, Int?)
        case intradayDay([HoldingKey: Int], TradingDay?)
        case ledgerDay(TradingDay?)
        case ledgerRequests([DoneLedgerRequest])
        case group(GroupID, Group?)
        case waiting(GroupID, Bool)
        case halt(Halt.Scope, Halt?)
        case fill(BrokerOrderID, FillID)
        case recentFill(PositionKey)
        case forgottenFills(BrokerOrderID, BookedFills?)
        case forgottenOrders([ClosedOrders.Forgotten])
        case absence(CommandID, Absence)
        case change(CommandID, ChangeWatch)
        case leftover(CommandID)
        case setAside(CommandID)
        case repricing(CommandID, since: Timestamp)
        case day(TradingDay?)
        case riskDay(RiskDay?)
        case lastExit(StrategyName, Timestamp?)
        case sent(StrategyName, Instrument)
        case repeats(RepeatedOrders.Likeness, [Timestamp]?)
        case registered
        case toldDay(TradingDay?)
    }

    /// Writes down what happened to an order and brings the desk's state to it. False, and a dispute on record, when it
    /// cannot have happened.
    @discardableResult mutating func record(_ fact: OrderFact, of id: CommandID, at now: Timestamp) -> Bool {
        if let known = orders.records[id] { return record(fact, after: known, at: now) }
        unpack(id)
        if let known = orders.records[id] { return record(fact, after: known, at: now) }
        let event = OrderEvent(command: id, sequence: 1, at: now, fact: fact)
        guard let record = OrderRecord(beginning: event) else {
            preconditionFailure("an order begins with received or adopted, not with \(fact.kind)")
        }
        batch.events.append(event)
        if case .received = fact { noteRegistered() }
        replace(record)
        return true
    }

    private mutating func record(_ fact: OrderFact, after known: OrderRecord, at now: Timestamp) -> Bool {
        let event = OrderEvent(command: known.id, sequence: known.version + 1, at: now, fact: fact)
        var record = known
        do {
            try record.apply(event)
        } catch {
            if !known.isDisputed { dispute(known, "\(error)", at: now) }
            return false
        }
        batch.events.append(event)
        replace(record)
        return true
    }

    private mutating func replace(_ record: OrderRecord) {
        let old = orders.set(record, for: record.id)
        if old?.state.isOpen == true, !record.state.isOpen { endedGroups.insert(record.command.group) }
        if let old, old.state != .received { isStirred = true }
        noteMargin(of: record)
        undo.append(.order(record.id, old))
        touchedOrders.insert(record.id)
        if !record.state.isOpen { closings.add(record.id, at: record.updatedAt) }
    }

    mutating func setHolding(_ holding: Holding, for key: HoldingKey) {
        undo.append(.holding(key, ledger.set(holding, for: key)))
        touchedHoldings.insert(key)
    }

    /// Writes down what changes who holds what without a fill, and changes it.
    mutating func enter(_ entry: LedgerEntry) {
        move(abs(entry.quantity), entry.quantity > 0 ? .buy : .sell, at: entry.price, in: entry.holding)
        batch.ledger.append(entry)
        if !entry.kind.endsADay { noteMove(entry.quantity, of: entry.holding) }
    }

    /// An intraday holding changed today.
    mutating func noteMove(_ quantity: Int, of key: HoldingKey) {
        guard key.position.product == .intraday else { return }
        undo.append(.intradayMove(key, intradayMoves[key]))
        intradayMoves[key, default: 0] += quantity
    }

    mutating func setLedgerDay(_ day: TradingDay) {
        undo.append(.ledgerDay(view.ledgerDay))
        view.ledgerDay = day
    }

    mutating func move(_ quantity: Int, _ side: Side, at price: Price, in key: HoldingKey) {
        var holding = ledger[key]
        holding.apply(side, quantity, at: price)
        setHolding(holding, for: key)
        isStirred = true
    }

    /// What a person asked for is done, and is not done again.
    mutating func keep(_ request: DoneLedgerRequest) {
        ledgerRequests.append(request)
        batch.ledgerRequests.append(request)
        undo.append(.ledgerRequest)
    }

    /// Stores a group. Only new ones are for the journal: what is added later follows from the orders.
    mutating func setGroup(_ group: Group) {
        if groups[group.id] == nil { batch.groups.append(group) }
        undo.append(.group(group.id, groups[group.id]))
        groups.set(group, for: group.id)
    }

    mutating func setWaiting(_ id: GroupID, _ waits: Bool) {
        undo.append(.waiting(id, waitingGroups.contains(id)))
        if waits { waitingGroups.insert(id) } else { waitingGroups.remove(id) }
    }

    mutating func setHalt(_ halt: Halt?, for scope: Halt.Scope) {
        undo.append(.halt(scope, halts[scope]))
        halts[scope] = halt
        batch.halts.append((scope, halt))
    }

    mutating func noteFill(_ fill: Fill, at now: Timestamp) {
        bookedFills[fill.brokerOrderID, default: BookedFills()][fill.id] = Booked(quantity: fill.quantity, learned: now)
        undo.append(.fill(fill.brokerOrderID, fill.id))
    }

    /// An exit of the strategy was filled.
    mutating func noteExit(_ strategy: StrategyName, at now: Timestamp) {
        guard settings.risk.cooldownAfterExit > .zero else { return }
        undo.append(.lastExit(strategy, lastExits[strategy]))
        lastExits[strategy] = now
    }

    /// Units were traded that the last position read may not have counted.
    mutating func noteTrade(_ signed: Int, on position: PositionKey, at now: Timestamp) {
        view.recentFills[position, default: []].append(RecentFill(learned: now, signed: signed))
        undo.append(.recentFill(position))
    }

    /// The order is no longer unconfirmed.
    mutating func endAbsence(_ id: CommandID) {
        if let absence = view.absences.removeValue(forKey: id) { undo.append(.absence(id, absence)) }
    }

    /// Nobody waits for the order's change any more.
    mutating func endChange(_ id: CommandID) {
        if let watch = view.changes.removeValue(forKey: id) { undo.append(.change(id, watch)) }
    }

    /// The registered order that a crash left behind has come to its end. Taken back with that end: it must never be
    /// mistaken for one that may be sent.
    mutating func endLeftover(_ id: CommandID) {
        if view.leftovers.remove(id) != nil { undo.append(.leftover(id)) }
    }

    /// The intended order no longer waits for a quote. Taken back with what followed: it is in no lane meanwhile.
    mutating func endRepricing(_ id: CommandID) {
        if let since = view.repricing.removeValue(forKey: id) { undo.append(.repricing(id, since: since)) }
    }

    mutating func setDay(_ day: TradingDay) {
        undo.append(.day(view.day))
        view.day = day
        let old = ledgerRequests
        ledgerRequests.removeAll { TradingDay($0.at + .seconds(2 * 86_400)) < day }
        if ledgerRequests.count < old.count { undo.append(.ledgerRequests(old)) }
        if movesDay != day {
            undo.append(.intradayDay(intradayMoves, movesDay))
            if movesDay != nil { intradayMoves = [:] }
            movesDay = day
        }
    }

    /// An unconfirmed order of an earlier day: a person must settle it, and it stands in nobody's way.
    mutating func setAside(_ id: CommandID) {
        orders.setAside(id, true)
        undo.append(.setAside(id))
    }

    /// Closed orders leave the desk when their day is over; the store keeps them.
    mutating func forget(_ record: OrderRecord) {
        guard !touchedOrders.contains(record.id) else { return }  // its row is still to be written
        undo.append(.order(record.id, orders.set(nil, for: record.id)))
        if let number = record.state.brokerOrderID {
            view.numbersSince[number] = nil
            view.inferred[number] = nil
            undo.append(.forgottenFills(number, bookedFills.removeValue(forKey: number)))
        }
        view.owedFills[record.id] = nil
        view.refusedRows[record.id] = nil
        view.outgrown[record.id] = nil
        view.revisions[record.id] = nil
        guard let group = groups[record.command.group], group.commands.allSatisfy({ !orders.contains($0) }) else {
            return
        }
        undo.append(.group(group.id, group))
        groups.set(nil, for: group.id)
    }

    /// The same for packed orders that the broker's book, with these numbers and tags, shows no more. False when it shows
    /// some.
    mutating func forgetPacked(
        before today: TradingDay,
        besides numbers: Set<BrokerOrderID>,
        _ tags: Set<ClientTag>
    ) -> Bool {
        guard !orders.closed.isEmpty else { return true }
        var isOver = true
        let forgotten = orders.forgetPacked { [touchedOrders] order in
            guard order.tradingDay < today, !touchedOrders.contains(order.id) else { return false }
            let isShown = tags.contains(order.id.tag) || order.number.map(numbers.contains) == true
            if isShown { isOver = false }
            return !isShown
        }
        guard !forgotten.isEmpty else { return isOver }
        undo.append(.forgottenOrders(forgotten))
        forgetGroups { [orders] group in
            !group.commands.isEmpty && group.commands.allSatisfy { !orders.contains($0) }
        }
        view.owedFills = view.owedFills.filter { orders.contains($0.key) }
        view.refusedRows = view.refusedRows.filter { orders.contains($0.key) }
        view.outgrown = view.outgrown.filter { orders.contains($0.key) }
        view.revisions = view.revisions.filter { orders.contains($0.key) }
        return isOver
    }

    /// Groups of earlier days that no order of the desk belongs to; the store knows their keys.
    mutating func forgetIdleGroups(before today: TradingDay) {
        forgetGroups { [orders] group in
            TradingDay(group.receivedAt) < today && group.commands.allSatisfy { !orders.contains($0) }
        }
    }

    private mutating func forgetGroups(where isDone: (Group) -> Bool) {
        for (id, group) in groups.groups.sorted(by: { $0.key < $1.key }) where isDone(group) {
            undo.append(.group(id, group))
            groups.set(nil, for: id)
        }
    }

    mutating func notify(
        _ kind: Notification.Kind,
        _ severity: Notification.Severity,
        _ text: String,
        _ command: CommandID? = nil,
        at now: Timestamp
    ) {
        batch.notifications.append(
            Notification(kind: kind, severity: severity, text: text, command: command, at: now)
        )
    }

    /// What was sealed: its own undo steps, and whether it told anybody anything.
    struct Sealed: Sendable {
        var undo: [Undo]
        var notifies: Bool
        var changesHalts: Bool
    }

    /// Everything since the last commit or seal: events, and the rows as they are now.
    public func changes() -> DeskChanges {
        var changes = batch
        changes.orders = touchedOrders.sorted().compactMap { orders[$0] }
        changes.holdings = touchedHoldings.sorted().map { ($0, ledger[$0]) }
        return changes
    }

    /// Takes out what is to be stored now. Steps may follow while it is; they make changes of their own. Nothing else may be
    /// sealed before this is `committed` or rolled back.
    public mutating func seal() -> DeskChanges {
        precondition(sealed == nil, "a desk's changes are stored one after the other")
        let changes = changes()
        sealed = Sealed(
            undo: undo,
            notifies: !batch.notifications.isEmpty,
            changesHalts: !batch.halts.isEmpty
        )
        undo = []
        forgetBatch()
        return changes
    }

    /// A halt was set or lifted, and that is not durable yet: it must neither stop an order for good nor let one go.
    public var isChangingHalts: Bool { !batch.halts.isEmpty || sealed?.changesHalts == true }

    /// What was sealed is durable; where nothing was, all changes are.
    public mutating func committed() {
        if sealed != nil {
            sealed = nil
            return
        }
        undo.removeAll(keepingCapacity: true)
        forgetBatch()
    }

    /// The changes were not stored, sealed ones and what followed them: they never happened. What the broker showed stays
    /// known.
    public mutating func rollBack() {
        takeBack((sealed?.undo ?? []) + undo, told: !batch.notifications.isEmpty || sealed?.notifies == true)
        sealed = nil
    }

    /// The same for what followed the sealed changes; those stand.
    public mutating func rollBackUnsealed() { takeBack(undo, told: !batch.notifications.isEmpty) }

    private mutating func takeBack(_ steps: [Undo], told: Bool) {
        for step in steps.reversed() {
            switch step {
            case .order(let id, let old):
                unpack(id)
                orders.set(old, for: id)
            case .holding(let key, let old): ledger.set(old, for: key)
            case .ledgerRequest: ledgerRequests.removeLast()
            case .ledgerRequests(let old): ledgerRequests = old
            case .intradayMove(let key, let old): intradayMoves[key] = old
            case .intradayDay(let moves, let day): (intradayMoves, movesDay) = (moves, day)
            case .ledgerDay(let day): view.ledgerDay = day
            case .group(let id, let old): groups.set(old, for: id)
            case .waiting(let id, let waited):
                if waited { waitingGroups.insert(id) } else { waitingGroups.remove(id) }
            case .halt(let scope, let old): halts[scope] = old
            case .fill(let number, let fill):
                if let id = orders.closed.id(numbered: number) { unpack(id) }
                bookedFills[number]?[fill] = nil
                if bookedFills[number]?.isEmpty == true { bookedFills[number] = nil }
            case .recentFill(let position):
                _ = view.recentFills[position]?.popLast()
                if view.recentFills[position]?.isEmpty == true { view.recentFills[position] = nil }
            case .forgottenFills(let number, let fills): bookedFills[number] = fills
            case .forgottenOrders(let orders): self.orders.restore(orders)
            case .absence(let id, let absence): view.absences[id] = absence
            case .change(let id, let watch): view.changes[id] = watch
            case .leftover(let id): view.leftovers.insert(id)
            case .setAside(let id): orders.setAside(id, false)
            case .repricing(let id, let since): view.repricing[id] = since
            case .day(let day): view.day = day
            case .riskDay(let day): riskDay = day
            case .lastExit(let strategy, let time): lastExits[strategy] = time
            case .sent(let strategy, let instrument): sent.removeLast(strategy, instrument)
            case .repeats(let likeness, let old): repeats.set(old, for: likeness)
            case .registered: traffic.registered -= 1
            case .toldDay(let day): toldDay = day
            }
        }
        // What was asked for with them was not asked.
        view.quotesAsked = [:]
        view.securitiesAsked = [:]
        killed = [:]
        risk.forgetWhatWasAsked()
        if told { view.forgetWhatWasTold() }
        undo.removeAll(keepingCapacity: true)
        forgetBatch()
    }

    private mutating func forgetBatch() {
        batch = DeskChanges(client: client)
        touchedOrders.removeAll(keepingCapacity: true)
        touchedHoldings.removeAll(keepingCapacity: true)
    }
}
