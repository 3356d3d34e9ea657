public import Trading

extension Desk {
    /// A person's or a script's word that a working order shall be another one: asked for at the broker once, and true
    /// when the broker shows it.
    mutating func modify(_ wish: OrderChange, at now: Timestamp, into output: inout DeskOutput) -> DeskReply {
        guard let record = orders[wish.order] else { return .unknownOrder }
        guard record.state.isOpen else { return .tooLate(record) }
        if let obstacle = obstacle(to: record) { return .unchangeable(record, obstacle) }
        let terms = wish.terms(of: record)
        if let asked = record.askedTerms {
            let text = "a change is on its way; ask again when the broker has shown or refused it"
            return asked == terms ? .modifying(record) : .unchangeable(record, text)
        }
        let problems = wish.problems(of: terms) + changeProblems(terms, of: record, at: now)
        if let trespass = record.command.trespass(ofChangeBy: wish.source) {
            return blockChange(of: record, Reason(.validationFailed, code: "rights", trespass), at: now)
        }
        if !problems.isEmpty { return blockChange(of: record, .invalid(problems), problems, at: now) }
        if terms == record.workingTerms { return .unchanged(record) }
        if let objection = objection(to: terms, of: record, at: now) {
            return blockChange(of: record, objection, at: now)
        }
        self.record(.modifyAsked(terms, wish.source), of: record.id, at: now)
        view.changes[record.id] = ChangeWatch(asked: now)
        output.actions.append(.modify(record.id, reduces: record.command.reduces))
        return .modifying(orders[record.id] ?? record)
    }

    /// Why an open order cannot be changed as it stands; nil when it can.
    private func obstacle(to record: OrderRecord) -> String? {
        if record.pending == .cancel { return "it is being cancelled" }
        if record.isDisputed {
            return "the evidence on it contradicts itself; compare it with the broker's books first"
        }
        switch record.state {
        case .received: return "it waits and was not sent yet; cancel it and place another one"
        case .sending, .unconfirmed: return "the broker has not confirmed it yet; ask again when it is working"
        default: return nil
        }
    }

    private mutating func blockChange(
        of record: OrderRecord,
        _ reason: Reason,
        _ problems: [FieldProblem] = [],
        at now: Timestamp
    ) -> DeskReply {
        stopChange(of: record, reason, at: now)
        return .changeBlocked(orders[record.id] ?? record, reason, problems)
    }

    /// Nothing of a change leaves: written down, and told.
    mutating func stopChange(of record: OrderRecord, _ reason: Reason, at now: Timestamp) {
        self.record(.modifyBlocked(reason), of: record.id, at: now)
        endChange(record.id)
        let what = "\(record.change) was blocked: "
        let severity: Notification.Severity = record.command.reduces ? .warning : .notice
        notify(.blocked, severity, "\(what)\(reason.tag.rawValue), \(reason.text)", record.id, at: now)
    }

    // MARK: What may be asked

    private func changeProblems(_ terms: WorkingTerms, of record: OrderRecord, at now: Timestamp) -> [FieldProblem] {
        let command = record.command.with(terms)
        var found = command.problems
        found += settings.contractRules.problems(of: command, among: contracts, on: TradingDay(now))
        if settings.protection != nil, !terms.type.hasLimit, terms.type != record.type {
            let text = "\(terms.type.rawValue) is not taken from programs; "
            found.append(FieldProblem("order_type", text + "give one with a limit and a price far enough"))
        }
        if !command.reduces, terms.quantity > record.quantity,
            let most = view.securities[command.instrument]?.report.largestQuantity, terms.quantity > most
        {
            found.append(FieldProblem("qty", "must be at most \(most), what the exchange takes in one order"))
        }
        if terms.quantity > 0, terms.quantity <= record.filled.quantity {
            let text = "must be more than the \(record.filled.quantity) that are filled, was \(terms.quantity); "
            found.append(FieldProblem("qty", text + "cancel the order to keep it at that"))
        }
        return found
    }

    /// What forbids a change that is well in itself: of an exit, more than there is to close; of what adds risk, all that
    /// would stop a new order.
    private func objection(to terms: WorkingTerms, of record: OrderRecord, at now: Timestamp) -> Reason? {
        if record.command.reduces { return excess(of: terms, over: record, at: now) }
        guard terms.addsRisk(over: record.workingTerms, record.command.side) else { return nil }
        let command = record.command.with(terms)
        // Nothing is waited for; and what the strategy holds is this order's own, or it would not be open.
        var circumstances = circumstances(of: command, since: now - DeskSettings.waitForData, at: now)
        circumstances.strategyHolds = false
        guard case .block(let reason) = checks.verdict(on: command, in: circumstances) else { return nil }
        return reason
    }

