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
        guard fills(under: fill.brokerOrderID)?[fill.id] == nil || mutant("fill-booked-twice"), fill.quantity > 0,
            let before = orders[id]
        else { return }
        if !before.state.isOpen, mutant("late-fill-is-dropped") { return }
        guard record(.filled(fill, evidence), of: id, at: now) else { return }
        batch.fills.append(BookedFill(command: id, fill: fill))
        noteFill(fill, at: now)
        takeFilled(since: before, at: now, into: &output)
        if let owed = view.owedFills[id], let after = orders[id], after.booked.quantity >= owed {
            view.owedFills[id] = nil
        }
    }

    /// The broker shows more filled than fills have come for: the position is true at once, and the fills replace what was
    /// inferred when they come.
    mutating func infer(
        _ quantity: Int,
        _ report: OrderReport,
        of before: OrderRecord,
        _ evidence: Evidence,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        let average = report.averagePrice ?? likelyAverage(of: before)
        let shown = ShownFill(quantity: quantity, average: average)
        guard record(.inferred(shown, evidence), of: before.id, at: now) else { return }
        view.inferred[report.brokerOrderID] = (quantity, now)
        takeFilled(since: before, at: now, into: &output)
    }

    /// Where the broker does not say: what came so far, the limit, or the last price that is known.
    private func likelyAverage(of record: OrderRecord) -> Price {
        let limit = record.type.hasLimit ? record.price : nil
        return record.booked.averagePrice ?? limit ?? view.positions?.prices[record.command.instrument] ?? .zero
    }

    /// What is filled has become more, or its worth another: the ledger follows, and whoever must know is told.
    private mutating func takeFilled(since before: OrderRecord, at now: Timestamp, into output: inout DeskOutput) {
        let raised = follow(before, at: now)
        guard raised > 0, let after = orders[before.id] else { return }
        let command = after.command
        if after.isDisputed, !before.isDisputed {
            let text =
                "order \(after.id) \(command.position): \(after.filled.quantity) filled of \(after.quantity) ordered"
            notify(.disputed, .critical, text, after.id, at: now)
            haltOverfilled(command.strategy, text, at: now)
        } else if !before.state.isOpen {
            let price = after.filled.averagePrice.map { ", \($0) on average" } ?? ""
            let text = "order \(after.id) \(command.position) filled \(raised)\(price) after it was "
            notify(.lateFill, .critical, text + before.state.word.rawValue, after.id, at: now)
        } else {
            tellOfFill(after, at: now)
        }
        closeLateFill(on: after, at: now, into: &output)
        if command.reduces { takeBackSurplus(of: command.holding, command.side, at: now, into: &output) }
    }

    /// Brings the ledger, and what is known of the day, to what an order's record has become. Returns how many units more
    /// are filled.
    mutating func follow(_ before: OrderRecord, at now: Timestamp) -> Int {
        guard let after = orders[before.id] else { return 0 }
        let (key, side) = (after.command.holding, after.command.side)
        let raised = after.filled.quantity - before.filled.quantity
        let worth = after.filled.value - before.filled.value
        var holding = ledger[key]
        if raised > 0 {
            holding.apply(side, raised, worth: worth)
        } else {
            holding.correct(side, after.filled.quantity, by: worth)
        }
        if raised > 0 || worth != 0 { setHolding(holding, for: key) }
        guard raised > 0 else { return 0 }
        noteMove(raised * side.sign, of: key)
        if after.isExit { noteExit(after.command.strategy, at: now) }
        noteTrade(raised * side.sign, on: key.position, at: now)
        let instrument = key.position.instrument
        let traded = view.tradedToday[instrument]
        if traded.map({ TradingDay($0) < TradingDay(now) }) ?? true { view.tradedToday[instrument] = now }
        return raised
    }

    /// Nobody knows what a strategy is in whose order took more than it asked for: nothing is added until a person says so.
    mutating func haltOverfilled(_ strategy: StrategyName, _ what: String, at now: Timestamp) {
        let scope = Halt.Scope.strategy(strategy)
        guard strategy != .external, halts[scope] == nil else { return }
        let halt = Halt(scope: scope, by: "sextant", reason: what, at: now)
        setHalt(halt, for: scope)
        notify(.halted, .critical, halt.refusal.text, at: now)
        batch.audit.append(AuditEntry(.halt, by: halt.by, "\(scope): \(what)", at: now))
    }
}
