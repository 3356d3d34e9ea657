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
        try run(.insertGroup, for: changes.groups) { GroupRow.values(of: $0, client: client) }
        try run(.upsertOrder, for: changes.orders) { OrderRow.values(of: $0, client: client) }
        try run(.insertEvent, for: changes.events) { EventRow.values(of: $0, client: client) }
        try run(.insertFill, for: changes.fills) { FillRow.values(of: $0, client: client) }
        try store(changes.holdings, client: client)
        try store(changes.halts, client: client)
        try run(.insertNotification, for: changes.notifications) { NotificationRow.values(of: $0, client: client) }
    }

    private func store(_ holdings: [(key: HoldingKey, holding: Holding)], client: ClientID) throws {
        for (key, holding) in holdings {
            if holding.quantity == 0 {
                try run(.deleteHolding, HoldingRow.key(key, client: client))
            } else {
                try run(.upsertHolding, HoldingRow.values(of: holding, for: key, client: client))
            }
        }
    }

    /// In their order: the same scope may be halted and resumed in one batch.
    private func store(_ halts: [(scope: Halt.Scope, halt: Halt?)], client: ClientID) throws {
        for (scope, halt) in halts {
            if let halt {
                try run(.upsertHalt, HaltRow.values(of: halt, client: client))
            } else {
                try run(.deleteHalt, HaltRow.key(scope, client: client))
            }
        }
    }

    private func run<Element>(
        _ statement: JournalStatement,
        for elements: [Element],
        values: (Element) -> Values
    ) throws {
        guard !elements.isEmpty else { return }
        let prepared = try cachedStatement(sql: statement.rawValue)
        for element in elements { try prepared.execute(arguments: StatementArguments(values(element).list)) }
    }

    private func run(_ statement: JournalStatement, _ values: Values) throws {
        try cachedStatement(sql: statement.rawValue).execute(arguments: StatementArguments(values.list))
    }
}
