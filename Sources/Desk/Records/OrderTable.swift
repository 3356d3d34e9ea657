import Trading

/// A client's orders of today and all that are open, with every way of finding one that a step needs.
struct OrderTable: Sendable {
    private(set) var records: [CommandID: OrderRecord] = [:]
    /// The others: they ended a while ago.
    private(set) var closed = ClosedOrders()
    private var byBrokerID: [BrokerOrderID: CommandID] = [:]
    private var byTag: [ClientTag: CommandID] = [:]
    private var openByHolding: [HoldingKey: Few<CommandID>] = [:]
    /// Open orders that add risk, and those that take it out, by what they trade and how.
    private var increasing: [Direction: Few<CommandID>] = [:]
    private var reducing: [Direction: Few<CommandID>] = [:]
    private var openIncreasingByStrategy: [StrategyName: Few<CommandID>] = [:]
    /// Orders that the broker may have now.
    private(set) var atBroker: Set<CommandID> = []
    /// Unconfirmed orders of an earlier day: known by id, number and tag only.
    private var aside: Set<CommandID> = []
    /// Exits that wait for cancels, by what they close.
    private var waitingExits: [HoldingKey: Few<CommandID>] = [:]

    /// What they come to, for limits.
    private(set) var load: OpenLoad

    init(keepsLoad: Bool = false) { load = OpenLoad(isKept: keepsLoad) }

    /// How many stand where, in the order of `StateWord.allCases`.
    private var tally = [Int](repeating: 0, count: StateWord.allCases.count)

    var counts: [StateWord: Int] {
        Dictionary(zip(StateWord.allCases, tally).filter { $0.1 > 0 }, uniquingKeysWith: { first, _ in first })
    }

    subscript(id: CommandID) -> OrderRecord? { records[id] ?? closed.order(id) }

    func contains(_ id: CommandID) -> Bool { records[id] != nil || closed.contains(id) }

    func id(numbered number: BrokerOrderID) -> CommandID? { byBrokerID[number] ?? closed.id(numbered: number) }

    func order(numbered number: BrokerOrderID) -> OrderRecord? { id(numbered: number).flatMap { self[$0] } }

    func order(tagged tag: ClientTag) -> OrderRecord? { (byTag[tag] ?? closed.id(tagged: tag)).flatMap { self[$0] } }

    func open(on holding: HoldingKey) -> [OrderRecord] { sorted(openByHolding[holding]) }

    func reducing(_ position: PositionKey, _ side: Side) -> [OrderRecord] {
        sorted(reducing[Direction(position: position, side: side)])
    }

    /// What the broker may have open on this side, whoever's and whatever for.
    func openAtBroker(_ position: PositionKey, _ side: Side) -> [OrderRecord] {
        let direction = Direction(position: position, side: side)
        return (sorted(reducing[direction]) + sorted(increasing[direction])).filter(\.state.isAtBroker)
    }

    /// An open order of another strategy that adds risk on this side; the first one by id. The sets are counted, not
    /// searched, unless there is one.
    func increasing(_ position: PositionKey, _ side: Side, besides strategy: StrategyName) -> OrderRecord? {
        guard let ids = increasing[Direction(position: position, side: side)] else { return nil }
        let own = openByHolding[HoldingKey(strategy, position)]?.count { ids.contains($0) } ?? 0
        guard ids.count > own else { return nil }
        return first(ids) { $0.strategy != strategy }
    }

    func waitingExits(on holding: HoldingKey) -> [OrderRecord] { sorted(waitingExits[holding]) }

    var hasWaitingExits: Bool { !waitingExits.isEmpty }

    var holdingsWithWaitingExits: [HoldingKey] { waitingExits.keys.sorted() }

    /// An open order of `strategy` that adds risk and is not of `group`; the first one by id.
    func openIncreasing(_ strategy: StrategyName, outside group: GroupID) -> OrderRecord? {
        guard let ids = openIncreasingByStrategy[strategy] else { return nil }
        return first(ids) { $0.group != group }
    }

