import Foundation
import JSONText
import NIOHTTP1
import Testing

/// Limits, halts of every scope, reducing and the kill, on the real binary.
@Suite(.serialized) struct RiskEndToEndTests {
    static let bearer = ("Authorization", "Bearer \(Sandbox.key)")

    private static func settings(_ limits: String) -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.maxLoss = "500000, limits: { \(limits) }"
        return settings
    }

    private func post(_ server: RunningServer, _ path: String, _ body: String) async throws -> RunningServer.Answer {
        try await server.send(.POST, path, Array(body.utf8), headers: [Self.bearer])
    }

    private func run(_ sandbox: Sandbox, _ words: [String]) async throws -> (status: Int32, output: String) {
        let process = try ChildProcess(words + ["--config", sandbox.configurationPath], in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output)
    }

    @Test func `a limit holds to the unit, and risk shows what is left of it`() async throws {
        let limits = "strategy_position: 30, orders_per_day: 3, restricted: [SBIN-EQ]"
        try await Sandbox.trading(Self.settings(limits)) { sandbox, server in
            let first = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10)]))
            try await server.shows(first.ids.first ?? "", in: "filled")
            let over = try await server.post(Alerts.adjust("S", [Alerts.leg("ACC-EQ", "BUY", 21)]))
            let blocked = try #require(over.orders.first)
            #expect(blocked["tag"]?.string == "RISK_LIMITS_EXCEEDED")
            let row = try await server.shown(over.ids.first ?? "")
            #expect(row["reason_code"]?.string == "strategy_position")
            #expect(row["limit"]?.string == "30" && row["observed"]?.string == "31")
            let listed = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
            #expect(try await server.shown(listed.ids.first ?? "")["reason_code"]?.string == "restricted")
            let exact = try await server.post(Alerts.adjust("S", [Alerts.leg("ACC-EQ", "BUY", 20)]))
            try await server.shows(exact.ids.first ?? "", in: "filled")

            let answer = try await server.get("/v1/risk", bearer: Sandbox.key)
            #expect(answer.status == 200)
            let lines = answer.json["clients"]?.elements?.first?["limits"]?.elements ?? []
            let position = lines.first { $0["code"]?.string == "strategy_position" }
            #expect(position?["limit"]?.string == "30" && position?["used"]?.string == "30")
            #expect(position?["left"]?.string == "0" && position?["subject"]?.string == "S NSE:ACC-EQ I")
            let day = lines.first { $0["code"]?.string == "orders_per_day" }
            #expect(day?["used"]?.string == "2" && day?["left"]?.string == "1")

            let shown = try await run(sandbox, ["risk"])
            #expect(shown.status == 0)
            #expect(shown.output.contains("strategy_position") && shown.output.contains("restricted"))
            let json = try await run(sandbox, ["risk", "--json"])
            #expect(try JSONValue.parse(json.output)["clients"]?.elements?.count == 1)
            #expect(try await server.get("/v1/risk").status == 401)
        }
    }

    /// The broker blocks margin for the first order; the second is judged by what is free after that.
    @Test func `an order goes only while enough margin is free after the one before it`() async throws {
        try await Sandbox.trading(Self.settings("free_margin: 9999000")) { sandbox, server in
            let first = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10)]))
            let second = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 10)]))
            try await server.shows(first.ids.first ?? "", in: "filled")
            let blocked = try await server.shows(second.ids.first ?? "", in: "blocked")
            #expect(blocked["reason_code"]?.string == "free_margin")
            #expect(blocked["limit"]?.string == "9999000.00")
            let answer = try await server.get("/v1/risk", bearer: Sandbox.key)
            let lines = answer.json["clients"]?.elements?.first?["limits"]?.elements ?? []
            let line = try #require(lines.first { $0["code"]?.string == "free_margin" })
            #expect(line["used"]?.string == blocked["observed"]?.string)
            #expect(line["left"]?.string == "0.00")
            let exit = try await server.post(Alerts.exit("S"))
            try await server.shows(exit.ids.first ?? "", in: "filled")
        }
    }

    @Test func `repeated orders stop their strategy, over a restart, until a named person lets it go on`() async throws
    {
        try await Sandbox.trading(Self.settings("repeated_orders: 2, repeated_within: 1h")) { sandbox, server in
            for number in 1...3 {
                let leg = Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")
                _ = try await server.post(Alerts.entry("S", id: "again \(number)", [leg]))
            }
            server.kill()
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            let blocked = try await next.post(Alerts.entry("S", id: "other", [Alerts.leg("ACC-EQ", "BUY", 6)]))
            #expect(blocked.orders.first?["tag"]?.string == "TRADING_HALTED")
            let halts = try await next.get("/v1/risk", bearer: Sandbox.key)
                .json["clients"]?.elements?.first?["halts"]?.elements
            #expect(halts?.first?["by"]?.string == "SYSTEM" && halts?.first?["name"]?.string == "S")
            #expect(try await next.post(Alerts.entry("T", id: "t")).word == "accepted")
            let words = ["resume", "--scope", "strategy", "--name", "S", "--by", "Ada", "--reason", "mended"]
            #expect(try await run(sandbox, words).status == 0)
            let after = try await next.post(Alerts.adjust("S", id: "after", [Alerts.leg("SBIN-EQ", "BUY", 7)]))
            #expect(after.word == "accepted")
        }
    }

    @Test func `a halt of an instrument or a source holds back that alone`() async throws {
        try await Sandbox.trading { sandbox, server in
            let halt = try await run(sandbox, ["halt", "--scope", "instrument", "--name", "NSE:ACC-EQ"])
            #expect(halt.status == 0)
            #expect(try await server.post(Alerts.entry("S")).orders.first?["tag"]?.string == "TRADING_HALTED")
            let other = try await server.post(Alerts.entry("S", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
            try await server.shows(other.ids.first ?? "", in: "filled")
            let source = try await post(server, "/v1/halt", #"{"scope":"source","name":"webhook","reason":"x"}"#)
            #expect(source.status == 200)
            #expect(source.json["mode"]?.string == "halt")
            let more = try await server.post(Alerts.adjust("S", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
            #expect(more.orders.first?["tag"]?.string == "TRADING_HALTED")
            let ticket = """
                {"strategy":"T","exchange":"NSE","symbol":"SBIN-EQ","product":"I","side":"BUY","quantity":2,\
                "execution_type":"ENTRY","order_type":"MKT"}
                """
            #expect(try await post(server, "/v1/orders", ticket).status == 202)
            let exit = try await server.post(Alerts.exit("S"))
            try await server.shows(exit.ids.first ?? "", in: "filled")
            for body in [
                #"{"scope":"source","name":"FAX"}"#, #"{"scope":"instrument","name":"ACC"}"#, #"{"scope":"source"}"#,
            ] {
                let answer = try await post(server, "/v1/halt", body)
                #expect(answer.status == 422 && answer.json["field"]?.string == "name")
            }
        }
    }

    @Test func `reducing lets entries take out what is held, and lets nothing grow`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            #expect(try await run(sandbox, ["halt", "--reducing", "--reason", "late"]).status == 0)
            let grow = try await server.post(Alerts.adjust("S"))
            #expect(grow.orders.first?["tag"]?.string == "TRADING_HALTED")
            let flip = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "SELL", 11)]))
            #expect(flip.orders.first?["tag"]?.string == "TRADING_HALTED")
            let reduce = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "SELL", 10)]))
            try await server.shows(reduce.ids.first ?? "", in: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }

    @Test func `a kill under load leaves nothing open and nothing held`() async throws {
        try await Sandbox.trading { sandbox, server in
            let long = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10)]))
            try await server.shows(long.ids.first ?? "", in: "filled")
            let short = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "SELL", 20)]))
            try await server.shows(short.ids.first ?? "", in: "filled")
            let resting = try await server.post(Alerts.entry("U", [Alerts.leg("ACC-EQ", "BUY", 3, price: "1700.00")]))
            try await server.shows(resting.ids.first ?? "", in: "working")

            let load = Task {
                for number in 0..<40 {
                    let strategy = number.isMultiple(of: 2) ? "S" : "T"
                    let leg = Alerts.leg("M&M-EQ", "BUY", 1 + number)
                    _ = try await server.post(Alerts.adjust(strategy, id: "load \(number)", [leg]))
                }
            }
            let killed = try await run(sandbox, ["kill", "--reason", "wild", "--by", "Ada", "--json"])
            try await load.value
            let report = try JSONValue.parse(killed.output)
            #expect(report["mode"]?.string == "kill" && report["halted"] == true)
            let client = try #require(report["clients"]?.elements?.first)
            #expect((client["exits"]?.elements?.count ?? 0) >= 2)
            #expect((client["sent"]?.integer ?? 0) >= 2 && (client["cancelled"]?.elements?.count ?? 0) >= 1)
            try await eventually("nothing is held and nothing is open") {
                let held = try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"]?.elements
                let orders = try await server.orders()
                let open = orders.filter {
                    ["received", "sending", "unconfirmed", "working"].contains($0["state"]?.string)
                }
                return held?.isEmpty == true && open.isEmpty
            }
            for symbol in ["ACC-EQ", "SBIN-EQ", "M&M-EQ"] { #expect(try await sandbox.net(symbol) == 0) }
            let late = try await server.post(Alerts.entry("V"))
            #expect(late.orders.first?["tag"]?.string == "TRADING_HALTED")
            try await eventually("the store is as the broker's ledger") { try await server.differences() == [] }
            #expect(try await run(sandbox, ["resume"]).status == 0)
        }
    }
}
