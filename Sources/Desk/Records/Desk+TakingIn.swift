import Trading

extension Desk {
    /// Takes in what the emergency file kept: what the store does not have of it follows what it has. Facts only: whatever
    /// they led to was kept with them, so nothing is sent, asked or told again.
    mutating func takeIn(_ kept: [DeskChanges], at now: Timestamp) {
        var taken: Set<CommandID> = []
        for changes in kept where changes.client == client {
            // One without orders is kept for its key's sake: a repeat must be known for one.
            for group in changes.groups where group.commands.isEmpty && groups[group.id] == nil { setGroup(group) }
            let new = changes.events.filter { takeIn($0, changes.groups) }
            taken.formUnion(new.map(\.command))
            takeIn(changes.riskEvents, at: now)
            if !new.isEmpty || changes.events.isEmpty { batch.notifications += changes.notifications }
        }
        guard !taken.isEmpty else { return }
        let names = taken.sorted().map(\.description).joined(separator: ", ")
        notify(
            .takenIn,
            .warning,
            "taken in from the emergency file, as the store could not be written: \(names)",
            at: now
        )
    }

    /// False for an event that is stored already, or that cannot follow what is: the broker's books have the last word.
    private mutating func takeIn(_ event: OrderEvent, _ new: [Group]) -> Bool {
        if let number = event.fact.number, orders.order(numbered: number).map({ $0.id != event.command }) ?? false {
            return false
        }
        guard let known = orders[event.command] else {
            guard let first = OrderRecord(beginning: event) else { return false }
            let id = first.command.group
            if groups[id] == nil, let group = new.first(where: { $0.id == id }) { setGroup(group) }
            return note(event)
        }
        guard event.sequence > known.version else { return false }
        var next = known
        do {
            try next.apply(OrderEvent(command: known.id, sequence: known.version + 1, at: event.at, fact: event.fact))
        } catch {
            return false
        }
        if case .filled(let fill, _) = event.fact, bookedFills[fill.brokerOrderID]?[fill.id] != nil { return false }
        guard note(event) else { return false }
        if case .filled(let fill, _) = event.fact { batch.fills.append(BookedFill(command: known.id, fill: fill)) }
        guard known.command.test == nil else { return true }  // a simulated fill touches no ledger
        if case .filled(let fill, _) = event.fact { noteFill(fill, at: event.at) }
        _ = follow(known, at: event.at)
        if let after = orders[known.id], after.isDisputed, !known.isDisputed, after.filled.quantity > after.quantity {
            let text = "order \(known.id) \(known.command.position): more filled than ordered"
            haltOverfilled(known.command.strategy, text, at: event.at)
        }
        return true
    }

    private mutating func note(_ event: OrderEvent) -> Bool {
        guard record(event.fact, of: event.command, at: event.at), let order = orders[event.command] else {
            return false
        }
        if let number = event.fact.number, order.command.test == nil { noteNumber(number, at: event.at) }
        if var group = groups[order.command.group], !group.commands.contains(event.command) {
            group.commands.append(event.command)
            setGroup(group)
        }
        return true
    }

    /// An input contradicts the store: its order is disputed, a person is told, and the books decide what was on its way.
    mutating func noteSetAside(
        _ id: CommandID?,
        _ text: String,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        guard let id, let order = orders[id] else {
            notify(.disputed, .critical, text, at: now)
            return
        }
        if order.state == .sending {
            record(.unanswered("its answer contradicts the store", sentAt: order.updatedAt), of: id, at: now)
            view.absences[id] = Absence(callEnded: now)
        }
        dispute(order, text, at: now)
        output.actions += BookKind.allCases.map(DeskAction.read)
    }
}

extension OrderFact {
    /// The broker's number that it gives the order.
    fileprivate var number: BrokerOrderID? {
        switch self {
        case .accepted(let number, _), .working(let number, _), .adopted(_, let number): number
        default: nil
        }
    }
}
