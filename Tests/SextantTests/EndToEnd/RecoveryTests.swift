import JSONText
import NIOHTTP1
import Testing

/// after a start the gate opens by itself once the books are known, and says what it found.
@Suite(.serialized) struct RecoveryTests {
    private func recovery(_ server: RunningServer) async throws -> JSONValue {
        try await server.get("/v1/recovery", bearer: Sandbox.key).json["clients"]?.elements?.first ?? .null
    }

    private func ids(_ recovery: JSONValue, _ name: String) -> [String] {
        (recovery[name]?.elements ?? []).compactMap(\.string)
    }

    @Test func `a start tells what it matched, adopted and could not resolve, and what nobody owns`() async throws {
        var settings = Sandbox.Settings()
        settings.absenceAfter = "60s"
        try await Sandbox.trading(settings) { sandbox, server in
            let resting = Alerts.entry("W", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1700.00")])
            let working = try await server.post(resting).ids.first ?? ""
            try await server.shows(working, in: "working")
            // One whose answer never comes, and that the books do not show yet.
            try await sandbox.control("push", ["mode": "drop"])
            for book in ["OrderBook", "TradeBook", "PositionBook"] {
                try await sandbox.fault("stale", ["endpoint": .string(book), "count": -1])
            }
            try await sandbox.fault("lost_reply")
            let alert = Alerts.entry("U", [Alerts.leg("SBIN-EQ", "BUY", 1, price: "500.00")])
            let unconfirmed = try await server.post(alert).ids.first ?? ""
            try await server.shows(unconfirmed, in: "unconfirmed")
            let open = try await recovery(server)["needs_person"]?.elements?.first
            #expect(open?["command_id"]?.string == unconfirmed)
            server.kill()
            try await sandbox.control("faults/clear")
            try await sandbox.control("push", ["mode": "normal"])
            let foreign: JSONValue = [
                "account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": "3", "prd": "I", "trantype": "B",
            ]
            try await sandbox.control("place", foreign)
            let second = try await RunningServer.start(sandbox)
            defer { second.kill() }
            try await second.untilReady()
            try await eventually("the recovery is told of") { second.told("RECOVERED") == 1 }
            let report = try await recovery(second)
            let names = [
                "client", "at", "matched", "adopted", "unattributed", "unresolved", "needs_person",
            ]
            #expect(report.members?.map(\.name) == names)
            #expect(ContractOrderTests.isTime(report["at"]))
            #expect(ids(report, "matched") == [working])
            #expect(ids(report, "adopted").contains(unconfirmed) && ids(report, "adopted").count == 2)
            #expect(ids(report, "unresolved").isEmpty)
            #expect(report["unattributed"]?.elements?.isEmpty == true)
            #expect(report["needs_person"]?.elements?.isEmpty == true)
            ContractHTTPTests.expectProblem(try await second.get("/v1/recovery"), 401)
            try await eventually("the store is as the broker's ledger") { try await second.differences() == [] }
        }
    }

    @Test func `with the broker away the gate stays shut and opens by itself when it is back`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        try await sandbox.fault("html_502", ["endpoint": "QuickAuth", "count": -1])
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        #expect(try await recovery(server)["at"] == .null)
        #expect(try await server.get("/health/ready").status == 503)
        #expect(try await server.post(Alerts.entry("S")).status == 503)
        // Back, but slow, failing and with a session that ends at once.
        try await sandbox.control("faults/clear")
        try await sandbox.fault("hang", ["endpoint": "OrderBook", "count": 1])
        try await sandbox.fault("html_502", ["endpoint": "PositionBook", "count": 2])
        try await sandbox.fault("session_expired", ["endpoint": "TradeBook", "count": 1])
        try await server.untilReady()
        try await eventually("the recovery is told of") { server.told("RECOVERED") == 1 }
        let entry = try await server.post(Alerts.entry("S"))
        try await server.shows(entry.ids.first ?? "", in: "filled")
        #expect(try await sandbox.placements() == 1)
        #expect(try await server.differences() == [])
    }
}
