import Trading

/// A client's orders of today and all that are open, with every way of finding one that a step needs.
struct OrderTable: Sendable {
    private(set) var records: [CommandID: OrderRecord] = [:]
    private var byBrokerID: [BrokerOrderID: CommandID] = [:]
    private var byTag: [ClientTag: CommandID] = [:]
    private var openByHolding: [HoldingKey: Set<CommandID>] = [:]
    /// Open orders that add risk, and those that take it out, by what they trade and how.
    private var increasing: [Direction: Set<CommandID>] = [:]
    private var reducing: [Direction: Set<CommandID>] = [:]
    private var openIncreasingByStrategy: [StrategyName: Set<CommandID>] = [:]
    /// Orders that the broker may have now.
    private(set) var atBroker: Set<CommandID> = []
    /// Unconfirmed orders of an earlier day: known by id, number and tag only.
    private var aside: Set<CommandID> = []
    /// Exits that wait for cancels, by what they close.
    private var waitingExits: [HoldingKey: Set<CommandID>] = [:]

    /// How many stand where.
    private(set) var counts: [StateWord: Int] = [:]

    subscript(id: CommandID) -> OrderRecord? { records[id] }

    func order(numbered id: BrokerOrderID) -> OrderRecord? { byBrokerID[id].flatMap { records[$0] } }

    func order(tagged tag: ClientTag) -> OrderRecord? { byTag[tag].flatMap { records[$0] } }

    func open(on holding: HoldingKey) -> [OrderRecord] { sorted(openByHolding[holding]) }

    func reducing(_ position: PositionKey, _ side: Side) -> [OrderRecord] {
        sorted(reducing[Direction(position: position, side: side)])
    }

    /// An open order of another strategy that adds risk on this side; the first one by id. The sets are counted, not
    /// searched, unless there is one.
    func increasing(_ position: PositionKey, _ side: Side, besides strategy: StrategyName) -> OrderRecord? {
        guard let ids = increasing[Direction(position: position, side: side)] else { return nil }
        let own = openByHolding[HoldingKey(strategy, position)]?.count { ids.contains($0) } ?? 0
        guard ids.count > own else { return nil }
        return ids.lazy.compactMap { records[$0] }.filter { $0.command.strategy != strategy }.min { $0.id < $1.id }
    }

    func waitingExits(on holding: HoldingKey) -> [OrderRecord] { sorted(waitingExits[holding]) }

    var holdingsWithWaitingExits: [HoldingKey] { waitingExits.keys.sorted() }

    /// An open order of `strategy` that adds risk and is not of `group`; the first one by id.
    func openIncreasing(_ strategy: StrategyName, outside group: GroupID) -> OrderRecord? {
        guard let ids = openIncreasingByStrategy[strategy] else { return nil }
        return ids.lazy.compactMap { records[$0] }.filter { $0.command.group != group }.min { $0.id < $1.id }
    }

    func openIncreasing(_ strategy: StrategyName) -> [OrderRecord] { sorted(openIncreasingByStrategy[strategy]) }

    private func sorted(_ ids: Set<CommandID>?) -> [OrderRecord] {
        guard let ids else { return [] }
        return ids.sorted().compactMap { records[$0] }
    }

    /// Puts a record in place of what was there, or takes it out, and keeps every index true.
    @discardableResult mutating func set(_ record: OrderRecord?, for id: CommandID) -> OrderRecord? {
        let old = records.updateValueOrRemove(record, for: id)
        if let old { index(old, adding: false) }
        if let record { index(record, adding: true) }
        return old
    }

    /// Takes an unconfirmed order out of all that counts open orders, until it is found.
    mutating func setAside(_ id: CommandID, _ isAside: Bool) {
        guard let record = records[id] else { return }
        index(record, adding: false)
        aside.set(id, isAside)
        index(record, adding: true)
    }

    private mutating func index(_ record: OrderRecord, adding: Bool) {
        let id = record.id
        counts[record.state.word, default: 0] += adding ? 1 : -1
        if let number = record.state.brokerOrderID { byBrokerID[number] = adding ? id : nil }
        byTag[record.command.tag] = adding ? id : nil
        guard record.state.isOpen, record.command.test == nil else { return }
        if record.state == .unconfirmed, aside.contains(id) { return }
        let command = record.command
        openByHolding[command.holding, default: []].set(id, adding)
        let direction = Direction(position: command.position, side: command.side)
        if command.reduces {
            reducing[direction, default: []].set(id, adding)
        } else {
            increasing[direction, default: []].set(id, adding)
            openIncreasingByStrategy[command.strategy, default: []].set(id, adding)
        }
        if record.state.isAtBroker { atBroker.set(id, adding) }
        if record.state == .received, command.reduces { waitingExits[command.holding, default: []].set(id, adding) }
        if !adding { removeEmpty(command) }
    }

    private mutating func removeEmpty(_ command: OrderCommand) {
        if openByHolding[command.holding]?.isEmpty == true { openByHolding[command.holding] = nil }
        let direction = Direction(position: command.position, side: command.side)
        if reducing[direction]?.isEmpty == true { reducing[direction] = nil }
        if increasing[direction]?.isEmpty == true { increasing[direction] = nil }
        if openIncreasingByStrategy[command.strategy]?.isEmpty == true {
            openIncreasingByStrategy[command.strategy] = nil
        }
        if waitingExits[command.holding]?.isEmpty == true { waitingExits[command.holding] = nil }
    }
}

/// One side of one line of the position book.
private struct Direction: Hashable, Sendable {
    let position: PositionKey
    let side: Side
}

extension Set {
    fileprivate mutating func set(_ element: Element, _ present: Bool) {
        if present { insert(element) } else { remove(element) }
    }
}
