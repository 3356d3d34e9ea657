import Trading

extension Desk {
    /// Step 6: takes in what push or the order book shows of one order. Idempotent: seen twice is seen once.
    mutating func observe(
        _ report: OrderReport,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let id = match(report, evidence, at: now, into: &output) else { return }
        if let fill = report.fill { book(fill, for: id, evidence, at: now, into: &output) }
        guard let record = orders[id] else { return }
        let owed = report.status == .complete && report.filled == 0 ? report.quantity : report.filled
        if owed > record.filled.quantity {
            view.owedFills[id] = owed
            output.actions.append(.read(.trades))
        }
        if report.refusesRequest {
            if record.pending == .cancel { self.record(.cancelRefused(report.rejection ?? ""), of: id, at: now) }
            if evidence == .push { output.actions.append(.read(.orders)) }
            return
        }
        resize(record, to: report, evidence, at: now)
        switch report.status {
        case .rejected: reject(record, report, evidence, at: now)
        case .cancelled: end(record, evidence, at: now)
        case .open, .triggerPending:
            let sent = view.cancelSentAt[id]
            if evidence == .orderBook, record.pending == .cancel, let sent, now - sent >= DeskSettings.cancelRepeat {
                performCancel(id, at: now, into: &output)
            }
        case .pending, .complete: break
        case .unknown(let word):
            if evidence == .push { output.actions.append(.read(.orders)) }
            if !record.isDisputed, record.state.isOpen, evidence == .orderBook {
                notifyUnknown(word, record, at: now)
            }
        }
    }

