public import Trading

extension Desk {
    /// Steps 2 and 3 for what a group still has in `received` (exits wait on their own): checked, then blocked,
    /// intended, or left waiting.
    mutating func settle(_ id: GroupID, at now: Timestamp, into output: inout DeskOutput) {
        guard let group = groups[id] else {
            if waitingGroups.contains(id) { setWaiting(id, false) }  // it ended, and has left the desk
            return
        }
        let begun = begun(group)
        let since = begun ?? group.receivedAt
        var rulings = waitingOrders(of: group).map { Ruling($0) }
        for index in rulings.indices where !rulings[index].record.command.reduces {
            // Judged by what is true when its turn comes.
            if turn(of: rulings[index].record, at: now) == .later { break }
            rule(&rulings[index], since: since, hasBegun: begun != nil, at: now, into: &output)
        }
        let together = settings.legs == .together
        var failing = together ? rulings.lazy.compactMap(\.refusal).first : nil
        let isHeldUp = rulings.contains(where: \.holdsUp)
        legs: for ruling in rulings {
            let record = ruling.record
            if record.command.reduces {
                release(record.id, at: now, into: &output)
                if slices(beside: record).contains(where: { $0.state == .received }) { break legs }
                continue
            }
            if failing == nil, let reason = outOfTurn(record, begun: begun != nil, since: group.receivedAt, at: now) {
                if together { failing = .beside("leg \(record.command.leg): \(reason.text)", record.id) }
                continue
            }
            switch ruling.verdict {
            case .block(let reason): block(record.id, reason, at: now)
            case nil, .pass, .wait:
                if let failing {
                    block(record.id, failing, at: now)
                } else if ruling.verdict == nil {
                    break legs
                } else if ruling.verdict == .pass, !(together && isHeldUp) {
                    let sizes = ruling.pieces ?? [record.quantity]
                    slice(record, into: sizes, at: now)
                    send(record.id, quantity: sizes[0], ruling.terms, at: now, into: &output)
                    if sizes.count > 1 { break legs }  // its other pieces go before the next leg
                }
            }
        }
        let stillWaits = hasWaitingOrders(id)
        if stillWaits != waitingGroups.contains(id) { setWaiting(id, stillWaits) }
        if stillWaits, isHeldUp { output.actions.append(.read(.positions)) }
    }

    /// What is to become of an order that waits.
    private struct Ruling {
        let record: OrderRecord
        /// Nil while its turn has not come.
        var verdict: Verdict?
        var terms: OrderTerms?
        var pieces: [Int]?

        init(_ record: OrderRecord) { self.record = record }

        var holdsUp: Bool { verdict.map { $0 != .pass } ?? false }

        /// What the legs beside a blocked one are told.
        var refusal: Reason? {
            guard case .block(let reason) = verdict else { return nil }
            let leg = "leg \(record.command.leg) (\(record.command.instrument))"
            return .beside("\(leg) was blocked: \(reason.tag.rawValue)", record.id)
        }
    }

    /// Step 2 for one order, and with which limit and in which pieces it is to go.
    private mutating func rule(
        _ ruling: inout Ruling,
        since: Timestamp,
        hasBegun: Bool,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        let command = ruling.record.command
        askLimitPrice(for: command, at: now, into: &output)
        if command.test == nil, command.slice == nil { askFunds(isNeeded: true, at: now, into: &output) }
        let verdict = verdict(on: command, since: since, hasBegun: hasBegun, at: now)
        ruling.verdict = verdict
        guard verdict == .pass else { return }
        switch pricing(of: command, since: since, at: now, into: &output) {
        case .asAsked: break
        case .terms(let limit): ruling.terms = limit
        case .wait: ruling.verdict = .wait(until: since + DeskSettings.waitForData)
        case .refused(let reason): ruling.verdict = .block(reason)
        }
        ruling.pieces = pieces(of: command, ruling.record.quantity, at: now, into: &output)
        if let count = ruling.pieces?.count, count > DeskSettings.mostSlices {
            ruling.verdict = .block(.tooManySlices(count))
        } else if ruling.pieces == nil, ruling.verdict == .pass {
            ruling.verdict = .wait(until: since + DeskSettings.waitForLimit)
        }
    }

