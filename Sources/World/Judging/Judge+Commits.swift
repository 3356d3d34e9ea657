import Desk
import Synchronization
import Trading

/// What becomes durable must be true at the exchange, or be no claim about it.
extension Judge {
    func committed(_ change: DeskChanges, over contents: Shelf.Contents) {
        guard let exchange = links.withLock({ $0?.exchange }) else { return }
        var words: [CommandID: StateWord] = [:]
        var records: [CommandID: OrderRecord] = [:]
        for event in change.events {
            note(event)
            var record = records[event.command] ?? contents.orders[event.command]
            words[event.command] = record?.state.word
            do throws(IllegalTransition) {
                if record == nil { record = OrderRecord(beginning: event) } else { try record?.apply(event) }
            } catch {
                violated("replay of \(event.command): \(error)")
            }
            records[event.command] = record
            if let record {
                cover(event, from: words[event.command], to: record)
                if record.command.client != client { violated("\(record.id) is another client's") }
                let wasKept = state.withLock {
                    $0.kept.contains(KeptFact(command: event.command, fact: event.fact))
                }
                if record.command.test == nil, !wasKept { check(event.fact, of: record, exchange) }
            }
        }
        var last = contents.riskDay
        for event in change.riskEvents {
            if let last, event.day.day < last.day {
                violated("risk day \(event.day.day.number) comes after a later one")
            }
            if let before = last, before.day == event.day.day {
                if let text = before.objection(to: event.day, after: event.kind) { violated("risk: \(text)") }
            }
            last = event.day
        }
        for record in change.orders where records[record.id] != record {
            violated("the row of \(record.id) is not what its events come to")
        }
    }

    /// The emergency file took these; `records`: the orders as they are with them.
    func kept(_ change: DeskChanges, _ records: [CommandID: OrderRecord]) {
        guard let exchange = links.withLock({ $0?.exchange }) else { return }
        for event in change.events {
            trace("kept \(event.command) \(event.sequence) \(event.fact.kind.rawValue)")
            state.withLock { _ = $0.kept.insert(KeptFact(command: event.command, fact: event.fact)) }
            if let record = records[event.command], record.command.test == nil {
                check(event.fact, of: record, exchange)
            }
        }
    }

    private func note(_ event: OrderEvent) {
        var what = event.fact.reason?.text ?? ""
        if case .received(let command) = event.fact {
            what =
                "\(command.reduces ? "exit" : "entry") of \(command.holding) \(command.side) \(command.quantity) \(command.type)"
        }
        trace("\(event.command) \(event.sequence) \(event.fact.kind.rawValue) \(what)")
    }

    private func cover(_ event: OrderEvent, from old: StateWord?, to record: OrderRecord) {
        state.withLock { state in
            state.coverage.transitions[
                Coverage.Transition(from: old, to: record.state.word),
                default: 0
            ] += 1
            state.coverage.facts[event.fact.kind, default: 0] += 1
            if let tag = record.state.reason?.tag { state.coverage.tags[tag, default: 0] += 1 }
            if let evidence = event.fact.evidence { state.coverage.evidence[evidence, default: 0] += 1 }
        }
    }

    private func check(_ fact: OrderFact, of record: OrderRecord, _ exchange: Exchange) {
        let id = record.id
        let order = record.state.brokerOrderID.flatMap { exchange.order($0) }
        switch fact {
        case .accepted(let number, _), .working(let number, _):
            if exchange.order(number)?.tag != record.command.tag {
                violated("\(id) was given another's number \(number)")
            }
        case .filled(let fill, _):
            let isTrue = exchange.fills.contains { $0.fill == fill }
            if !isTrue { violated("\(id) has a fill \(fill.id) that never was") }
        case .inferred(let shown, _):
            if (order?.filled ?? 0) < shown.quantity { violated("\(id) is said to have filled more than it did") }
        case .cancelled: if order?.status != .cancelled { violated("\(id) cancelled, the broker: \(order.told)") }
        case .rejected(_, .reply):
            if !state.withLock({ $0.refused.contains(id) }) { violated("\(id) refused, the broker did not") }
        case .rejected: if order?.status != .rejected { violated("\(id) rejected, the broker: \(order.told)") }
        case .expired(let reason):
            if order?.isOpen == true, order?.day == exchange.day {
                violated("\(id) expired (\(reason.text)): \(order.told)")
            }
        case .notSent(let reason): checkNotSent(id, reason, exchange)
        case .modified(let terms, _):
            let number = record.state.brokerOrderID
            let was = exchange.state.withLock { state in number.flatMap { state.past[$0] } ?? [] }
            if !was.contains(where: { $0.order.terms == terms }) {
                violated("\(id) modified to \(terms), which it never was")
            }
        case .blocked: if state.withLock({ $0.written[id] != nil }) { violated("\(id) blocked after it was sent") }
        default: break
        }
    }

    private func checkNotSent(_ id: CommandID, _ reason: Reason, _ exchange: Exchange) {
        let (written, arrived) = state.withLock { ($0.written[id], $0.arrived[id]) }
        if reason.code == "proved_absent" {
            let (ended, hasJumped) = state.withLock { ($0.ended[id], $0.hasJumped) }
            // While a clock that was set back catches up, no book counts as a later one.
            let patience: Int64 = hasJumped ? 40_000_000 : 12_000_000
            if let arrived, now - arrived > patience { violated("\(id) proved absent, and it is there") }
            if let ended, !hasJumped, now - ended < absenceAfter.microseconds {
                violated("\(id) proved absent too soon")
            }
        } else if written != nil {
            violated("\(id) not sent (\(reason.text)) after it was sent")
        }
    }
}

extension ExchangeOrder? {
    fileprivate var told: String { map { "\($0.status) \($0.filled)/\($0.quantity)" } ?? "no such order" }
}

extension OrderFact {
    fileprivate var reason: Reason? {
        switch self {
        case .blocked(let reason), .notSent(let reason), .rejected(let reason, _), .cancelled(let reason, _),
            .expired(let reason):
            reason
        default: nil
        }
    }

    fileprivate var evidence: Evidence? {
        switch self {
        case .working(_, let evidence), .filled(_, let evidence), .inferred(_, let evidence),
            .rejected(_, let evidence),
            .cancelled(_, let evidence), .resized(_, let evidence), .modified(_, let evidence),
            .modifyRefused(_, let evidence):
            evidence
        default: nil
        }
    }
}