    /// The first by id whose command `isIt`. Not by lazy closures: those would copy the table.
    private func first(_ ids: some Sequence<CommandID>, where isIt: (OrderCommand) -> Bool) -> OrderRecord? {
        var least: CommandID?
        for id in ids where least.map({ id < $0 }) ?? true {
            if let record = records[id], isIt(record.command) { least = id }
        }
        return least.flatMap { records[$0] }
    }

    func openIncreasing(_ strategy: StrategyName) -> [OrderRecord] { sorted(openIncreasingByStrategy[strategy]) }

    private func sorted(_ ids: (some Sequence<CommandID>)?) -> [OrderRecord] {
        guard let ids else { return [] }
        return ids.sorted().compactMap { records[$0] }
    }

    /// Puts a record in place of what was there, or takes it out, and keeps every index true.
    @discardableResult mutating func set(_ record: OrderRecord?, for id: CommandID) -> OrderRecord? {
        let old: OrderRecord?
        if let record {
            old = put(record, for: id)
        } else {
            old = records.removeValue(forKey: id)
            if let old { leave(old) }
        }
        if load.isKept { moveLoad(from: old, to: record) }
        return old
    }

    private mutating func put(_ record: OrderRecord, for id: CommandID) -> OrderRecord? {
        tally[record.state.word.place] += 1
        let place = Place.of(record, aside: aside)
        guard let old = records.updateValue(record, forKey: id) else {
            move(record.command, from: .nowhere, to: place)
            return nil
        }
        if record.tradesAs(old) {
            tally[old.state.word.place] -= 1
            move(record.command, from: Place.of(old, aside: aside), to: place)
        } else {
            leave(old)
            move(record.command, from: .nowhere, to: place)
        }
        return old
    }

    private mutating func leave(_ record: OrderRecord) {
        tally[record.state.word.place] -= 1
        move(record.command, from: Place.of(record, aside: aside), to: .nowhere)
    }

    /// Packs an order that has ended; false when it stays as it is.
    mutating func pack(_ order: ClosedOrder) -> Bool {
        let record = order.record
        guard closed.insert(order) else { return false }
        records[record.id] = nil
        byTag[record.command.tag] = nil
        if let number = record.state.brokerOrderID, byBrokerID[number] == record.id { byBrokerID[number] = nil }
        return true
    }

    /// Brings back an order that was packed; nil when it was not.
    mutating func unpack(_ id: CommandID) -> ClosedOrder? {
        guard let order = closed.remove(id) else { return nil }
        records[id] = order.record
        byTag[id.tag] = id
        if let number = order.record.state.brokerOrderID { byBrokerID[number] = id }
        return order
    }

    /// Packed orders leave for good, but for what takes it back.
    mutating func forgetPacked(where isDone: (ClosedGlance) -> Bool) -> [ClosedOrders.Forgotten] {
        let forgotten = closed.forget(where: isDone)
        for order in forgotten { tally[order.word.place] -= 1 }
        return forgotten
    }

    mutating func restore(_ forgotten: [ClosedOrders.Forgotten]) {
        for order in forgotten {
            closed.restore(order)
            tally[order.word.place] += 1
        }
    }

    /// Nothing that was forgotten is restored any more.
    mutating func tidy() { closed.tidy() }

    /// Takes an unconfirmed order out of all that counts open orders, until it is found.
    mutating func setAside(_ id: CommandID, _ isAside: Bool) {
        guard let record = records[id] else { return }
        let before = Place.of(record, aside: aside)
        let share = OpenLoad.Share(record, isCounted: before.isOpen)
        aside.set(id, isAside)
        if load.isKept {
            let now = OpenLoad.Share(record, isCounted: Place.of(record, aside: aside).isOpen)
            load.move(record.command, from: share, to: now)
        }
        move(record.command, from: before, to: Place.of(record, aside: aside))
    }

    mutating func forgetLoad(before day: TradingDay) { load.forget(before: day) }