    /// Something happened: whoever waits is asked again.
    mutating func reconsiderWaiting(at now: Timestamp, into output: inout DeskOutput) {
        for id in waitingGroups.sorted() { settle(id, at: now, into: &output) }
        for holding in orders.holdingsWithWaitingExits { releaseExits(on: holding, at: now, into: &output) }
    }

    /// Ends an order that is not to go any more: the piece before it failed, or its turn did not come while its signal
    /// was young. Returns why.
    private mutating func outOfTurn(
        _ record: OrderRecord,
        begun: Bool,
        since: Timestamp,
        at now: Timestamp
    ) -> Reason? {
        if case .never(let reason) = turn(of: record, at: now) {
            block(record.id, reason, at: now)
            return reason
        }
        guard begun, now - since > settings.maxAge else { return nil }
        let text = "what goes before it was not answered within \(settings.maxAge.inSeconds)"
        let reason = Reason(.expiredUnsent, code: "slice", text)
        self.record(.expired(reason), of: record.id, at: now)
        notifyFailure(record, .expired, text, at: now)
        return reason
    }

    /// What all checks say of an order that adds risk, as if it had just come. Reads only.
    public func verdict(on command: OrderCommand, at now: Timestamp) -> Verdict {
        verdict(on: command, since: now, hasBegun: false, at: now)
    }

    /// `hasBegun` of orders beside which others of their group have gone already: what those hold is no objection.
    private func verdict(on command: OrderCommand, since: Timestamp, hasBegun: Bool, at now: Timestamp) -> Verdict {
        var circumstances = circumstances(of: command, since: since, at: now)
        if hasBegun { circumstances.strategyHolds = false }
        return checks.verdict(on: command, in: circumstances)
    }

    func circumstances(of command: OrderCommand, since: Timestamp, at now: Timestamp) -> Circumstances {
        var circumstances = Circumstances(now: now, since: since)
        circumstances.halt = halt(on: command)
        circumstances.profit = risk.profit
        circumstances.profitBegan = risk.profitBegan
        circumstances.floor = floor
        circumstances.riskDay = riskDay
        if !lastExits.isEmpty { circumstances.lastExit = lastExits[command.strategy] }
        circumstances.booksAreImplausible = booksAreImplausible(at: now)
        circumstances.strategyHolds = ledger.holds(command.strategy)
        if circumstances.strategyHolds {
            circumstances.strategyIsClosing = ledger.positions(of: command.strategy).allSatisfy { position in
                let holding = HoldingKey(command.strategy, position)
                let held = abs(ledger[holding].quantity)
                return closing(holding) + aboutToClose(holding, held)
                    >= (mutant("closing-a-part-is-closing") ? 1 : held)
            }
        }
        let own = mutant("guard-counts-own-group") ? GroupID(command.id) : command.group
        circumstances.openEntry = orders.openIncreasing(command.strategy, outside: own)?.id
        circumstances.conflict = conflict(with: command)
        circumstances.limits = limitCircumstances(of: command, at: now)
        // What an entry waits for is no duplicate of it.
        let turns = command.executionType == .entry && circumstances.strategyIsClosing && !mutant("exit-is-duplicate")
        circumstances.sameInstrument =
            orders.open(on: command.holding)
            .first { other in
                if mutant("duplicate-by-side"), other.command.side != command.side { return false }
                return other.command.group != command.group && !(turns && other.command.reduces)
            }?.id
        return circumstances
    }

    /// Units of what is held that open exits will take out, if they fill.
    func closing(_ holding: HoldingKey) -> Int {
        orders.open(on: holding).lazy.filter { $0.command.reduces && $0.state != .received }
            .map { mutant("closing-counts-whole-orders") ? $0.quantity : $0.remaining }
            .reduce(0, +)
    }

    /// Units that exits will take out which wait for a cancel, a quote or their turn.
    func aboutToClose(_ holding: HoldingKey, _ held: Int) -> Int {
        orders.waitingExits(on: holding).filter { !view.leftovers.contains($0.id) }
            .map { $0.command.askedQuantity ?? held }
            .reduce(0, +)
    }

