import Foundation
import GRDB
import Testing

/// The section on columns: what scripts may read from the database.
@Suite(.serialized) struct ContractStoreTests {
    /// A store as the first `serve` leaves it.
    private func withFreshStore(_ body: (Database) throws -> Void) async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        let entry = try await server.post(Alerts.entry("S"))
        try await server.until(entry.ids.first ?? "", is: "filled")
        #expect(try await server.terminate() == 0)
        try DatabaseQueue(path: sandbox.folder + "/sextant.db").inDatabase(body)
    }

    @Test func `every table and column of the page is there`() async throws {
        let page = try ContractPage()
        try await withFreshStore { db in
            for table in ["orders", "order_events", "fills", "groups"] {
                let columns = Set(try db.columns(in: table).map(\.name))
                let expected = try page.columns(table)
                #expect(expected.count >= 6)
                #expect(expected.filter { !columns.contains($0) } == [], "\(table)")
            }
            let section = try page.section("Columns")
            for table in ["positions", "risk_days", "halts", "notifications", "sessions", "audit"] {
                #expect(section.contains("`\(table)`"))
                #expect(try db.tableExists(table), "\(table)")
            }
        }
    }

    @Test func `orders are unique as the page says, and events are append-only`() async throws {
        let section = String(try ContractPage().section("Columns"))
        let list = try ContractPage.between("unique", "`order_events", in: section)
        let uniques = list.matches(of: #/\(([a-z_, ]+)\)/#).map { match in
            Set(match.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
        }
        #expect(uniques.count == 4)
        try await withFreshStore { db in
            let indexes = try db.indexes(on: "orders").filter(\.isUnique).map { Set($0.columns) }
            for unique in uniques { #expect(indexes.contains(unique), "\(unique.sorted())") }
            #expect(throws: DatabaseError.self) { try db.execute(sql: "UPDATE order_events SET at = 0") }
            #expect(throws: DatabaseError.self) { try db.execute(sql: "DELETE FROM order_events") }
        }
    }

    @Test func `prices are 1/10000 rupee and times are microseconds`() async throws {
        try await withFreshStore { db in
            let row = try #require(try Row.fetchOne(db, sql: "SELECT average_price, created_at FROM orders"))
            let rupees = (row["average_price"] as Int? ?? 0) / 10_000
            #expect((1000...3000).contains(rupees))
            let age = Date().timeIntervalSince1970 - Double(row["created_at"] as Int? ?? 0) / 1_000_000
            #expect((0...60).contains(age))
        }
    }
}
