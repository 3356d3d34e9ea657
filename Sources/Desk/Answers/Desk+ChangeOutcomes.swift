import Trading

extension Desk {
    /// No answer makes the change true: the books do, and they are read again.
    mutating func take(
        _ answer: CancelAnswer,
        to change: Modification,
        of id: CommandID,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        output.actions.append(.read(.orders))
        guard let record = orders[id], record.askedTerms == change.terms else { return }
        view.changes[id, default: ChangeWatch(asked: now)].callEnded = now
        switch answer {
        case .accepted, .unanswered: break
        case .refused(let text): refuseChange(of: record, text, .reply, at: now)
        case .notSent(let text):
            stopChange(of: record, Reason(.notSent, code: "no_byte_left", text), at: now)
        }
    }

    /// The order stays as the broker has it.
    mutating func refuseChange(of record: OrderRecord, _ text: String, _ evidence: Evidence, at now: Timestamp) {
        self.record(.modifyRefused(text, evidence), of: record.id, at: now)
        endChange(record.id)
        let what = "\(record.change) came to nothing"
        let isDone = record.remaining == 0
        let severity: Notification.Severity = isDone ? .notice : record.command.reduces ? .critical : .warning
        notify(.modifyRefused, severity, "\(what): \(text)", record.id, at: now)
    }

    /// What a plausible read of the order book says of changes whose call has ended. One that stays without effect for
    /// as long as an absent order takes to be proved absent was not made.
    mutating func settleChanges(_ rows: [OrderReport], began: Timestamp, at now: Timestamp) {
        guard !view.changes.isEmpty else { return }
        let resting = Set(rows.filter { $0.status == .open || $0.status == .triggerPending }.map(\.brokerOrderID))
        for id in view.changes.keys.sorted() {
            guard let record = orders[id], record.askedTerms != nil else {
                endChange(id)
                continue
            }
            guard let number = record.state.brokerOrderID, resting.contains(number) else { continue }
            view.changes[id]?.addBook(began: began)
            guard let watch = view.changes[id], watch.isWithoutEffect(after: settings.absenceAfter) else { continue }
            let text = "the broker's order book, read \(watch.books) times since, does not show it"
            refuseChange(of: record, text, .orderBook, at: now)
        }
    }

    /// Changes that the broker's books have not shown for long.
    mutating func watchChanges(at now: Timestamp, into output: inout DeskOutput) {
        for (id, watch) in view.changes.sorted(by: { $0.key < $1.key }) {
            guard let record = orders[id], record.askedTerms != nil else {
                endChange(id)
                continue
            }
            if now - watch.lastRead >= DeskSettings.changeReread {
                view.changes[id]?.lastRead = now
                output.actions.append(.read(.orders))
            }
            guard !watch.reported, now - watch.asked >= DeskSettings.changeAlert else { continue }
            view.changes[id]?.reported = true
            let text = "\(record.change) was asked \((now - watch.asked).inSeconds) ago, "
            notify(.modifyOverdue, .critical, text + "and the broker does not show what became of it", id, at: now)
        }
    }
}

extension OrderRecord {
    /// What notifications call a change of it.
    var change: String { "changing order \(id) \(command.side.rawValue) \(command.position)" }
}
