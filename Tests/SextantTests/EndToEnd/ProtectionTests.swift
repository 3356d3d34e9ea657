import Foundation
import JSONText
import Testing

/// A-14 on the real binary: against a broker that refuses orders at the market, none ever leaves.
@Suite(.serialized) struct ProtectionTests {
    private static func settings() -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.oauth = true
        settings.broker = "market: { protect: true }"
        return settings
    }

    /// A server of the current generation with masters and a session.
    private func trading(
        prepare: (Sandbox) async throws -> Void = { _ in },
        _ body: (Sandbox, RunningServer) async throws -> Void
    ) async throws {
        let sandbox = try await Sandbox(Self.settings())
        defer { sandbox.end() }
        try await sandbox.control("profile", ["profile": "2026"])
        let configuration = ["--config", sandbox.configurationPath]
        let sync = try ChildProcess(["instruments", "sync"] + configuration, in: sandbox.folder)
        #expect(try await sync.ended() == 0, "\(sync.errors)")
        try await prepare(sandbox)
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        let login = try ChildProcess(
            ["login", "FA00001", "--code", LoginTests.code] + configuration,
            in: sandbox.folder
        )
        #expect(try await login.ended() == 0, "\(login.errors)")
        try await server.untilReady()
        try await body(sandbox, server)
        for order in try await sandbox.brokerOrders() {
            #expect(order["prctyp"]?.string == "LMT", "\(order.text)")
            #expect(order["status"]?.string != "REJECTED", "\(order.text)")
        }
        #expect(try await server.differences().isEmpty)
    }

    private func roundTrip(_ sandbox: Sandbox, _ server: RunningServer) async throws {
        let entry = try await server.post(Alerts.entry("A"))
        let bought = try await server.until(entry.ids.first ?? "", is: "filled")
        #expect(bought["order_type"]?.string == "MKT", "what was asked for stays")
        let priced = bought["timeline"]?.elements?.first { $0["event"]?.string == "priced" }?["detail"]
        #expect(priced?["order_type"]?.string == "LMT")
        #expect(["opposite", "last"].contains(priced?["basis"]?.string ?? ""), "\(priced?.text ?? "")")
        #expect(try await sandbox.net("ACC-EQ") == 10)
        let exit = try await server.post(Alerts.exit("A"))
        try await server.until(exit.ids.first ?? "", is: "filled")
        #expect(try await sandbox.net("ACC-EQ") == 0)
        let shown = try ChildProcess(
            ["order", entry.ids.first ?? "", "--config", sandbox.configurationPath],
            in: sandbox.folder
        )
        #expect(try await shown.ended() == 0)
        #expect(shown.output.contains("sent as      LMT at "), "\(shown.output)")
    }

    @Test func `orders at the market go as limits made from the pushed quote`() async throws {
        try await trading { sandbox, server in try await roundTrip(sandbox, server) }
    }

    @Test func `without push the broker is asked for the quote`() async throws {
        try await trading { sandbox in
            try await sandbox.control("push", ["mode": "off"])
        } _: { sandbox, server in
            try await roundTrip(sandbox, server)
        }
    }

    @Test func `without any quote an entry is refused, and an exit goes by what is known`() async throws {
        try await trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("A"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            try await sandbox.control("push", ["mode": "off"])
            try await sandbox.fault("html_502", ["endpoint": "GetQuotes", "count": -1])
            try await Task.sleep(for: .seconds(3))  // the quote of the entry grows old
            let refused = try await server.post(Alerts.entry("B", [Alerts.leg("M&M-EQ")]))
            let row = try await server.until(refused.ids.first ?? "", is: "blocked")
            #expect(row["tag"]?.string == "DATA_STALE")
            let exit = try await server.post(Alerts.exit("A"))
            let sold = try await server.until(exit.ids.first ?? "", is: "filled")
            let priced = sold["timeline"]?.elements?.first { $0["event"]?.string == "priced" }?["detail"]
            #expect(priced?["basis"]?.string == "position_last", "\(priced?.text ?? "")")
        }
    }
}
