import Trading

/// Orders above what the exchange takes in one go in pieces: written down at once, sent one after the other.
///
/// The order itself is the first piece; what its further pieces are for was asked for with it, so they pass no guard
/// again, only what may have changed since: halts, losses, the market.
extension Desk {
    /// Into which pieces a quantity is to be cut; nil while the exchange's limit is being asked for.
    mutating func pieces(
        of command: OrderCommand,
        _ quantity: Int,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> [Int]? {
        guard settings.slicesOrders, command.test == nil, let contract = contracts.contract(command.instrument),
            quantity > contract.lot
        else { return [quantity] }
        let known = view.securities[command.instrument]
        if known?.holds(at: now) != true {
            let asked = view.securitiesAsked[command.instrument]
            if asked == nil {
                view.securitiesAsked[command.instrument] = now
                output.actions.append(.security(command.instrument, urgent: command.reduces))
            }
            if now - (asked ?? now) < DeskSettings.waitForLimit { return nil }
        }
        // An earlier day's limit is better than none. Without any the broker refuses what is too large, and definitely.
        return Slicing.pieces(of: quantity, largest: known?.report.largestQuantity, lot: contract.lot)
    }

    /// Registers the further pieces of an order whose first is about to be intended.
    mutating func slice(_ record: OrderRecord, into pieces: [Int], at now: Timestamp) {
        guard pieces.count > 1, var group = groups[record.command.group] else { return }
        let last = slices(beside: record).compactMap(\.command.slice?.number).max() ?? 1
        for (index, quantity) in pieces.enumerated().dropFirst() {
            var command = record.command
            command.id = nextID()
            command.leg = group.commands.count + 1
            command.quantity = command.isSizedLater ? 0 : quantity
            command.askedQuantity = quantity
            command.slice = OrderSlice(of: record.command.slice?.order ?? record.id, number: last + index)
            group.commands.append(command.id)
            self.record(.received(command), of: command.id, at: now)
        }
        setGroup(group)
    }

    /// All pieces of the order that this one belongs to, itself included, first to last.
    func slices(beside record: OrderRecord) -> [OrderRecord] {
        let order = record.command.slice?.order ?? record.id
        guard let group = groups[record.command.group] else { return [record] }
        return group.commands.compactMap { orders[$0] }
            .filter { $0.id == order || $0.command.slice?.order == order }
            .sorted { ($0.command.slice?.number ?? 1) < ($1.command.slice?.number ?? 1) }
    }

    enum Turn: Equatable {
        case now, later
        /// The piece before it failed.
        case never(Reason)
    }

    /// Whether a piece may go after the one before it. Only the broker's word lets an entry grow; an exit goes on after a
    /// second without it.
    func turn(of record: OrderRecord, at now: Timestamp) -> Turn {
        guard let slice = record.command.slice else { return .now }
        guard let before = slices(beside: record).last(where: { ($0.command.slice?.number ?? 1) < slice.number }) else {
            return .now
        }
        switch before.state {
        case .working, .filled: return .now
        case .received: return .later
        case .sending, .unconfirmed:
            return record.command.reduces && now - before.updatedAt >= DeskSettings.slicePatience ? .now : .later
        case .blocked, .rejected, .cancelled, .expired, .notSent:
            if record.command.reduces { return .now }
            let text = "piece \(slice.number - 1) of the same order ended \(before.state.word.rawValue)"
            return .never(.beside(text, before.id))
        }
    }

    /// Orders of a group that are to be checked and sent, in the order in which they go: a leg's pieces before the next leg.
    func waitingOrders(of group: Group) -> [OrderRecord] {
        var waiting: [OrderRecord] = []
        for id in group.commands {
            if let record = orders.records[id], waitsInGroup(record) { waiting.append(record) }
        }
        guard waiting.contains(where: { $0.command.slice != nil }) else { return waiting }
        func place(_ record: OrderRecord) -> (Int, Int) {
            guard let slice = record.command.slice else { return (record.command.leg, 1) }
            return (orders[slice.order]?.command.leg ?? record.command.leg, slice.number)
        }
        return waiting.sorted { place($0) < place($1) }
    }

    func hasWaitingOrders(_ id: GroupID) -> Bool {
        for id in groups[id]?.commands ?? [] {
            if let record = orders.records[id], waitsInGroup(record) { return true }
        }
        return false
    }

    private func waitsInGroup(_ record: OrderRecord) -> Bool {
        record.state == .received && !record.isExit && !view.leftovers.contains(record.id)
    }

    /// When a group was last sent something of, if it was: it has passed step 2 then.
    func begun(_ group: Group) -> Timestamp? {
        guard group.commands.count > 1 else { return nil }
        return group.commands.compactMap { orders[$0] }
            .filter(\.hasBeenIntended)
            .map(\.updatedAt).max()
    }
}

extension OrderRecord {
    /// Whether it came through step 2: what ended before that proves nothing.
    fileprivate var hasBeenIntended: Bool {
        switch state {
        case .received, .blocked: false
        case .notSent, .expired: filled.quantity > 0 || state.brokerOrderID != nil
        case .sending, .unconfirmed, .working, .filled, .rejected, .cancelled: true
        }
    }
}

extension OrderCommand {
    /// An exit's quantity is known only when it goes.
    fileprivate var isSizedLater: Bool { executionType == .exit }
}
