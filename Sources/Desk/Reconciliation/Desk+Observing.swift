import Trading

extension Desk {
    /// Step 6: takes in what push or the order book shows of one order. Idempotent: seen twice is seen once.
    mutating func observe(
        _ report: OrderReport,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let id = match(report, evidence, at: now, into: &output), let known = orders[id] else { return }
        let isItsOwn = known.state.brokerOrderID == report.brokerOrderID
        if isItsOwn { takeTerms(report, of: known, evidence, at: now) }
        if let fill = report.fill { book(fill, for: id, evidence, at: now, into: &output) }
        guard isItsOwn, let booked = orders[id] else {
            // A second number under its tag says nothing of the order's state; what it fills is filled all the same.
            let known = fills(under: report.brokerOrderID)?.quantity() ?? 0
            if report.filled > known { output.actions.append(.read(.trades)) }
            return
        }
        let owed = report.status == .complete && report.filled == 0 ? report.quantity : report.filled
        let isIgnored = report.status == .cancelled && mutant("cancel-before-its-fills")
        if owed > booked.filled.quantity, !isIgnored {
            infer(owed, report, of: booked, evidence, at: now, into: &output)
        }
        guard let record = orders[id] else { return }
        if evidence == .orderBook { watchOutgrown(record, report, at: now) }
        if owed > record.booked.quantity {
            view.owedFills[id] = owed
            output.actions.append(.read(.trades))
        }
        if report.refusesRequest {
            takeRefusal(report, of: record, evidence, at: now)
            if evidence == .push { output.actions.append(.read(.orders)) }
            guard evidence == .orderBook, isStillRejected(id, at: now) else { return }
        } else {
            view.refusedRows[id] = nil
        }
        switch report.status {
        case .rejected: reject(record, report, evidence, at: now)
        case .cancelled: end(record, evidence, at: now)
        case .open, .triggerPending:
            let isDue = view.cancels[id]?.sent.map { now - $0 >= DeskSettings.cancelRepeat } ?? true
            if evidence == .orderBook, record.pending == .cancel, isDue {
                performCancel(id, at: now, into: &output)
            }
        case .pending: break
        case .complete:
            if record.askedTerms != nil, record.filled.quantity == report.quantity {
                refuseChange(of: record, "the order was filled first", evidence, at: now)
            }
        case .unknown(let word):
            if evidence == .push { output.actions.append(.read(.orders)) }
            if !record.isDisputed, record.state.isOpen, evidence == .orderBook {
                notifyUnknown(word, record, at: now)
            }
        }
    }

    /// The broker's word that it did not cancel or change the order. One that does not say which is only a reason to read
    /// on; and a cancel that met a change on its way is asked for again.
    private mutating func takeRefusal(
        _ report: OrderReport,
        of record: OrderRecord,
        _ evidence: Evidence,
        at now: Timestamp
    ) {
        let text = report.rejection ?? ""
        if record.askedTerms == nil {
            guard record.pending == .cancel, report.refusedRequest != .modify else { return }
            self.record(.cancelRefused(text), of: record.id, at: now)
            if evidence == .push { view.refusedCancels[record.id] = now }
        } else if report.refusedRequest == .modify || report.refusedRequest == nil && record.pending == .modify {
            refuseChange(of: record, text, evidence, at: now)
        }
    }

    /// A refused cancel can look like a rejected order for a moment. What the order book goes on saying is believed: the
    /// order was rejected, and the words of the refused request only stand on its row.
    private mutating func isStillRejected(_ id: CommandID, at now: Timestamp) -> Bool {
        let since = view.refusedRows[id] ?? now
        view.refusedRows[id] = since
        return now - since >= DeskSettings.cancelRepeat
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
        guard let tag = report.tag, let record = orders.order(tagged: tag), !mutant("tag-is-not-ours") else {
            return report.quantity > 0 ? adoptForeign(report, at: now) : nil
        }
        if report.status == .rejected, record.state.word == .rejected { return nil }  // as its reply said
        identify(record, as: number, evidence, at: now, into: &output)
        return record.id
    }

    /// Evidence gives an order of ours its number: at once, from any book, in any order. One that it cannot have is
    /// disputed.
    mutating func identify(
        _ record: OrderRecord,
        as number: BrokerOrderID,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        let before = record.state
        guard (try? before.applying(.working(number))) != nil else {
            if !record.isDisputed {
                let text = "it is \(before.word.rawValue), and the broker's books show its tag under number \(number)"
                dispute(record, text, at: now)
            }
            return
        }
        self.record(.working(number, evidence), of: record.id, at: now)
        if view.recovery == nil { view.recovering?.adopted.insert(record.id) }
        noteNumber(number, at: now)
        endAbsence(record.id)
        endLeftover(record.id)
        switch before {
        case .unconfirmed:
            notify(.confirmed, .notice, "order \(record.id) is at the broker as \(number)", record.id, at: now)
            if !mutant("found-order-is-not-cancelled") { performCancel(record.id, at: now, into: &output) }
        case .notSent:
            let text =
                "order \(record.id) \(record.command.position), reported as not sent, is at the broker as \(number)"
            notify(.appearedAfterAll, .critical, text + "; its open remainder is being cancelled", record.id, at: now)
            if !mutant("appeared-order-lives-on") { askCancel(record.id, for: nil, at: now, into: &output) }
        default: performCancel(record.id, at: now, into: &output)
        }
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
            price: report.price,
            triggerPrice: report.triggerPrice
        )
        record(.adopted(command, report.brokerOrderID), of: id, at: now)
        if view.recovery == nil { view.recovering?.adopted.insert(id) }
        noteNumber(report.brokerOrderID, at: now)
        if let tag = report.tag {
            let text = "order \(report.brokerOrderID) carries the tag \(tag), which this store does not know: another "
            notify(.foreignTag, .critical, text + "Sextant, or a restored backup, trades this account", id, at: now)
        }
        return id
    }

    /// An order that was made larger in the broker's app while its last fill came is not done, though all that we knew of
    /// is filled. What the order book goes on showing is told of: the rest is live, and what it fills is booked.
    private mutating func watchOutgrown(_ record: OrderRecord, _ report: OrderReport, at now: Timestamp) {
        guard record.isOutgrown(by: report), !record.isDisputed else {
            view.outgrown[record.id] = nil
            return
        }
        let since = view.outgrown[record.id] ?? now
        view.outgrown[record.id] = since
        guard now - since >= DeskSettings.cancelRepeat else { return }
        let text =
            "all \(record.filled.quantity) known of it are filled, and the broker shows \(report.quantity) ordered"
        dispute(record, text + ": the rest is live", at: now)
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

    private mutating func end(_ record: OrderRecord, _ evidence: Evidence, at now: Timestamp) {
        guard let record = orders[record.id], record.state.isOpen else { return }
        let asked = record.pending == .cancel
        let by = asked ? "on request" : "by the broker, the exchange or in the broker's app"
        let reason = Reason(
            .brokerCancelled,
            code: asked ? "on_request" : "by_others",
            "cancelled \(by), \(record.filled.quantity) of \(record.quantity) filled"
        )
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

extension OrderRecord {
    /// Whether a row shows a live order of a larger quantity than the one that we saw filled.
    func isOutgrown(by row: OrderReport) -> Bool {
        guard case .filled = state, row.quantity > quantity else { return false }
        return row.status == .open || row.status == .triggerPending
    }
}
