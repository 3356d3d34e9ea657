import Desk
import Engine
import Synchronization
import Trading

/// What survives a crash: each client's rows and events as transactions made them, and the one that was on its way.
final class Disk: Sendable {
    private let shelves: [ClientID: Shelf]
    /// Written, and not yet synced.
    private let tail = Mutex<[DeskChanges]?>(nil)

    init(_ shelves: [ClientID: Shelf]) { self.shelves = shelves }

    subscript(client: ClientID) -> Shelf? { shelves[client] }

    func write(_ changes: [DeskChanges]) { tail.withLock { $0 = changes } }

    /// Makes what was written durable.
    func sync() {
        guard let changes = tail.withLock({ $0 }) else { return }
        tail.withLock { $0 = nil }
        for change in changes { shelves[change.client]?.store(change) }
    }

    /// The machine forgets what was not synced, or happens to have written it after all.
    func crash(tailSurvives: Bool) {
        if tailSurvives { sync() }
        tail.withLock { $0 = nil }
    }

    /// An idempotency key that is stored already for another alert of its client, or comes twice, as a store would refuse
    /// it.
    func repeatedKey(in changes: [DeskChanges]) -> String? {
        var seen: [ClientID: Set<String>] = [:]
        for change in changes {
            let keys = change.groups.compactMap(\.idempotencyKey)
            for key in keys where !seen[change.client, default: []].insert(key).inserted { return key }
            let key = shelves[change.client]?.read { contents in keys.first { contents.keys[$0] != nil } }
            if let found = key ?? nil { return found }
        }
        return nil
    }

    /// What a store's other constraints would refuse; nil when they hold.
    func contradiction(in changes: [DeskChanges]) -> String? {
        var earlier: [ClientID: Shelf.Contents] = [:]
        for (place, change) in changes.enumerated() {
            guard let shelf = shelves[change.client] else { return "there is no client \(change.client)" }
            let contents = earlier[change.client] ?? shelf.read { $0 }
            if let text = contents.contradiction(in: change) { return text }
            // A backlog has several of one client.
            guard changes[(place + 1)...].contains(where: { $0.client == change.client }) else { continue }
            earlier[change.client] = contents
            earlier[change.client]?.store(change)
        }
        return nil
    }

    // MARK: The emergency file, on a disk of its own

    var kept: [DeskChanges] { shelves.sorted { $0.key < $1.key }.flatMap(\.value.kept) }

    func keep(_ changes: [DeskChanges]) {
        for change in changes { shelves[change.client]?.keep(change) }
    }

    func clearKept() {
        for shelf in shelves.values { shelf.clearKept() }
    }
}

/// What is stored of one client.
final class Shelf: Sendable {
    struct Contents: Sendable {
        var orders: [CommandID: OrderRecord] = [:]
        var events: [CommandID: [OrderEvent]] = [:]
        var fills: [CommandID: [BookedFill]] = [:]
        var fillKeys: Set<FillKey> = []
        var numbers: [NumberKey: CommandID] = [:]
        var holdings: [HoldingKey: Holding] = [:]
        var groups: [GroupID: Group] = [:]
        var keys: [String: GroupID] = [:]
        var halts: [Halt.Scope: Halt] = [:]
        var ledgerRequests: [DoneLedgerRequest] = []
        var ledger: [LedgerEntry] = []
        var riskDay: RiskDay?
        var notified: [CommandID: Set<Notification.Kind>] = [:]
    }

    struct FillKey: Hashable, Sendable {
        let day: TradingDay
        let number: BrokerOrderID
        let fill: FillID
    }

    struct NumberKey: Hashable, Sendable {
        let day: TradingDay
        let number: BrokerOrderID
    }

    private let contents = Mutex(Contents())
    /// What the emergency file has of the client.
    private let emergency = Mutex<[DeskChanges]>([])
    private let judge: Judge

    init(judge: Judge) { self.judge = judge }

    func read<Value: Sendable>(_ body: (Contents) -> Value) -> Value { contents.withLock { body($0) } }

    fileprivate var kept: [DeskChanges] { emergency.withLock { $0 } }

    fileprivate func keep(_ change: DeskChanges) {
        emergency.withLock { $0.append(change) }
        judge.kept(change, durable)
    }

    fileprivate func clearKept() { emergency.withLock { $0 = [] } }

    /// The orders as all that is durable makes them: the rows, and what the emergency file has beyond those.
    var durable: [CommandID: OrderRecord] {
        var records = read { $0.orders }
        for event in kept.flatMap(\.events) {
            if let known = records[event.command] {
                if event.sequence == known.version + 1 { try? records[event.command]?.apply(event) }
            } else {
                records[event.command] = OrderRecord(beginning: event)
            }
        }
        return records
    }

    fileprivate func store(_ change: DeskChanges) {
        judge.committed(change, over: read { $0 })
        contents.withLock { $0.store(change) }
    }
}

extension Shelf.Contents {
    mutating func store(_ change: DeskChanges) {
        for event in change.events { events[event.command, default: []].append(event) }
        for record in change.orders {
            orders[record.id] = record
            if let number = record.state.brokerOrderID, record.command.test == nil {
                numbers[Shelf.NumberKey(day: record.tradingDay, number: number)] = record.id
            }
        }
        for booked in change.fills {
            fills[booked.command, default: []].append(booked)
            fillKeys.insert(key(booked))
        }
        for (key, holding) in change.holdings { holdings[key] = holding.quantity == 0 ? nil : holding }
        ledger += change.ledger
        ledgerRequests += change.ledgerRequests
        if let last = change.riskEvents.last { riskDay = last.day }
        for group in change.groups {
            groups[group.id] = group
            if let key = group.idempotencyKey { keys[key] = group.id }
        }
        for (scope, halt) in change.halts { halts[scope] = halt }
        for notification in change.notifications {
            if let command = notification.command { notified[command, default: []].insert(notification.kind) }
        }
    }

    func contradiction(in change: DeskChanges) -> String? {
        var next: [CommandID: Int] = [:]
        for event in change.events {
            let due = (next[event.command] ?? events[event.command]?.count ?? 0) + 1
            if event.sequence != due { return "event \(event.sequence) of \(event.command) follows \(due - 1)" }
            next[event.command] = due
        }
        for record in change.orders {
            guard let number = record.state.brokerOrderID, record.command.test == nil else { continue }
            let other = numbers[Shelf.NumberKey(day: record.tradingDay, number: number)]
            if let other, other != record.id { return "\(number) is \(other)'s and \(record.id)'s" }
        }
        var added: Set<Shelf.FillKey> = []
        for booked in change.fills where booked.fill.id.text != "TEST" {
            let key = key(booked)
            if fillKeys.contains(key) || !added.insert(key).inserted { return "fill \(booked.fill.id) twice" }
        }
        return nil
    }

    private func key(_ booked: BookedFill) -> Shelf.FillKey {
        Shelf.FillKey(day: booked.fill.tradingDay, number: booked.fill.brokerOrderID, fill: booked.fill.id)
    }
}
