import Trading

extension Desk {
    /// A person's or a script's word that an order shall end, with all its pieces.
    mutating func cancel(_ id: CommandID, at now: Timestamp, into output: inout DeskOutput) -> DeskReply {
        guard let record = orders[id] else { return .unknownOrder }
        let open = slices(beside: record).filter(\.state.isOpen)
        guard !open.isEmpty else { return .tooLate(record) }
        for piece in open {
            if piece.state == .received {
                let reason = Reason(.notSent, code: "cancelled_unsent", "cancelled before it was sent")
                self.record(.notSent(reason), of: piece.id, at: now)
            } else {
                askCancel(piece.id, for: nil, at: now, into: &output)
            }
        }
        return .cancelling(orders[id] ?? record)
    }

    /// Asks the broker to cancel, or keeps the wish until the broker's number is known.
    mutating func askCancel(
        _ id: CommandID,
        for exit: CommandID?,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let record = orders[id] else { return }
        if record.pending != .cancel || (exit != nil && record.makesWayFor != exit) {
            self.record(.cancelAsked(exit: exit), of: id, at: now)
        }
        if record.pending != .cancel { view.cancels[id] = CancelWatch(asked: now) }
        performCancel(id, at: now, into: &output)
    }

    /// Sends a cancel that is wished for, once the number is known.
    mutating func performCancel(_ id: CommandID, at now: Timestamp, into output: inout DeskOutput) {
        guard let record = orders[id], record.pending == .cancel, case .working(let number) = record.state else {
            return
        }
        view.cancels[id, default: CancelWatch(asked: now)].sent = now
        output.actions.append(.cancel(id, number))
    }

    /// A wish to cancel that the broker's books have not met for long.
    mutating func reportOverdueCancels(at now: Timestamp) {
        for (id, watch) in view.cancels.sorted(by: { $0.key < $1.key }) {
            guard let record = orders[id], record.pending == .cancel else {
                view.cancels[id] = nil
                continue
            }
            guard !watch.reported, now - watch.asked >= DeskSettings.cancelAlert else { continue }
            view.cancels[id]?.reported = true
            let text =
                "cancelling order \(id) \(record.command.position) was asked \((now - watch.asked).inSeconds) ago, "
            notify(.cancelOverdue, .critical, text + "and the broker does not show it cancelled", id, at: now)
        }
    }

    /// None of the answers ends the order: the books do, and they are read again.
    mutating func take(
        _ answer: CancelAnswer,
        to id: CommandID,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        // One that met a change on its way is asked for again.
        if case .refused(let text) = answer, let record = orders[id], record.pending == .cancel,
            record.askedTerms == nil
        {
            self.record(.cancelRefused(text), of: id, at: now)
            view.refusedCancels[id] = now
        }
        output.actions.append(.read(.orders))
    }
}
