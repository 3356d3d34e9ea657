import Trading

extension Desk {
    /// The risk manager's heartbeat once the floor was reached, for the rest of the day: whatever would add risk at the
    /// broker is asked back, and what is held is closed until it is, by new exits where earlier ones came to nothing.
    mutating func pursueBreach(at now: Timestamp, into output: inout DeskOutput) {
        guard riskDay?.breachedAt != nil else { return }
        cancelWhatAddsRisk(at: now, into: &output)
        guard settings.risk.onBreach == .flatten else { return }
        if settings.risk.foreign == .flatten { takeOverForeign(at: now) }
        var started = 0
        for key in heldAtRisk where started < RiskSettings.mostExitsAtOnce {
            let held = abs(ledger[key].quantity)
            guard held > covered(key, held), isDue(key, at: now) else { continue }
            started += 1
            close(key, at: now, into: &output)
        }
        endPursuits(at: now)
    }

    private mutating func cancelWhatAddsRisk(at now: Timestamp, into output: inout DeskOutput) {
        for id in orders.atBroker.sorted() {
            guard let order = orders[id], !order.command.reduces, order.pending != .cancel,
                order.command.strategy != .external, !mutant("breach-leaves-orders")
            else { continue }
            if let asked = risk.cancelled[id], now - asked < .seconds(5) { continue }
            risk.cancelled[id] = now
            askCancel(id, for: nil, at: now, into: &output)
        }
    }

    /// Shorts first: what is bought back frees margin, and sold options can lose the most.
    private var heldAtRisk: [HoldingKey] {
        ledger.holdings.lazy.filter { key, _ in key.strategy != .external && risk.counts(key.position) }
            .map { (key: $0.key, isShort: $0.value.quantity < 0) }
            .sorted { one, two in one.isShort == two.isShort ? one.key < two.key : one.isShort }
            .map(\.key)
    }

    /// Units that exits at the market are taking out. A limit far away closes nothing: the exit makes it give way.
    private func covered(_ key: HoldingKey, _ held: Int) -> Int {
        orders.open(on: key).lazy
            .filter { order in
                order.command.reduces && !view.leftovers.contains(order.id)
                    && (order.command.source == .system || order.command.type == .market)
            }
            .map { $0.state == .received ? $0.command.askedQuantity ?? held : $0.mostRemaining }
            .reduce(0, +)
    }

    private func isDue(_ key: HoldingKey, at now: Timestamp) -> Bool {
        guard let pursuit = risk.pursuits[key], !mutant("exits-without-pause") else { return true }
        let isOpen = settings.calendar.isOpen(key.position.instrument.exchange, at: now)
        return now - pursuit.last >= RiskSettings.patience(after: pursuit.tries, isOpen: isOpen)
    }

    /// One more exit, by the way that all exits take: never more than is owned, never the other way.
    private mutating func close(_ key: HoldingKey, at now: Timestamp, into output: inout DeskOutput) {
        let tries = (risk.pursuits[key]?.tries ?? 0) + 1
        risk.pursuits[key] = RiskManager.Pursuit(tries: tries, last: now)
        let leg = Alert.Leg(
            index: 0,
            exchange: key.position.instrument.exchange,
            symbol: key.position.instrument.symbol,
            product: key.position.product,
            side: nil,
            quantity: nil
        )
        let alert = Alert(
            source: .system,
            strategy: key.strategy,
            executionType: .exit,
            contentHash: "",
            request: #"{"risk":"day_loss"}"#,
            legs: [leg]
        )
        let group = Group(
            id: GroupID(nextID()),
            source: alert.source,
            idempotencyKey: nil,
            contentHash: alert.contentHash,
            request: alert.request,
            receivedAt: now
        )
        _ = submitExit(alert, group, at: now, into: &output)
        guard tries <= RiskSettings.criticalTry || tries % 10 == 0 else { return }
        let text = "closing \(ledger[key].quantity) \(key.position) of \(key.strategy) for the day's loss, try \(tries)"
        notify(.flattening, tries < RiskSettings.criticalTry ? .warning : .critical, text, at: now)
    }

    /// What was traded elsewhere, as far as the broker holds it: never what closed a strategy's own.
    private mutating func takeOverForeign(at now: Timestamp) {
        for position in ledger.positions(of: .external) where risk.counts(position) {
            let key = HoldingKey(.external, position)
            let held = ledger[key]
            guard let net = view.certainNet(position, at: now), net.signum() == held.quantity.signum() else { continue }
            let quantity = min(abs(held.quantity), abs(net)) * held.quantity.signum()
            let price = held.averagePrice ?? .zero
            let why = "the day's loss has reached the floor"
            for (holder, units) in [(StrategyName.external, -quantity), (.flattening, quantity)] {
                enter(
                    LedgerEntry(
                        .adopted,
                        of: HoldingKey(holder, position),
                        units,
                        at: price,
                        by: "risk",
                        reason: why,
                        on: now
                    )
                )
            }
            notify(.ledgerChanged, .warning, "\(quantity) \(position) of external is closed too: \(why)", at: now)
        }
    }

    private mutating func endPursuits(at now: Timestamp) {
        let done = risk.pursuits.keys.filter { ledger[$0].quantity == 0 }
        guard !done.isEmpty else { return }
        for key in done { risk.pursuits[key] = nil }
        guard risk.pursuits.isEmpty else { return }
        notify(.flattening, .notice, "all that was held is closed", at: now)
    }
}
