import Desk
import Engine
import Synchronization
import Trading

/// What is left to say against our books once everything is at rest.
extension Account {
    func differences(_ engine: Engine) async -> [String] {
        var found = await engine.readiness()[id]?.map { "not ready: \($0.rawValue)" } ?? ["no client"]
        if let unattributed = await engine.positions(of: id)?.unattributed {
            found += unattributed.map { "unattributed: \($0.quantity) \($0.position)" }
        } else {
            found.append("the broker's positions are not known")
        }
        let contents = shelf.read { $0 }
        found += ordersAndFills(contents) + foreignOrders(contents) + holdings(contents) + promises(contents)
        found += pieces(contents) + heldAfterBreach(contents)
        return found
    }

    private func ordersAndFills(_ contents: Shelf.Contents) -> [String] {
        var found: [String] = []
        for record in contents.orders.values.sorted(by: { $0.id < $1.id }) where record.command.strategy != .external {
            guard record.command.test == nil else { continue }
            guard let order = exchange.order(tagged: record.command.tag) else {
                let isEnded = !record.state.isOpen && record.state.brokerOrderID == nil
                if !isEnded { found.append("\(record.id) is \(record.state.word.rawValue), the broker never had it") }
                continue
            }
            if let difference = difference(record, order) { found.append(difference) }
        }
        let booked = Set(contents.fills.values.flatMap { $0.map(\.fill) })
        for fill in exchange.fills where !booked.contains(fill.fill) {
            found.append("fill \(fill.fill.id) of \(fill.fill.brokerOrderID) is not booked")
        }
        return found
    }

    private func difference(_ record: OrderRecord, _ order: ExchangeOrder) -> String? {
        guard order.day == exchange.day else {
            let isOver = !record.state.isOpen && record.filled.quantity == order.filled
            return isOver ? nil : "\(record.id) of an earlier day is \(record.state.word.rawValue)"
        }
        let ours = "\(record.state.word.rawValue) \(record.filled.quantity)/\(record.quantity)"
        let theirs = "\(order.status) \(order.filled)/\(order.quantity)"
        let words: Set<StateWord> =
            switch order.status {
            // Made larger by hand and cancelled, it may have been done for us before either was seen.
            case .cancelled where order.filled == order.quantity || order.isResizedByHand: [.filled, .cancelled]
            // Made larger in the app just before its end: all that we knew of was filled.
            case .cancelled where order.filled == record.quantity: [.filled, .cancelled]
            case _ where order.filled == order.quantity: [.filled]
            case .pending, .open, .triggerPending: [.working]
            case .complete: [.filled]
            case .cancelled: [.cancelled]
            case .rejected: [.rejected]
            case .unknown: []
            }
        let isSame =
            record.filled.quantity == order.filled && (record.isDisputed || words.contains(record.state.word))
        guard isSame else { return "\(record.id) \(order.number): \(ours), the broker: \(theirs)" }
        guard order.isOpen, !record.isDisputed else { return nil }
        if record.askedTerms != nil { return "\(record.id): a change is open" }
        let isAsShown = record.workingTerms == order.terms
        return isAsShown ? nil : "\(record.id) is \(record.workingTerms), the broker: \(order.terms)"
    }

    private func foreignOrders(_ contents: Shelf.Contents) -> [String] {
        exchange.orders.filter { $0.command == nil && $0.day == exchange.day }.compactMap { order in
            let key = Shelf.NumberKey(day: order.day, number: order.number)
            guard let record = contents.numbers[key].flatMap({ contents.orders[$0] }) else {
                return "the broker's \(order.number) was not adopted"
            }
            return difference(record, order)
        }
    }

    private func holdings(_ contents: Shelf.Contents) -> [String] {
        var truth: [HoldingKey: Int] = [:]
        // What is intraday ends with its day.
        for fill in exchange.fills where fill.position.product != .intraday || fill.fill.tradingDay == exchange.day {
            let strategy = fill.command?.strategy ?? .external
            truth[HoldingKey(strategy, fill.position), default: 0] += fill.signed
        }
        let keys = Set(truth.keys).union(contents.holdings.keys)
        return keys.sorted().compactMap { key in
            let (ours, theirs) = (contents.holdings[key]?.quantity ?? 0, truth[key] ?? 0)
            return ours == theirs ? nil : "\(key): \(ours) in the ledger, \(theirs) by the broker's fills"
        }
    }

    /// The pieces of an order come to no more than was asked for.
    private func pieces(_ contents: Shelf.Contents) -> [String] {
        let heads = Set(contents.orders.values.compactMap(\.command.slice?.order))
        return heads.sorted().compactMap { head in
            guard let asked = contents.orders[head]?.command.askedQuantity else { return nil }
            let pieces = contents.orders.values.filter { $0.id == head || $0.command.slice?.order == head }
            let sent = pieces.compactMap { piece in
                contents.events[piece.id]?.lazy.compactMap { event in
                    if case .sending(let quantity) = event.fact { quantity } else { nil }
                }.first
            }
            let sum = sent.reduce(0, +)
            return sum <= asked ? nil : "the pieces of \(head) come to \(sum), asked were \(asked)"
        }
    }

    /// After a breach everything is closed that strategies can be sure of: by the exchange's own fills.
    private func heldAfterBreach(_ contents: Shelf.Contents) -> [String] {
        guard settings.risk.onBreach == .flatten, contents.riskDay?.breachedAt != nil,
            contents.riskDay?.day == exchange.day
        else { return [] }
        let byHand = Set(exchange.fills.filter { $0.command == nil }.map(\.position))
        let (owned, tooLarge) = exchange.state.withLock { ($0.owned, $0.tooLarge) }
        return owned.sorted { $0.key < $1.key }.compactMap { key, quantity in
            guard quantity != 0, key.position.product != .delivery, !byHand.contains(key.position),
                !tooLarge.contains(key),
                // Else there is a quarter of an hour between two tries: 24 November 2026 is a holiday.
                settings.calendar.isOpen(key.position.instrument.exchange, at: exchange.now)
            else { return nil }
            return "\(key) still holds \(quantity) after the day's loss"
        }
    }

    /// What was promised to senders and to those who watch.
    private func promises(_ contents: Shelf.Contents) -> [String] {
        let lost = judge.state.withLock { $0.acknowledged }.filter { contents.orders[$0] == nil }
        let asked = ["cancelled_unsent", "gave_way"]  // whoever asked for it knows
        let untold = contents.orders.values.filter { record in
            record.command.strategy != .external && record.command.test == nil && contents.notified[record.id] == nil
                && [.blocked, .rejected, .notSent].contains(record.state.word)
                && !asked.contains(record.state.reason?.code ?? "")
        }
        return lost.sorted().map { "\($0) was acknowledged and is gone" }
            + untold.sorted { $0.id < $1.id }.map { "nobody was told of \($0.id), \($0.state.word.rawValue)" }
    }
}
