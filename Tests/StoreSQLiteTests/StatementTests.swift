import Foundation
import GRDB
import Testing
import Trading

@testable import StoreSQLite

struct StatementTests {
    static let statements =
        JournalStatement.allCases.map(\.rawValue) + SnapshotStatement.allCases.map(\.rawValue)
        + ArchiveStatement.allCases.map(\.rawValue) + CheckStatement.allCases.map(\.rawValue)
        + SessionStatement.allCases.map(\.rawValue) + ModeStatement.allCases.map(\.rawValue)
        + OutboxStatement.allCases.map(\.rawValue)

    @Test(arguments: statements) func `a statement touches one client's rows only`(sql: String) throws {
        let inserted = sql.matches(of: #/INSERT INTO \w+ \(\s*client,/#).count
        let filtered = sql.matches(of: #/WHERE client = (\?|:client)/#).count
        let touched = sql.matches(of: #/\b(FROM|INTO|JOIN) \w+/#).count + sql.matches(of: #/^\s*UPDATE /#).count
        #expect(touched > 0)
        #expect(inserted + filtered == touched)
        #expect(!sql.contains(" OR ") && !sql.contains("REPLACE"))
        #expect(inserted == 0 || sql.contains("VALUES (?") || sql.contains("SELECT :client,"))
    }

    @Test func `a filter only narrows`() {
        for filter in ArchiveFilter.allCases {
            #expect(filter.rawValue.hasPrefix(" AND "))
            #expect(!filter.rawValue.contains(" OR "))
        }
    }

    @Test(arguments: statements) func `a statement is valid, and finds its rows by an index`(sql: String) async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let plan = try await store.pool.writeWithoutTransaction { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
        #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test func `every table's first key is the client`() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let keys = try await store.pool.read { db in
            let names = try String.fetchAll(
                db,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'grdb_migrations'"
            )
            return try names.map { [$0, try db.primaryKey($0).columns.first ?? ""] }
        }
        #expect(keys.count == 14)
        #expect(keys.allSatisfy { $0[1] == "client" }, "\(keys)")
    }

    @Test func `the contract's columns are there`() async throws {
        let contract = [
            "orders":
                "client, command_id, group_id, leg, client_tag, broker_order_id, trading_day, strategy, exchange, "
                + "symbol, product, side, quantity, filled_quantity, average_price, status, state, tag, reason, version, "
                + "created_at, updated_at, command",
            "order_events": "client, command_id, sequence, at, kind, payload",
            "fills": "client, trading_day, exchange, broker_order_id, fill_id, command_id, quantity, price, at",
            "groups": "client, group_id, idempotency_key, content_hash, request, received_at",
            "positions": "client, strategy, exchange, symbol, product, quantity, cost",
            "ledger_events":
                "client, id, at, kind, strategy, exchange, symbol, product, quantity, price, actor, reason, request, request_key",
            "client_modes": "client, mode, since",
            "risk_days":
                "client, trading_day, max_loss, floor, peak_profit, lowest_profit, profit, warned_at, breached_at",
            "notifications": "id, client, kind, severity, text, command_id, at, delivered_at",
            "deliveries": "client, channel, urgency, through, at",
        ]
        let folder = try StoreFolder()
        let store = try folder.open()
        for (table, columns) in contract {
            let found = try await store.pool.read { db in try db.columns(in: table).map(\.name) }
            #expect(Set(columns.components(separatedBy: ", ")).isSubset(of: found), "\(table)")
        }
    }

    /// SQL, time and chance have their places; a reader must be able to trust that.
    @Test func `SQL stands where it is walked, and nothing reads the clock`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/StoreSQLite")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var seen = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            seen += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains(#/Date\(\)|UUID\(\)|random\(/#), "\(file.lastPathComponent)")
            let folder = file.deletingLastPathComponent().lastPathComponent
            guard folder != "Statements", folder != "Migrations" else { continue }
            #expect(
                !text.contains(#/SELECT |INSERT |DELETE FROM|UPDATE |REPLACE INTO|PRAGMA /#),
                "\(file.lastPathComponent)"
            )
        }
        #expect(seen > 20)
    }
}