    private mutating func moveLoad(from old: OrderRecord?, to new: OrderRecord?) {
        let before = old.map { OpenLoad.Share($0, isCounted: Place.of($0, aside: aside).isOpen) } ?? .nothing
        let after = new.map { OpenLoad.Share($0, isCounted: Place.of($0, aside: aside).isOpen) } ?? .nothing
        if let old, let new, old.command.holding == new.command.holding {
            load.move(new.command, from: before, to: after)
        } else {
            if let old { load.move(old.command, from: before, to: .nothing) }
            if let new { load.move(new.command, from: .nothing, to: after) }
        }
    }

    /// An open order of one side for which something holds; the first one by id.
    func firstOpen(_ position: PositionKey, _ side: Side, where holds: (OrderRecord) -> Bool) -> CommandID? {
        let direction = Direction(position: position, side: side)
        var first: CommandID?
        for ids in [increasing[direction], reducing[direction]].compactMap(\.self) {
            for id in ids where first.map({ id < $0 }) ?? true {
                if let record = records[id], holds(record) { first = id }
            }
        }
        return first
    }

    /// Changes only the indexes in which the order's place differs: most steps of an order's life touch one or two.
    private mutating func move(_ command: OrderCommand, from old: Place, to new: Place) {
        let id = command.id
        if old.number != new.number {
            if let number = old.number { byBrokerID[number] = nil }
            if let number = new.number { byBrokerID[number] = id }
        }
        if old.isKnown != new.isKnown { byTag[command.tag] = new.isKnown ? id : nil }
        if old.isOpen != new.isOpen {
            let isOpen = new.isOpen
            openByHolding.set(id, isOpen, under: command.holding)
            let direction = Direction(position: command.position, side: command.side)
            if command.reduces {
                reducing.set(id, isOpen, under: direction)
            } else {
                increasing.set(id, isOpen, under: direction)
                openIncreasingByStrategy.set(id, isOpen, under: command.strategy)
            }
        }
        if old.isAtBroker != new.isAtBroker { atBroker.set(id, new.isAtBroker) }
        if old.isWaitingExit != new.isWaitingExit {
            waitingExits.set(id, new.isWaitingExit, under: command.holding)
        }
    }
}

/// Where one order stands in the indexes.
private struct Place {
    var isKnown = false
    var number: BrokerOrderID?
    /// Open, and counted as such.
    var isOpen = false
    var isAtBroker = false
    var isWaitingExit = false

    static let nowhere = Place()

    /// No initializer: that would take a copy.
    static func of(_ record: OrderRecord, aside: Set<CommandID>) -> Place {
        var place = Place()
        place.isKnown = true
        place.number = record.state.brokerOrderID
        guard record.command.test == nil else { return place }
        switch record.state {
        case .received: place.isWaitingExit = record.command.reduces
        case .sending where mutant("intent-is-not-open"): return place
        case .sending, .working: place.isAtBroker = true
        case .unconfirmed:
            if aside.contains(record.id) || mutant("unconfirmed-is-not-open") { return place }
            place.isAtBroker = true
        case .blocked, .filled, .rejected, .cancelled, .expired, .notSent: return place
        }
        place.isOpen = true
        return place
    }
}

/// One side of one line of the position book.
private struct Direction: Hashable, Sendable {
    let position: PositionKey
    let side: Side

    func _rawHashValue(seed: Int) -> Int { position._rawHashValue(seed: side == .buy ? seed : ~seed) }
}

extension Set {
    fileprivate mutating func set(_ element: Element, _ present: Bool) {
        if present { insert(element) } else { remove(element) }
    }
}

extension Dictionary where Value == Few<CommandID> {
    /// Puts an order into the set under `key`, or takes it out; an empty set leaves.
    fileprivate mutating func set(_ id: CommandID, _ present: Bool, under key: Key) {
        if present {
            self[key, default: Few()].insert(id)
        } else if let index = index(forKey: key) {
            values[index].remove(id)
            if values[index].isEmpty { remove(at: index) }
        }
    }
}