    /// An order that reduces may not grow beyond what is left to close; nil where it does not.
    private func excess(of terms: WorkingTerms, over record: OrderRecord, at now: Timestamp) -> Reason? {
        guard terms.quantity > record.quantity else { return nil }
        switch cap(on: record, wanting: terms.quantity - record.filled.quantity, at: now) {
        case .nothing(let reason): return reason
        case .quantity(let most):
            let limit = most + record.filled.quantity
            guard terms.quantity > limit else { return nil }
            let text = "at most \(limit) in all: more than that is not held, or is being closed already"
            return Reason(
                .validationFailed,
                code: "above_cap",
                text,
                limit: String(limit),
                observed: String(terms.quantity)
            )
        }
    }

    // MARK: Just before the first byte

    /// Whether a change in its lane may be written to the wire now, and as what. Reads only.
    public func clearance(forChangeOf id: CommandID, at now: Timestamp) -> ChangeClearance {
        guard let record = orders[id], let terms = record.askedTerms, case .working(let number) = record.state else {
            return .forget
        }
        guard lateObjection(to: terms, of: record, at: now) == nil else { return .recheck }
        return .send(Modification(of: record, as: number, to: terms))
    }

    /// What has come in between since the change was asked for.
    private func lateObjection(to terms: WorkingTerms, of record: OrderRecord, at now: Timestamp) -> Reason? {
        if record.pending == .cancel { return Reason(.notSent, code: "cancelled", "the order is being cancelled") }
        if let trespass = record.command.trespass { return Reason(.validationFailed, code: "rights", trespass) }
        if terms.quantity <= record.filled.quantity {
            return Reason(
                .notSent,
                code: "filled",
                "\(record.filled.quantity) units were filled before it could be sent"
            )
        }
        guard !record.command.reduces else { return excess(of: terms, over: record, at: now) }
        guard terms.addsRisk(over: record.workingTerms, record.command.side) else { return nil }
        return halt(on: record.command)?.refusal
    }

    /// Decides again about a change that its lane did not write.
    mutating func recheckChange(of record: OrderRecord, at now: Timestamp, into output: inout DeskOutput) {
        guard let terms = record.askedTerms else { return }
        if let objection = lateObjection(to: terms, of: record, at: now) {
            stopChange(of: record, objection, at: now)
        } else {
            output.actions.append(.modify(record.id, reduces: record.command.reduces))
        }
    }

    /// The lane gave the change up before its first byte.
    mutating func dropChange(of record: OrderRecord, _ reason: Reason, at now: Timestamp) {
        if record.askedTerms != nil { stopChange(of: record, reason, at: now) }
    }
}

extension Modification {
    fileprivate init(of record: OrderRecord, as number: BrokerOrderID, to terms: WorkingTerms) {
        self.init(
            number: number,
            instrument: record.command.instrument,
            quantity: terms.quantity,
            type: terms.type,
            price: terms.price,
            triggerPrice: terms.triggerPrice,
            validity: record.command.validity,
            reduces: record.command.reduces
        )
    }

    var terms: WorkingTerms {
        WorkingTerms(quantity: quantity, type: type, price: price, triggerPrice: triggerPrice)
    }
}

extension OrderChange {
    /// The order as it would be.
    fileprivate func terms(of record: OrderRecord) -> WorkingTerms {
        let terms = record.workingTerms
        return WorkingTerms(
            quantity: quantity ?? terms.quantity,
            type: type ?? terms.type,
            price: price ?? terms.price,
            triggerPrice: triggerPrice ?? terms.triggerPrice
        )
    }

    /// Prices that an order of its type has no place for: left out in silence, they would be missed.
    fileprivate func problems(of terms: WorkingTerms) -> [FieldProblem] {
        var found: [FieldProblem] = []
        if price != nil, !terms.type.hasLimit {
            found.append(FieldProblem("price", "a \(terms.type.rawValue) order has none; change order_type as well"))
        }
        if triggerPrice != nil, !terms.type.hasTrigger {
            let text = "a \(terms.type.rawValue) order has none; change order_type as well"
            found.append(FieldProblem("trigger_price", text))
        }
        return found
    }
}
