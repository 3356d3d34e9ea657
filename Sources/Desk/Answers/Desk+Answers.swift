public import Trading

extension Desk {
    /// Step 5: what the placement came to.
    mutating func take(
        _ answer: PlaceAnswer,
        to id: CommandID,
        sentAt: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let record = orders[id] else { return }
        if case .accepted(let number) = answer {
            accept(record, number, sentAt: sentAt, at: now, into: &output)
            return
        }
        guard record.state == .sending else {
            if let text = answer.refusal, record.state.word != .rejected {
                dispute(record, "the reply refused it (\(text)), but the books have it", at: now)
            }
            return
        }
        switch answer {
        case .accepted: break
        case .refused(let text, _), .throttled(let text):
            self.record(.rejected(.brokerRefused(text), .reply), of: id, at: now)
            notifyFailure(record, .rejected, "refused by the broker: \(text)", at: now)
            if answer.isAboutCalling || mutant("any-refused-exit-is-reissued"), record.isExit {
                reissueExit(record, at: now, into: &output)
            }
        case .notSent(let text):
            self.record(.notSent(Reason(.notSent, code: "no_byte_left", text)), of: id, at: now)
            notifyFailure(record, .notSent, "not sent: \(text)", at: now)
        case .unanswered(let text):
            self.record(.unanswered(text, sentAt: sentAt), of: id, at: now)
            view.absences[id] = Absence(callEnded: mutant("absence-counts-from-the-send") ? sentAt : now)
            output.actions.append(.read(.orders))
        }
    }

    private mutating func accept(
        _ record: OrderRecord,
        _ number: BrokerOrderID,
        sentAt: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        if let other = orders.order(numbered: number), other.id != record.id, !mutant("one-number-for-two") {
            dispute(record, "the broker gave it number \(number), which is order \(other.id)'s", at: now)
            if record.state == .sending {
                self.record(.unanswered("its number is another order's", sentAt: sentAt), of: record.id, at: now)
                view.absences[record.id] = Absence(callEnded: now)
            }
            return
        }
        guard self.record(.accepted(number, sentAt: sentAt), of: record.id, at: now) else { return }
        noteNumber(number, at: now)
        endAbsence(record.id)
        performCancel(record.id, at: now, into: &output)
    }

    mutating func noteNumber(_ number: BrokerOrderID, at now: Timestamp) {
        if view.numbersSince[number] == nil { view.numbersSince[number] = now }
    }

    private mutating func reissueExit(_ record: OrderRecord, at now: Timestamp, into output: inout DeskOutput) {
        let command = record.command
        reissue(
            command,
            in: command.group,
            type: command.type,
            price: command.price,
            trigger: command.triggerPrice,
            side: command.side,
            // Its other pieces are on their way.
            asked: slices(beside: record).count > 1 ? record.quantity : command.askedQuantity,
            at: now,
            into: &output
        )
    }

    mutating func notifyFailure(
        _ record: OrderRecord,
        _ kind: Notification.Kind,
        _ what: String,
        at now: Timestamp
    ) {
        let command = record.command
        notify(
            record.isExit ? .exitFailed : kind,
            record.isExit ? .critical : .warning,
            "\(command.executionType.rawValue) \(command.side.rawValue) \(record.quantity) \(command.position) of "
                + "\(command.strategy) was \(what)",
            record.id,
            at: now
        )
    }

    mutating func dispute(_ record: OrderRecord, _ what: String, at now: Timestamp) {
        self.record(.disputed(what), of: record.id, at: now)
        notify(.disputed, .critical, "order \(record.id) \(record.command.position): \(what)", record.id, at: now)
    }
}

extension PlaceAnswer {
    /// The broker's words for a definite no.
    fileprivate var refusal: String? {
        switch self {
        case .refused(let text, _), .throttled(let text): text
        case .accepted, .notSent, .unanswered: nil
        }
    }

    /// It was the session or the pace that was refused, not the order.
    fileprivate var isAboutCalling: Bool {
        switch self {
        case .refused(_, let sessionExpired): sessionExpired
        case .throttled: true
        case .accepted, .notSent, .unanswered: false
        }
    }
}

// MARK: - Just before the first byte

extension Desk {
    /// Whether an order in its lane may be written to the wire now, and as what. Reads only.
    public func clearance(for id: CommandID, at now: Timestamp) -> Clearance {
        guard let record = orders[id],
            record.state == .sending || mutant("unconfirmed-goes-out-again") && record.state == .unconfirmed
        else { return .forget }
        guard revision(of: record, at: now) == nil, !isOutpriced(record, at: now) else { return .recheck }
        return .send(Placement(command: record.command, quantity: record.quantity, terms: record.terms))
    }

    private enum Revision: Equatable {
        case drop(Reason)
        case shrink(Int)
    }

    /// What must change about an intent before it may be sent; nil when nothing.
    private func revision(of record: OrderRecord, at now: Timestamp) -> Revision? {
        if let trespass = record.command.trespass {
            return .drop(Reason(.validationFailed, code: "rights", trespass))
        }
        if record.pending == .cancel, !mutant("cancelled-order-goes-out") {
            return .drop(Reason(.notSent, code: "cancelled_unsent", "cancelled before it was sent"))
        }
        guard record.command.reduces || mutant("halt-not-asked-at-the-door") else {
            return (halt(on: record.command)?.refusal ?? excessTraffic).map { .drop($0) }
        }
        switch cap(on: record, at: now) {
        case .nothing(let reason): return .drop(reason)
        case .quantity(let quantity):
            return quantity < record.quantity && !mutant("exit-not-capped-again") ? .shrink(quantity) : nil
        }
    }

    /// Decides again about an order that its lane did not write; only what is durable goes out.
    mutating func recheck(_ id: CommandID, at now: Timestamp, into output: inout DeskOutput) {
        guard let record = orders[id] else { return }
        guard record.state == .sending else {
            recheckChange(of: record, at: now, into: &output)
            return
        }
        let revision = revision(of: record, at: now)
        if revision != nil, record.command.reduces, record.pending != .cancel {
            let since = view.repricing[id] ?? now
            view.repricing[id] = since
            if awaitsBook(record, since: since, at: now, into: &output) { return }
        }
        switch revision {
        case .drop(let reason):
            endRepricing(id)
            if reason.code == LimitKind.ordersOut.rawValue { haltForTraffic(reason, at: now) }
            drop(id, reason, at: now, into: &output)
            return
        case .shrink(let quantity): self.record(.capped(quantity: quantity), of: id, at: now)
        case nil: break
        }
        if isOutpriced(record, at: now), !reprice(record, at: now, into: &output) { return }
        endRepricing(id)
        output.actions.append(.place(id, group: record.command.group, reduces: record.command.reduces))
    }

    /// The order, or the change of it, ends before its first byte.
    mutating func drop(_ id: CommandID, _ reason: Reason, at now: Timestamp, into output: inout DeskOutput) {
        guard let record = orders[id] else { return }
        guard record.state == .sending || record.state == .received else {
            dropChange(of: record, reason, at: now)
            return
        }
        self.record(.notSent(reason), of: id, at: now)
        notifyFailure(record, .notSent, "not sent: \(reason.text)", at: now)
    }
}