    /// Opposite holders and orders first; under `exclusive` those of the same side too.
    private func conflict(with command: OrderCommand) -> Circumstances.Conflict? {
        guard settings.crossStrategy != .netting else { return nil }
        let own = command.strategy
        let isExclusive = settings.crossStrategy == .exclusive && !mutant("exclusive-allows-same-side")
        let sides = [command.side.opposite] + (isExclusive ? [command.side] : [])
        for side in sides {
            if let holder = ledger.holder(command.position, side, besides: own) {
                let quantity = ledger[HoldingKey(holder, command.position)].quantity
                return .init(strategy: holder, quantity: quantity, order: nil)
            }
            if let order = orders.increasing(command.position, side, besides: own),
                !mutant("cross-strategy-ignores-orders")
            {
                let quantity = order.remaining * side.sign
                return .init(strategy: order.command.strategy, quantity: quantity, order: order.id)
            }
        }
        return nil
    }

    func booksAreImplausible(at now: Timestamp) -> Bool {
        view.implausibleSince.values.contains { now - $0 >= DeskSettings.implausibleAlert }
    }

    /// Step 3: the intent to send. The placement itself follows the commit.
    mutating func send(
        _ id: CommandID,
        quantity: Int,
        _ terms: OrderTerms?,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let record = orders[id], self.record(.sending(quantity: quantity), of: id, at: now) else { return }
        if let terms { self.record(.priced(terms), of: id, at: now) }
        noteSent(record.command, at: now)
        if let test = record.command.test {
            simulate(test, id, quantity, at: now)
        } else {
            output.actions.append(.place(id, group: record.command.group, reduces: record.command.reduces))
        }
    }

    /// Steps 4 to 6 of a `test_mode` order: no broker is called, no ledger, guard or limit is touched.
    private mutating func simulate(_ outcome: TestOutcome, _ id: CommandID, _ quantity: Int, at now: Timestamp) {
        guard let record = orders[id] else { return }
        let command = record.command
        guard outcome == .success else {
            self.record(.rejected(.brokerRefused("test_mode FAILURE: simulated refusal"), .simulated), of: id, at: now)
            return
        }
        let number = BrokerOrderID("TEST-\(command.tag)")
        let fill = Fill(
            id: "TEST",
            brokerOrderID: number,
            exchange: command.instrument.exchange,
            tradingDay: TradingDay(now),
            quantity: quantity,
            price: command.type.hasLimit ? command.price : command.triggerPrice,
            at: now
        )
        self.record(.accepted(number, sentAt: now), of: id, at: now)
        self.record(.filled(fill, .simulated), of: id, at: now)
        batch.fills.append(BookedFill(command: id, fill: fill))
    }

    /// A group that has ended partly done is somebody's unhedged position.
    mutating func concludeGroup(_ id: GroupID, at now: Timestamp) {
        guard let group = groups[id], group.commands.count > 1 else { return }
        let records = group.commands.compactMap { orders[$0] }
        guard records.allSatisfy({ !$0.state.isOpen }), records.contains(where: { $0.filled.quantity > 0 }) else {
            return
        }
        let unfilled = records.filter { $0.filled.quantity < $0.quantity && !$0.command.reduces }
        guard let first = unfilled.first, records.contains(where: { !$0.command.reduces }) else { return }
        let what = "group \(id) of \(first.command.strategy) ended partly done: "
        let legs = records.map { record in
            "leg \(record.command.leg) \(record.command.instrument) \(record.filled.quantity)/\(record.quantity)"
        }
        notify(.groupIncomplete, .critical, what + legs.joined(separator: ", "), first.id, at: now)
    }
}

extension Reason {
    fileprivate static func tooManySlices(_ count: Int) -> Reason {
        let text = "the exchange takes it in \(count) orders only; the most that one order is cut into is "
        return Reason(
            .validationFailed,
            code: "slices",
            text + "\(DeskSettings.mostSlices)",
            limit: "\(DeskSettings.mostSlices)",
            observed: "\(count)"
        )
    }

    static func brokerRefused(_ text: String) -> Reason { Reason(.brokerRejected, code: "broker", text) }
}