    /// The order that a report is about: by number, else by tag, else adopted as somebody else's.
    private mutating func match(
        _ report: OrderReport,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> CommandID? {
        let number = report.brokerOrderID
        if let record = orders.order(numbered: number) { return record.id }
        guard let tag = report.tag, let record = orders.order(tagged: tag) else {
            return adoptForeign(report, at: now)
        }
        return identify(record, as: number, evidence, at: now, into: &output) ? record.id : nil
    }

    /// Evidence gives an order of ours its number: at once, from any book, in any order. False when it has another.
    mutating func identify(
        _ record: OrderRecord,
        as number: BrokerOrderID,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Bool {
        let before = record.state
        guard record.state.brokerOrderID == nil, self.record(.working(number, evidence), of: record.id, at: now) else {
            if !record.isDisputed {
                dispute(record, "the broker's books show its tag under number \(number) too", at: now)
            }
            return false
        }
        noteNumber(number, at: now)
        view.absences[record.id] = nil
        view.leftovers.remove(record.id)
        switch before {
        case .unconfirmed:
            notify(.confirmed, .notice, "order \(record.id) is at the broker as \(number)", record.id, at: now)
            performCancel(record.id, at: now, into: &output)
        case .notSent:
            let text =
                "order \(record.id) \(record.command.position), reported as not sent, is at the broker as \(number)"
            notify(.appearedAfterAll, .critical, text + "; its open remainder is being cancelled", record.id, at: now)
            askCancel(record.id, for: nil, at: now, into: &output)
        default: performCancel(record.id, at: now, into: &output)
        }
        return true
    }

    /// An order placed outside Sextant, or by another Sextant: booked to `external`.
    private mutating func adoptForeign(_ report: OrderReport, at now: Timestamp) -> CommandID {
        let id = nextID()
        let command = OrderCommand(
            id: id,
            client: client,
            group: GroupID(id),
            leg: 1,
            source: .system,
            strategy: .external,
            executionType: .adjust,
            instrument: report.instrument,
            product: report.product,
            side: report.side,
            reduces: false,
            type: report.type ?? .limit,
            quantity: report.quantity,
            askedQuantity: report.quantity,
            price: report.price
        )
        record(.adopted(command, report.brokerOrderID), of: id, at: now)
        noteNumber(report.brokerOrderID, at: now)
        if let tag = report.tag {
            let text = "order \(report.brokerOrderID) carries the tag \(tag), which this store does not know: another "
            notify(.foreignTag, .critical, text + "Sextant, or a restored backup, trades this account", id, at: now)
        }
        return id
    }

    private mutating func resize(
        _ record: OrderRecord,
        to report: OrderReport,
        _ evidence: Evidence,
        at now: Timestamp
    ) {
        guard report.quantity > 0, report.quantity != record.quantity, record.state.isOpen else { return }
        switch report.status {
        case .open, .triggerPending, .complete:
            self.record(.resized(quantity: report.quantity, evidence), of: record.id, at: now)
        default: break
        }
    }

    private mutating func reject(
        _ record: OrderRecord,
        _ report: OrderReport,
        _ evidence: Evidence,
        at now: Timestamp
    ) {
        guard record.state.isOpen else { return }
        let text = report.rejection ?? "no reason given"
        guard self.record(.rejected(.brokerRefused(text), evidence), of: record.id, at: now) else { return }
        guard record.command.strategy != .external else { return }
        notifyFailure(record, .rejected, "rejected by the broker: \(text)", at: now)
    }

    /// The broker shows the order cancelled. It ends here once all that the broker says is filled is booked.
    private mutating func end(_ record: OrderRecord, _ evidence: Evidence, at now: Timestamp) {
        guard let record = orders[record.id], record.state.isOpen else { return }
        let asked = record.pending == .cancel
        let by = asked ? "on request" : "by the broker, the exchange or in the broker's app"
        let reason = Reason(
            .brokerCancelled,
            code: asked ? "on_request" : "by_others",
            "cancelled \(by), \(record.filled.quantity) of \(record.quantity) filled"
        )
        if let owed = view.owedFills[record.id], owed > record.filled.quantity {
            view.owedEnds[record.id] = reason
            return
        }
        finish(record, reason, evidence, at: now)
    }

    private mutating func finish(_ record: OrderRecord, _ reason: Reason, _ evidence: Evidence, at now: Timestamp) {
        guard self.record(.cancelled(reason, evidence), of: record.id, at: now), reason.code == "by_others",
            record.command.strategy != .external
        else { return }
        let text = "order \(record.id) \(record.command.side.rawValue) \(record.command.position) was \(reason.text)"
        notify(.cancelled, .warning, text, record.id, at: now)
    }

    private mutating func notifyUnknown(_ word: String, _ record: OrderRecord, at now: Timestamp) {
        guard view.unknownWords.insert(word).inserted else { return }
        let text = "the broker shows order \(record.id) with the unknown status \"\(word)\"; nothing was changed"
        notify(.implausible, .warning, text, record.id, at: now)
    }
}

// MARK: - Fills

extension Desk {
    /// Books a fill, in whatever state the order is, once.
    mutating func book(
        _ fill: Fill,
        for id: CommandID,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard bookedFills[fill.brokerOrderID]?[fill.id] == nil, fill.quantity > 0, let before = orders[id] else {
            return
        }
        let command = before.command
        guard record(.filled(fill, evidence), of: id, at: now) else { return }
        batch.fills.append(BookedFill(command: id, fill: fill))
        noteFill(fill, on: command.position, signed: fill.quantity * command.side.sign, at: now)
        if view.tradedToday[command.instrument] == nil { view.tradedToday[command.instrument] = now }
        var holding = ledger[command.holding]
        holding.apply(command.side, fill.quantity, at: fill.price)
        setHolding(holding, for: command.holding)
        guard let after = orders[id] else { return }
        if after.isDisputed, !before.isDisputed {
            let text = "order \(id) \(command.position): \(after.filled.quantity) filled of \(after.quantity) ordered"
            notify(.disputed, .critical, text, id, at: now)
        } else if !before.state.isOpen {
            let text = "order \(id) \(command.position) filled \(fill.quantity) at \(fill.price) after it was "
            notify(.lateFill, .critical, text + before.state.word.rawValue, id, at: now)
        }
        settleOwed(after, evidence, at: now)
        closeLateFill(on: after, at: now, into: &output)
    }

    private mutating func settleOwed(_ record: OrderRecord, _ evidence: Evidence, at now: Timestamp) {
        guard let owed = view.owedFills[record.id], record.filled.quantity >= owed else { return }
        view.owedFills[record.id] = nil
        if let reason = view.owedEnds.removeValue(forKey: record.id), record.state.isOpen {
            finish(record, reason, evidence, at: now)
        }
    }
}
