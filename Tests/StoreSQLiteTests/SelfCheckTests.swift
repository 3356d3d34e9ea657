import Desk
import Engine
import GRDB
import Testing
import Trading

@testable import StoreSQLite

/// A row that is not what its events come to is named, whatever column was changed.
@Suite struct SelfCheckTests {
    static let changes = [
        "UPDATE orders SET symbol = 'OTHER'", "UPDATE orders SET average_price = average_price + 1",
        "UPDATE orders SET filled_value = '1'", "UPDATE orders SET updated_at = updated_at + 1",
        "UPDATE orders SET command = replace(command, 'SBIN', 'ACC')", "UPDATE orders SET strategy = 'T'",
        "UPDATE fills SET price = price + 1", "DELETE FROM fills", "UPDATE positions SET quantity = quantity + 1",
        "UPDATE orders SET pending = 'modify', asked_terms = '{}'",
        "DROP TRIGGER ledger_events_stay; UPDATE ledger_events SET quantity = quantity + 1",
        "DROP TRIGGER ledger_events_remain; DELETE FROM ledger_events",
        "DELETE FROM positions", "DELETE FROM groups", "UPDATE orders SET version = version + 1",
        "DROP TRIGGER order_events_remain; DELETE FROM order_events WHERE sequence = 2",
        "DROP TRIGGER client_modes_remain; DELETE FROM client_modes",
        "UPDATE risk_days SET floor = floor + 1", "UPDATE risk_days SET profit = profit + 1", "DELETE FROM risk_days",
        "UPDATE risk_days SET breached_at = NULL", "UPDATE risk_days SET cooldown_until = 20991231",
        "DROP TRIGGER risk_events_remain; DELETE FROM risk_events WHERE id = 1",
        "DROP TRIGGER risk_events_remain; DELETE FROM risk_events; DELETE FROM risk_days WHERE client = 'nobody'",
        "DROP TRIGGER order_events_stay; UPDATE order_events SET payload = '{}' WHERE sequence = 2",
    ]

    /// A store with one order that was filled.
    private func filled(_ folder: StoreFolder) async throws {
        let store = try folder.open()
        try await trade(on: store)
        try store.close()
    }

    /// One order through a desk of its own, from its alert to its fill, committed as the engine would.
    private func trade(on store: StoreSQLite) async throws {
        var settings = DeskSettings()
        settings.baseMaxLoss = Money(tenThousandths: 10_000)
        var desk = Desk(client: "FA00001", settings: settings)
        let now = Timestamp.sample
        let leg = Alert.Leg(index: 0, exchange: "NSE", symbol: "SBIN-EQ", product: .intraday, side: .buy, quantity: 10)
        let alert = Alert(
            source: .webhook,
            strategy: "S",
            executionType: .entry,
            contentHash: "h",
            request: "{}",
            legs: [leg]
        )
        _ = desk.step(.positions(.empty, began: now), at: now, id: .sample(1))
        guard case .registered(_, let records, _) = desk.step(.alert(alert), at: now, id: .sample(10)).reply,
            let order = records.first
        else { throw SampleError() }
        _ = desk.step(.answer(order.id, .accepted("N1"), sentAt: now), at: now, id: .sample(100))
        let report = OrderReport(
            brokerOrderID: "N1",
            tag: order.command.tag,
            instrument: order.command.instrument,
            product: order.command.product,
            side: .buy,
            quantity: 10,
            status: .complete,
            filled: 10,
            fill: .sample("F1", of: "N1", 10)
        )
        _ = desk.step(.push(report), at: now, id: .sample(200))
        let adopt = LedgerRequest(.adopt("T", quantity: 4, at: nil), symbol: "SBIN-EQ", by: "asha", reason: "mine")
        let position = PositionReport(position: order.command.position, net: 14, profit: nil)
        _ = desk.step(.positions(.known([position]), began: now), at: now, id: .sample(300))
        guard case .ledger(let entries) = desk.step(.operate(adopt), at: now, id: .sample(400)).reply,
            entries.count == 1
        else { throw SampleError() }
        // An order from outside, adopted once it was filled.
        var foreign = report
        (foreign.brokerOrderID, foreign.tag) = ("N2", nil)
        foreign.fill = .sample("F2", of: "N2", 10)
        _ = desk.step(.push(foreign), at: now, id: .sample(500))
        let outside = desk.changes().orders.map(\.id).filter { $0 != order.id }
        for id in outside {
            let own = LedgerRequest(.adoptOrder("T", id), by: "asha", reason: "mine")
            guard case .ledger = desk.step(.operate(own), at: now, id: .sample(600)).reply else { throw SampleError() }
        }
        let loss = PositionReport(position: order.command.position, net: 14, profit: Money(tenThousandths: -10_000))
        _ = desk.step(.positions(.known([loss]), began: now), at: now, id: .sample(700))
        guard desk.riskDay?.breachedAt != nil else { throw SampleError() }
        try store.pin(["FA00001": .live], at: now)
        try await store.commit([desk.changes()])
    }

    @Test func `an untouched store is as its events say`() async throws {
        let folder = try StoreFolder()
        try await filled(folder)
        let reader = try StoreReaderSQLite.open(path: folder.database)
        let report = try await reader.selfCheck(of: "FA00001")
        #expect(report.difference == nil)
        #expect(report.orders == 2 && report.fills >= 1 && report.events >= 4)
        #expect(try await reader.fileDamage() == nil)
    }

    @Test(arguments: changes) func `a row that was tampered with is named`(change: String) async throws {
        let folder = try StoreFolder()
        try await filled(folder)
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: change)
        }
        try queue.close()
        let difference = try await StoreReaderSQLite.open(path: folder.database).selfCheck(of: "FA00001").difference
        #expect(difference != nil)
    }

    @Test func `a backup taken while the store is written is whole`() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await trade(on: store)
        let copy = folder.database + ".backup"
        try await store.backUp(to: copy)
        await #expect(throws: JournalError.self) { try await store.backUp(to: copy) }
        try store.close()
        let report = try await StoreReaderSQLite.open(path: copy).selfCheck(of: "FA00001")
        #expect(report.difference == nil && report.orders == 2)
    }
}
