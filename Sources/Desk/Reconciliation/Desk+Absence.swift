import Trading

extension Desk {
    /// Ends unconfirmed orders whose absence is proved, and tells of those that stay open too long.
    mutating func settleAbsences(at now: Timestamp, into output: inout DeskOutput) {
        for id in view.absences.keys.sorted() {
            guard let record = orders[id], record.state == .unconfirmed, let absence = view.absences[id] else {
                endAbsence(id)
                continue
            }
            if isProvedAbsent(record, absence, at: now) {
                endAbsence(id)
                let text = "no answer came, and the broker's books, read \(absence.books) times since, do not have it"
                self.record(.notSent(Reason(.notSent, code: "proved_absent", text)), of: id, at: now)
                notifyFailure(record, .notSent, "not sent: \(text)", at: now)
            } else if !absence.reported || mutant("unconfirmed-told-every-second"),
                now - absence.callEnded >= settings.unconfirmedAlert
            {
                if mutant("unconfirmed-never-told") { continue }
                view.absences[id]?.reported = true
                let text =
                    "order \(id) \(record.command.side.rawValue) \(record.quantity) \(record.command.position) got no "
                let rest = "answer \((now - absence.callEnded).inSeconds) ago and is not yet found or proved absent"
                notify(.unconfirmed, .critical, text + rest, id, at: now)
            }
        }
    }

    private func isProvedAbsent(_ record: OrderRecord, _ absence: Absence, at now: Timestamp) -> Bool {
        guard record.tradingDay == TradingDay(now) || mutant("absence-on-another-day"),
            absence.isComplete(after: settings.absenceAfter, at: now),
            let positions = view.positions,
            positions.began - absence.callEnded >= settings.absenceAfter || mutant("absence-by-an-old-position"),
            let net = view.certainNet(record.command.position, at: now)
        else { return false }
        return net == ledger.net(record.command.position) || mutant("absence-whatever-is-held")
    }
}
