import Trading

extension Desk {
    /// What ended with an earlier day leaves the ledger, by events, once the first position book of the new day shows that
    /// the broker no longer carries it: intraday positions, which it squared off, and contracts that expired.
    ///
    /// A broker that still carries one is asked again with every book: until it is gone, nothing is ended.
    mutating func endDayInLedger(began: Timestamp, at now: Timestamp) {
        let today = TradingDay(began)
        guard view.day == today, view.ledgerDay != today else { return }
        let known = Set(ledger.holdings.keys).union(intradayMoves.keys)
        let ended = Set(known.map(\.position)).filter { end(of: $0, by: today) != nil }.sorted()
        var isDone = true
        for position in ended {
            guard let kind = end(of: position, by: today), let net = view.certainNet(position, at: now) else {
                isDone = false
                continue
            }
            let holders = known.filter { $0.position == position }.sorted()
            guard net == movedToday(position) else {
                isDone = false
                continue
            }
            endCarried(position, kind, holders, at: now)
        }
        if isDone { setLedgerDay(today) }
    }

    /// What all strategies together traded of an intraday position today.
    func movedToday(_ position: PositionKey) -> Int {
        intradayMoves.lazy.filter { $0.key.position == position }.map(\.value).reduce(0, +)
    }

    /// How a position has come to its end by itself before `today`; nil where it goes on.
    private func end(of position: PositionKey, by today: TradingDay) -> LedgerEntry.Kind? {
        if position.product == .intraday { return .squaredOff }
        let instrument = position.instrument
        let expiry = contracts.contract(instrument)?.expiry ?? instrument.expiryInSymbol
        return expiry.map { $0 < today.date } == true ? .settled : nil
    }

    private mutating func endCarried(
        _ position: PositionKey,
        _ kind: LedgerEntry.Kind,
        _ holders: [HoldingKey],
        at now: Timestamp
    ) {
        var told: [String] = []
        let what =
            kind == .settled
            ? "the contract has expired, and the broker no longer shows it"
            : "intraday positions end with their day, and the broker no longer shows it"
        for key in holders {
            let holding = ledger[key]
            let carried = holding.quantity - (intradayMoves[key] ?? 0)
            guard carried != 0 else { continue }
            let price = holding.averagePrice ?? .zero
            enter(LedgerEntry(kind, of: key, -carried, at: price, by: "sextant", reason: what, on: now))
            told.append("\(key.strategy) \(carried)")
        }
        guard !told.isEmpty else { return }
        notify(.dayEnded, .warning, "\(position) left the ledger (\(told.joined(separator: ", "))): \(what)", at: now)
    }
}
