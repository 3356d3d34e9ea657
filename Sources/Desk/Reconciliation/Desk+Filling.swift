import Trading

extension Desk {
    /// Books a fill, in whatever state the order is, once.
    mutating func book(
        _ fill: Fill,
        for id: CommandID,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard bookedFills[fill.brokerOrderID]?[fill.id] == nil || mutant("fill-booked-twice"), fill.quantity > 0,
            let before = orders[id]
        else {
            return
        }
        let command = before.command
        if !before.state.isOpen, mutant("late-fill-is-dropped") { return }
        guard record(.filled(fill, evidence), of: id, at: now) else { return }
        batch.fills.append(BookedFill(command: id, fill: fill))
        noteFill(fill, on: command.position, signed: fill.quantity * command.side.sign, at: now)
        let traded = view.tradedToday[command.instrument]
        if traded.map({ TradingDay($0) < TradingDay(now) }) ?? true { view.tradedToday[command.instrument] = now }
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
        if view.owedEnds.remove(record.id) != nil, record.state.isOpen { finish(record, evidence, at: now) }
    }
}
