import Trading

/// Orders that ended a while ago are packed, whole groups at once. That changes nothing but the room they take: whoever
/// asks for one finds it as it was, and what happens to one brings it back. So it is no event, and never taken back.
extension Desk {
    /// Packs the orders that ended first, at most so many groups.
    mutating func packClosed(most: Int, at now: Timestamp) {
        for _ in 0..<most {
            guard let (id, ended) = closings.oldest,
                closings.count > settings.mostClosed || now - ended >= settings.closedStay,
                !touchedOrders.contains(id)  // the store does not know its key yet
            else { break }
            if let group = orders.records[id].flatMap({ groups[$0.command.group] }),
                isRemembered(group, at: now) || waitingGroups.contains(group.id)
            {
                break
            }
            closings.removeOldest()
            pack(id)
        }
        if undo.isEmpty, sealed == nil { orders.tidy() }
    }

    /// Whether an alert like the group's own would still be taken for the same one. One with the same key always is: the
    /// store refuses to hold a key twice.
    private func isRemembered(_ group: Group, at now: Timestamp) -> Bool {
        !group.contentHash.isEmpty && now - group.receivedAt <= settings.repeatWindow
    }

    /// Packs an order with its group, unless something of it is still to come to an end: that asks again then.
    private mutating func pack(_ id: CommandID) {
        guard let record = orders.records[id] else { return }
        let group = groups[record.command.group].flatMap { $0.commands.contains(id) ? $0 : nil }
        let members = (group?.commands ?? [id]).compactMap { orders.records[$0] }
        guard members.allSatisfy(\.mayBePacked) else { return }
        let closed = group.map { ClosedGroup(source: $0.source, receivedAt: $0.receivedAt, commands: $0.commands) }
        var areAll = true
        for member in members {
            let number = member.state.brokerOrderID
            let order = ClosedOrder(
                record: member,
                fills: number.flatMap { bookedFills[$0] } ?? BookedFills(),
                numberLearned: number.flatMap { view.numbersSince[$0] },
                inferred: number.flatMap { view.inferred[$0] }.map {
                    Booked(quantity: $0.quantity, learned: $0.learned)
                },
                group: closed
            )
            guard orders.pack(order) else {
                areAll = false
                continue
            }
            if let number {
                bookedFills[number] = nil
                view.numbersSince[number] = nil
                view.inferred[number] = nil
            }
        }
        if areAll, let group { groups.set(nil, for: group.id) }
    }

    /// Something happens to an order that may be packed: it comes back, with its group.
    mutating func unpack(_ id: CommandID) {
        guard let order = orders.unpack(id) else { return }
        if let number = order.record.state.brokerOrderID {
            if !order.fills.isEmpty { bookedFills[number] = order.fills }
            if let learned = order.numberLearned { view.numbersSince[number] = learned }
            if let inferred = order.inferred { view.inferred[number] = (inferred.quantity, inferred.learned) }
        }
        closings.add(id, at: order.record.updatedAt)
        guard let closed = order.group else { return }
        for other in closed.commands { unpack(other) }
        let groupID = order.record.command.group
        guard groups[groupID] == nil else { return }
        groups.set(
            Group(
                id: groupID,
                source: closed.source,
                idempotencyKey: nil,
                contentHash: "",
                request: "",
                receivedAt: closed.receivedAt,
                commands: closed.commands
            ),
            for: groupID
        )
    }

    /// What is booked under one of the broker's numbers, of packed orders too.
    func fills(under number: BrokerOrderID) -> BookedFills? {
        bookedFills[number] ?? orders.closed.glance(numbered: number)?.fills
    }
}

extension OrderRecord {
    /// Whether it has come to an end that nobody has a question about.
    fileprivate var mayBePacked: Bool {
        !state.isOpen && pending == nil && askedTerms == nil && shown == nil && !isDisputed
    }
}
