import Trading

extension Desk {
    mutating func take(
        _ read: BookRead<PositionReport>,
        began: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let rows = read.rows, began >= view.positions?.began ?? began else { return }
        let shown = Set(rows.map(\.position.instrument))
        let isComplete = view.tradedToday.allSatisfy { instrument, learned in
            learned > began || shown.contains(instrument) || TradingDay(learned) < TradingDay(began)
        }
        guard isComplete || mutant("position-book-always-true") else {
            doubt(.positions, at: now)
            return
        }
        let isFirstEmpty = rows.isEmpty && view.emptySince ?? began >= began
        view.emptySince = rows.isEmpty ? view.emptySince ?? began : nil
        if isFirstEmpty, !ledger.isFlat, !mutant("first-empty-book-is-true") { return }
        trust(.positions, in: &output)
        risk.take(rows, began: began)
        askForShares(at: now, into: &output)
        let traded = Dictionary(rows.map { ($0.position, $0.net) }, uniquingKeysWith: +)
        let nets = withShares(traded, rows, began: began)
        view.positions = BrokerView.Positions(
            nets: nets ?? traded,
            prices: Dictionary(
                rows.compactMap { row in row.last.map { (row.position.instrument, $0) } },
                uniquingKeysWith: { first, _ in first }
            ),
            began: began,
            taken: now,
            knowsDelivery: nets != nil
        )
        view.recentFills = view.recentFills.compactMapValues { fills in
            let recent = fills.filter { $0.learned >= began }
                .map { RecentFill(learned: $0.learned, signed: $0.signed, mayBeCounted: true) }
            return recent.isEmpty ? nil : recent
        }
        endDayInLedger(began: began, at: now)
        watchProfit(began: began, at: now, into: &output)
        watchDrift(began: began, at: now, into: &output)
        settleAbsences(at: now, into: &output)
    }
}
