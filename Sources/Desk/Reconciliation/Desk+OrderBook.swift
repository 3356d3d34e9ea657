import Trading

extension Desk {
    mutating func take(
        _ read: BookRead<OrderReport>,
        began: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let rows = read.rows else { return }
        guard isPlausible(rows, began: began) || mutant("order-book-always-true") else {
            doubt(.orders, at: now)
            return
        }
        trust(.orders, in: &output)
        view.ordersBegan = max(began, view.ordersBegan ?? began)
        turnDay(rows, began: began, at: now)
        for row in rows.sorted(by: { $0.brokerOrderID < $1.brokerOrderID }) {
            if isSettled(by: row) { continue }
            observe(row, .orderBook, at: now, into: &output)
        }
        forgetRefusedCancels(before: began, at: now, into: &output)
        settleChanges(rows, began: began, at: now)
        let tags = Set(rows.compactMap(\.tag))
        for id in view.absences.keys.sorted() {
            guard let record = orders[id], !tags.contains(record.command.tag) || mutant("absence-though-shown") else {
                continue
            }
            view.absences[id]?.addBook(began: began)
        }
        expireLeftovers(lackedBy: tags, at: now)
        // The new day's position book may have come first.
        if let book = view.positions { endDayInLedger(began: book.began, at: now) }
        settleAbsences(at: now, into: &output)
    }

    /// How the orders stand that the broker did not cancel is known now: exits that wait for that go, or end.
    private mutating func forgetRefusedCancels(
        before began: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard !view.refusedCancels.isEmpty else { return }
        view.refusedCancels = view.refusedCancels.filter { $0.value > began }
        for holding in orders.holdingsWithWaitingExits { releaseExits(on: holding, at: now, into: &output) }
    }

    /// Books only grow within a trading day: a read that lacks a number known before it began, or shows less filled
    /// than known, is no evidence of anything.
    private func isPlausible(_ rows: [OrderReport], began: Timestamp) -> Bool {
        let filled = Dictionary(rows.map { ($0.brokerOrderID, $0.filled) }, uniquingKeysWith: max)
        let today = TradingDay(began)
        for (number, learned) in view.numbersSince where learned <= began {
            guard let record = orders.order(numbered: number), record.tradingDay == today else { continue }
            guard let shown = filled[number] else { return false }
            if shown < bookedFills[number]?.quantity(learnedBy: began) ?? 0 { return false }
            if let inferred = view.inferred[number], inferred.learned <= began, shown < inferred.quantity {
                return false
            }
        }
        return orders.closed.allSatisfy { order in
            guard order.tradingDay == today, let number = order.number, let learned = order.numberLearned,
                learned <= began
            else { return true }
            guard let shown = filled[number] else { return false }
            if let inferred = order.inferred, inferred.learned <= began, shown < inferred.quantity { return false }
            return shown >= order.fills.quantity(learnedBy: began)
        }
    }

    /// Whether a row can tell nothing new, because its order has ended so.
    private func isSettled(by row: OrderReport) -> Bool {
        if let packed = orders.closed.glance(numbered: row.brokerOrderID) { return packed.isSettled(by: row) }
        return orders.order(numbered: row.brokerOrderID)?.isSettled(by: row) ?? false
    }

    /// Registered orders that a crash left behind were never sent, unless a book shows their tag. None is sent now, but the
    /// further pieces of an order of which a part has gone.
    private mutating func expireLeftovers(lackedBy tags: Set<ClientTag>, at now: Timestamp) {
        for id in view.leftovers.sorted() {
            guard let record = orders[id], record.state == .received else {
                endLeftover(id)
                continue
            }
            let age = now - record.createdAt
            if record.command.slice != nil, age <= settings.maxAge, !tags.contains(record.command.tag) {
                resume(record)
                continue
            }
            // An exit that somebody counts on is reported at once; an entry may still be found until it is too old.
            guard age > settings.maxAge || record.isExit, !tags.contains(record.command.tag) else { continue }
            endLeftover(id)
            let text = "registered \(age.inSeconds) ago and not sent before Sextant stopped"
            let reason = Reason(.expiredUnsent, code: "expired_unsent", text)
            self.record(.expired(reason), of: id, at: now)
            notifyFailure(record, .expired, text, at: now)
        }
    }

    private mutating func resume(_ piece: OrderRecord) {
        endLeftover(piece.id)
        if !piece.isExit, !waitingGroups.contains(piece.command.group) { setWaiting(piece.command.group, true) }
    }

    /// The first plausible read of a new trading day that no longer shows them ends yesterday's day orders; the clock
    /// alone never does. A broker clears its books some time after midnight: until then nothing of yesterday is let go,
    /// or its rows would be taken for somebody else's.
    private mutating func turnDay(_ rows: [OrderReport], began: Timestamp, at now: Timestamp) {
        let today = TradingDay(began)
        guard view.day.map({ $0 < today }) ?? true else { return }
        let numbers = Set(rows.map(\.brokerOrderID))
        let tags = Set(rows.compactMap(\.tag))
        var isOver = true
        for record in orders.records.values.sorted(by: { $0.id < $1.id }) where record.tradingDay < today {
            if tags.contains(record.command.tag) || record.state.brokerOrderID.map(numbers.contains) == true {
                isOver = false
            } else {
                endDay(of: record, at: now)
            }
        }
        isOver = forgetPacked(before: today, besides: numbers, tags) && isOver
        guard isOver else { return }
        setDay(today)
        forgetIdleGroups(before: today)
        view.tradedToday = view.tradedToday.filter { TradingDay($0.value) == today }
        view.emptySince = nil
    }

    private mutating func endDay(of record: OrderRecord, at now: Timestamp) {
        let day = "of \(record.tradingDay.date)"
        switch record.state {
        case .working:
            let text = "day order \(day), \(record.filled.quantity) of \(record.quantity) filled"
            self.record(.expired(Reason(.brokerExpired, code: "day_over", text)), of: record.id, at: now)
        case .unconfirmed:
            if !mutant("yesterday-counts-on") { setAside(record.id) }
            endAbsence(record.id)
            let text = "order \(record.id) \(record.command.position) \(day) was never found or proved absent; "
            notify(.unconfirmed, .critical, text + "a person must settle it", record.id, at: now)
        case .received, .sending: break
        default: forget(record)
        }
    }
}

extension OrderRecord {
    /// Whether a row can tell nothing new about an order that has ended, with all its fills.
    fileprivate func isSettled(by row: OrderReport) -> Bool {
        !state.isOpen && shown == nil && row.filled <= filled.quantity && !isOutgrown(by: row)
            && row.terms(over: workingTerms) == workingTerms
    }
}

extension ClosedGlance {
    fileprivate func isSettled(by row: OrderReport) -> Bool {
        row.filled <= filled && !isOutgrown(by: row) && row.terms(over: terms) == terms
    }

    private func isOutgrown(by row: OrderReport) -> Bool {
        word == .filled && row.quantity > terms.quantity && (row.status == .open || row.status == .triggerPending)
    }
}

extension BookRead {
    /// The rows, none for an empty book; nil when the book is unknown.
    var rows: [Row]? {
        switch self {
        case .known(let rows): rows
        case .empty: []
        case .unknown: nil
        }
    }
}
