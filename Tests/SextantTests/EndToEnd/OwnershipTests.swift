import GRDB
import JSONText
import NIOHTTP1
import Testing

/// Who holds what, against the broker, on the real server: differences are shown and told of, and only a person's word
/// changes the ledger without a fill.
@Suite(.serialized) struct OwnershipTests {
    private func place(_ side: String, _ quantity: Int, product: String = "I", _ sandbox: Sandbox) async throws {
        try await sandbox.control(
            "place",
            [
                "account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": .string(String(quantity)),
                "prd": .string(product), "trantype": .string(side),
            ]
        )
    }

    /// A sandbox whose account carries 7 from a day that nobody here has seen.
    private func carrying(_ body: (Sandbox, RunningServer) async throws -> Void) async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        try await place("B", 7, product: "M", sandbox)
        try await sandbox.control("clock", ["advance_ms": 86_400_000])
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        try await body(sandbox, server)
    }

    private func operate(
        _ server: RunningServer,
        _ action: String,
        _ body: JSONValue,
        key: String? = nil
    ) async throws -> RunningServer.Answer {
        let headers = [NativeAPITests.bearer] + (key.map { [("Idempotency-Key", $0)] } ?? [])
        return try await server.send(.POST, "/v1/operator/\(action)", body.utf8, headers: headers)
    }

    private func run(_ sandbox: Sandbox, _ arguments: [String]) async throws -> (status: Int32, text: String) {
        let process = try ChildProcess(arguments + ["--config", sandbox.configurationPath], in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output + process.errors)
    }

    private func held(_ server: RunningServer, by strategy: String) async throws -> Int {
        let rows = try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"]?.elements ?? []
        return rows.filter { $0["strategy"]?.string == strategy }.compactMap { $0["quantity"]?.integer }.reduce(0, +)
    }

    private func unattributed(_ server: RunningServer) async throws -> [JSONValue] {
        try await server.get("/v1/positions", bearer: Sandbox.key).json["unattributed"]?.elements ?? []
    }

    @Test func `what nobody owns is shown with its age, told of once, and adopted by a person's word`() async throws {
        try await carrying { sandbox, server in
            try await eventually("the difference is told of") { server.told("DRIFT") == 1 }
            let row = try await unattributed(server).first
            #expect(row?["quantity"]?.integer == 7)
            let names = ["client", "exchange", "symbol", "product", "quantity", "since"]
            #expect(row?.members?.map(\.name) == names)
            #expect(ContractOrderTests.isTime(row?["since"]))
            let body: JSONValue = [
                "strategy": "S", "symbol": "ACC-EQ", "quantity": 7, "price": "1750.00", "reason": "bought by hand",
                "by": "asha",
            ]
            let adopted = try await operate(server, "adopt", body, key: "adopt 1")
            #expect(adopted.status == 200)
            #expect(adopted.json.members?.map(\.name) == ["changes", "positions", "unattributed", "as_of"])
            #expect(adopted.json["changes"]?.elements?.map { $0["quantity"]?.integer } == [7])
            #expect(try await operate(server, "adopt", body, key: "adopt 1").json["changes"] == adopted.json["changes"])
            #expect(try await held(server, by: "S") == 7)
            #expect(try await server.selfCheck() == [])
            // It survives a crash, and so does the request; the exit then closes it.
            server.kill()
            let second = try await RunningServer.start(sandbox)
            defer { second.kill() }
            try await second.untilReady()
            #expect(try await held(second, by: "S") == 7)
            #expect(try await operate(second, "adopt", body, key: "adopt 1").json["changes"] == adopted.json["changes"])
            #expect(try await held(second, by: "S") == 7)
            let exit = try await second.post(Alerts.exit("S"))
            let closing = try await second.shows(exit.ids.first ?? "", in: "filled")
            #expect(closing["quantity"]?.integer == 7)
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await second.selfCheck() == [])
            let audit = try DatabaseQueue(path: sandbox.folder + "/sextant.db").inDatabase { db in
                try Row.fetchAll(db, sql: "SELECT actor, action, detail FROM audit")
            }
            #expect(audit.map { $0["action"] as String } == ["adopt"])
            #expect(audit.first?["actor"] as String? == "asha (FA00001)")
            #expect((audit.first?["detail"] as String?)?.contains("bought by hand") == true)
        }
    }

    @Test func `a position closed in the broker's app is told of, and force-closed without an order`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            let early = try await run(sandbox, ["force-close-strategy", "S", "--reason", "too early"])
            #expect(early.status == 1)
            #expect(early.text.contains("\"confirm\": 10"))
            try await place("S", 10, sandbox)
            try await eventually("the sale by hand is told of") { server.told("CLOSED_BY_HAND") == 1 }
            let placements = try await sandbox.placements()
            let closed = try await run(
                sandbox,
                ["force-close-strategy", "S", "--reason", "in the app", "--by", "asha"]
            )
            #expect(closed.status == 0, "\(closed.text)")
            #expect(try await held(server, by: "S") == 0)
            #expect(try await held(server, by: "external") == 0)
            #expect(try await unattributed(server).isEmpty)
            // Nothing was sent, and the strategy may enter again.
            #expect(try await sandbox.placements() == placements)
            let again = try await run(sandbox, ["force-close-strategy", "S", "--reason", "again"])
            #expect(again.status == 0)
            let second = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 5)]))
            try await server.shows(second.ids.first ?? "", in: "filled")
            let cleared = try await run(
                sandbox,
                ["force-clear-symbol", "ACC-EQ", "--confirm", "5", "--reason", "held elsewhere"]
            )
            #expect(cleared.status == 0, "\(cleared.text)")
            #expect(try await held(server, by: "S") == 0)
            try await eventually("what nobody owns now is told of") { server.told("DRIFT") >= 1 }
            #expect(try await server.differences() == [])
        }
    }

    @Test func `an order from the broker's app is adopted with all it fills`() async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.control(
                "place",
                [
                    "account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": "10", "prd": "I", "trantype": "B",
                    "prctyp": "LMT", "prc": "1700.00",
                ]
            )
            var id = ""
            try await eventually("the order is followed") {
                let rows = try await server.get("/v1/orders?strategy=external", bearer: Sandbox.key).orders
                id = rows.first?["command_id"]?.string ?? ""
                return !id.isEmpty
            }
            let adopted = try await run(sandbox, ["adopt", "S", "--order", id, "--reason", "placed for S"])
            #expect(adopted.status == 0, "\(adopted.text)")
            let number = try await server.shown(id)["broker_order_id"] ?? ""
            try await sandbox.control("fill", ["norenordno": number, "quantity": 10])
            try await server.shows(id, in: "filled")
            #expect(try await server.shown(id)["strategy"]?.string == "S")
            #expect(try await held(server, by: "S") == 10)
            #expect(try await server.get("/v1/orders?strategy=S", bearer: Sandbox.key).orders.count == 1)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `what the order book shows filled is held while the trade book lacks it, over a crash, and ends exact`()
        async throws
    {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.control("push", ["mode": "drop"])
            try await sandbox.fault("stale", ["endpoint": "TradeBook", "count": -1])
            let alert = Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1700.00")])
            let id = try await server.post(alert).ids.first ?? ""
            let number = try await server.shows(id, in: "working")["broker_order_id"] ?? ""
            try await sandbox.control("fill", ["norenordno": number, "quantity": 6])
            try await eventually("6 are held") { try await held(server, by: "S") == 6 }
            // The desk knows before the store has it.
            try await eventually("6 are stored") { try await server.shown(id)["filled_quantity"]?.integer == 6 }
            #expect(try await fillRows(sandbox) == 0)
            #expect(try await unattributed(server).isEmpty)
            #expect(try await server.differences() == [])
            server.kill()
            let second = try await RunningServer.start(sandbox)
            defer { second.kill() }
            try await second.untilReady()
            #expect(try await held(second, by: "S") == 6)
            try await sandbox.control("fill", ["norenordno": number, "quantity": 4])
            try await second.shows(id, in: "filled")
            #expect(try await held(second, by: "S") == 10)
            try await sandbox.control("faults/clear")
            try await eventually("the fills have come") { try await fillRows(sandbox) == 2 }
            #expect(try await held(second, by: "S") == 10)
            #expect(second.told("DRIFT") == 0 && second.told("LATE_FILL") == 0)
            #expect(try await second.differences() == [])
        }
    }

    private func fillRows(_ sandbox: Sandbox) async throws -> Int? {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: sandbox.folder + "/sextant.db", configuration: configuration)
        return try await queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM fills") }
    }

    @Test func `what cannot be meant is refused with the field, and other clients' keys open nothing`() async throws {
        try await Sandbox.trading { _, server in
            let wrong: [(String, JSONValue, String)] = [
                ("adopt", ["strategy": "S", "symbol": "ACC-EQ", "reason": "x"], "quantity"),
                ("adopt", ["strategy": "S", "quantity": 1, "reason": "x"], "symbol"),
                ("adopt", ["symbol": "ACC-EQ", "quantity": 1, "reason": "x"], "strategy"),
                ("adopt", ["strategy": "S", "symbol": "ACC-EQ", "quantity": 1], "reason"),
                ("adopt", ["strategy": "S", "command_id": "x", "reason": "x"], "command_id"),
                ("force_clear_symbol", ["reason": "x"], "symbol"),
                ("force_clear_symbol", ["symbol": "ACC-EQ", "confirm": "many", "reason": "x"], "confirm"),
                ("force_close_strategy", ["reason": "x"], "strategy"),
            ]
            for (action, body, field) in wrong {
                let answer = try await operate(server, action, body)
                ContractHTTPTests.expectProblem(answer, 422, "\(action) \(body.text)")
                #expect(answer.json["field"]?.string == field, "\(action) \(body.text)")
            }
            for action in ["adopt", "force_close_strategy", "force_clear_symbol", "reconcile_with_broker"] {
                ContractHTTPTests.expectProblem(try await server.send(.POST, "/v1/operator/\(action)"), 401)
            }
            let nothing = try await operate(
                server,
                "adopt",
                ["strategy": "S", "symbol": "X", "quantity": 1, "reason": "x"]
            )
            ContractHTTPTests.expectProblem(nothing, 409)
        }
    }
}
