import Trading

extension Desk {
    mutating func take(
        _ read: BookRead<TradeReport>,
        began: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let rows = read.rows else { return }
        guard hasKnownFills(rows, began: began) || mutant("trade-book-always-true") else {
            doubt(.trades, at: now)
            return
        }
        trust(.trades, in: &output)
        for row in rows.sorted(by: { ($0.fill.at, $0.fill.id) < ($1.fill.at, $1.fill.id) }) {
            take(row, at: now, into: &output)
        }
        noteAbsences(lackedBy: Set(rows.compactMap(\.tag)), began: began)
        settleAbsences(at: now, into: &output)
    }

    // Not inlined: the optimizer of Swift 6.3.1 aborts when all of this is one function.
    @inline(never) private mutating func take(_ row: TradeReport, at now: Timestamp, into output: inout DeskOutput) {
        if let id = orders.id(numbered: row.fill.brokerOrderID) {
            book(row.fill, for: id, .tradeBook, at: now, into: &output)
        } else if let tag = row.tag, let record = orders.order(tagged: tag) {
            identify(record, as: row.fill.brokerOrderID, .tradeBook, at: now, into: &output)
            book(row.fill, for: record.id, .tradeBook, at: now, into: &output)
        } else {
            output.actions.append(.read(.orders))  // somebody else's: its order comes first
        }
    }

    private mutating func noteAbsences(lackedBy tags: Set<ClientTag>, began: Timestamp) {
        for id in view.absences.keys.sorted() {
            guard let record = orders[id], !tags.contains(record.command.tag), let absence = view.absences[id],
                began - absence.callEnded >= settings.absenceAfter || mutant("absence-by-early-trades")
            else { continue }
            view.absences[id]?.tradesLack = true
        }
    }

    private func hasKnownFills(_ rows: [TradeReport], began: Timestamp) -> Bool {
        let shown = Set(rows.map { FillKey($0.fill.brokerOrderID, $0.fill.id) })
        let today = TradingDay(began)
        func areShown(_ fills: BookedFills, _ number: BrokerOrderID) -> Bool {
            fills.allSatisfy { $1.learned > began || shown.contains(FillKey(number, $0)) }
        }
        return bookedFills.allSatisfy { number, fills in
            orders.order(numbered: number)?.tradingDay != today || areShown(fills, number)
        }
            && orders.closed.allSatisfy { order in
                order.tradingDay != today || order.number.map { areShown(order.fills, $0) } ?? true
            }
    }

    private struct FillKey: Hashable {
        let number: BrokerOrderID
        let fill: FillID

        init(_ number: BrokerOrderID, _ fill: FillID) {
            self.number = number
            self.fill = fill
        }
    }
}
