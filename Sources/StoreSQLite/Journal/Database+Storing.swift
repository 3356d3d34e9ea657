import Desk
import Engine
import GRDB
import Trading

extension Database {
    /// Writes one client's changes; the orders first, because events and fills refer to them.
    func store(_ changes: DeskChanges) throws {
        let client = changes.client
        if let stray = changes.orders.first(where: { $0.command.client != client }) {
            throw JournalError.contradiction("order \(stray.id) is of client \(stray.command.client), not of \(client)")
        }
        var writer = JournalWriter(self)
        try writer.run(.insertGroup, for: changes.groups) { GroupRow.add($0, client: client, to: &$1) }
        try writer.store(changes.orders, begunBy: changes.events, client: client)
        try writer.run(.insertEvent, for: changes.events) { EventRow.add($0, client: client, to: &$1) }
        try writer.run(.insertFill, for: changes.fills) { FillRow.add($0, client: client, to: &$1) }
        try writer.store(changes.holdings, client: client)
        try writer.store(changes.halts, client: client)
        try writer.store(changes.ledger, of: changes.ledgerRequests, client: client)
        try writer.store(changes.riskEvents, client: client)
        try writer.run(.insertAudit, for: changes.audit) { AuditRow.add($0, client: client, to: &$1) }
        try writer.run(.insertNotification, for: changes.notifications) {
            NotificationRow.add($0, client: client, to: &$1)
        }
    }
}

extension JournalWriter {
    /// What an order was registered with stays; of one that is stored only what its events change is written.
    fileprivate mutating func store(
        _ orders: [OrderRecord],
        begunBy events: [OrderEvent],
        client: ClientID
    ) throws {
        let begun = Set(events.lazy.filter { $0.sequence == 1 }.map(\.command))
        var new: [OrderRecord] = []
        for order in orders {
            if !begun.contains(order.id) {
                try run(.updateOrder, for: CollectionOfOne(order)) {
                    OrderRow.addChange(of: $0, client: client, to: &$1)
                }
                if rowsWritten > 0 { continue }
            }
            new.append(order)
        }
        let assigned = Set(events.lazy.filter { $0.fact.kind == .assigned }.map(\.command))
        if !assigned.isEmpty {
            try run(.assignOrder, for: orders.lazy.filter { assigned.contains($0.id) }) {
                OrderRow.addAssignment(of: $0, client: client, to: &$1)
            }
        }
        try run(.insertOrder, for: new) { OrderRow.add($0, client: client, to: &$1) }
    }

    fileprivate mutating func store(
        _ holdings: [(key: HoldingKey, holding: Holding)],
        client: ClientID
    ) throws {
        try run(.deleteHolding, for: holdings.lazy.filter { $0.holding.quantity == 0 }) {
            HoldingRow.addKey($0.key, client: client, to: &$1)
        }
        try run(.upsertHolding, for: holdings.lazy.filter { $0.holding.quantity != 0 }) {
            HoldingRow.add($0.holding, for: $0.key, client: client, to: &$1)
        }
    }

    fileprivate mutating func store(
        _ entries: [LedgerEntry],
        of requests: [DoneLedgerRequest],
        client: ClientID
    ) throws {
        guard !entries.isEmpty else { return }
        let rows = entries.map { entry in (entry, requests.first { $0.entries.contains(entry) }) }
        try run(.insertLedger, for: rows) { LedgerRow.add($0, client: client, to: &$1) }
    }

    /// The row of each day is its last event.
    fileprivate mutating func store(_ events: [RiskEvent], client: ClientID) throws {
        guard !events.isEmpty else { return }
        try run(.insertRiskEvent, for: events) { RiskRow.add($0, client: client, to: &$1) }
        let last = Dictionary(events.map { ($0.day.day, $0.day) }, uniquingKeysWith: { $1 })
        try run(.upsertRiskDay, for: last.values) { RiskRow.add($0, client: client, to: &$1) }
    }

    /// In their order: the same scope may be halted and resumed in one batch.
    fileprivate mutating func store(_ halts: [(scope: Halt.Scope, halt: Halt?)], client: ClientID) throws {
        for (scope, halt) in halts {
            if let halt {
                try run(.upsertHalt, for: CollectionOfOne(halt)) { HaltRow.add($0, client: client, to: &$1) }
            } else {
                try run(.deleteHalt, for: CollectionOfOne(scope)) { HaltRow.addKey($0, client: client, to: &$1) }
            }
        }
    }
}
