import Trading

/// A client's orders of today and all that are open, with every way of finding one that a step needs.
struct OrderTable: Sendable {
    private(set) var records: [CommandID: OrderRecord] = [:]
    private var byBrokerID: [BrokerOrderID: CommandID] = [:]
    private var byTag: [ClientTag: CommandID] = [:]
    private var openByHolding: [HoldingKey: Set<CommandID>] = [:]
    private var openByPosition: [PositionKey: Set<CommandID>] = [:]
    private var openIncreasingByStrategy: [StrategyName: Set<CommandID>] = [:]
    private(set) var unconfirmed: Set<CommandID> = []
    /// Orders that the broker may have now.
    private(set) var atBroker: Set<CommandID> = []
    /// Exits that wait for cancels, by what they close.
    private var waitingExits: [HoldingKey: Set<CommandID>] = [:]

    subscript(id: CommandID) -> OrderRecord? { records[id] }

    func order(numbered id: BrokerOrderID) -> OrderRecord? { byBrokerID[id].flatMap { records[$0] } }

    func order(tagged tag: ClientTag) -> OrderRecord? { byTag[tag].flatMap { records[$0] } }

    func open(on holding: HoldingKey) -> [OrderRecord] { sorted(openByHolding[holding]) }

    func open(on position: PositionKey) -> [OrderRecord] { sorted(openByPosition[position]) }

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

    private mutating func index(_ record: OrderRecord, adding: Bool) {
        let id = record.id
        if let number = record.state.brokerOrderID { byBrokerID[number] = adding ? id : nil }
        byTag[record.command.tag] = adding ? id : nil
        guard record.state.isOpen, record.command.test == nil else { return }
        let command = record.command
        openByHolding[command.holding, default: []].set(id, adding)
        openByPosition[command.position, default: []].set(id, adding)
        if !command.reduces { openIncreasingByStrategy[command.strategy, default: []].set(id, adding) }
        if record.state.isAtBroker { atBroker.set(id, adding) }
        if record.state == .unconfirmed { unconfirmed.set(id, adding) }
        if record.state == .received, command.reduces { waitingExits[command.holding, default: []].set(id, adding) }
        if !adding { removeEmpty(command) }
    }

    private mutating func removeEmpty(_ command: OrderCommand) {
        if openByHolding[command.holding]?.isEmpty == true { openByHolding[command.holding] = nil }
        if openByPosition[command.position]?.isEmpty == true { openByPosition[command.position] = nil }
        if openIncreasingByStrategy[command.strategy]?.isEmpty == true {
            openIncreasingByStrategy[command.strategy] = nil
        }
        if waitingExits[command.holding]?.isEmpty == true { waitingExits[command.holding] = nil }
    }
}

extension Set {
    fileprivate mutating func set(_ element: Element, _ present: Bool) {
        if present { insert(element) } else { remove(element) }
    }
}
