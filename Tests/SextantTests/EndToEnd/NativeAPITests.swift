import Foundation
import JSONText
import NIOHTTP1
import Testing

/// `/v1` as `contract.md` has it, on the real binary.
@Suite(.serialized) struct NativeAPITests {
    static let bearer = ("Authorization", "Bearer \(Sandbox.key)")

    static func order(_ strategy: String = "S", _ changes: [String: JSONValue?] = [:]) -> JSONValue {
        let body: JSONValue = [
            "strategy": .string(strategy), "execution_type": "ENTRY", "exchange": "NSE", "symbol": "ACC-EQ",
            "product": "I", "side": "BUY", "quantity": 10,
        ]
        return body.changed(changes)
    }

    // A-03
    @Test func `an order by API and one by webhook give the same row but for the source`() async throws {
        try await Sandbox.trading { _, server in
            let api = try await server.send(.POST, "/v1/orders", Self.order("A").utf8, headers: [Self.bearer])
            #expect(api.status == 202)
            let webhook = try await server.post(Alerts.entry("B"))
            let first = try await server.until(api.json["command_id"]?.string ?? "", is: "filled")
            let second = try await server.until(webhook.ids.first ?? "", is: "filled")
            let own = [
                "command_id", "group_id", "client_tag", "broker_order_id", "created_at", "updated_at", "timeline",
            ]
            let ignored = own + ["source", "strategy", "version"]
            func rest(_ order: JSONValue) -> JSONValue {
                .object((order.members ?? []).filter { !ignored.contains($0.name) })
            }
            #expect(rest(first) == rest(second))
            #expect(first["source"]?.string == "API")
            #expect(second["source"]?.string == "WEBHOOK")
        }
    }

    @Test func `the same Idempotency-Key gives the first order again, other content a conflict`() async throws {
        try await Sandbox.trading { sandbox, server in
            let headers = [Self.bearer, ("Idempotency-Key", "k")]
            let first = try await server.send(.POST, "/v1/orders", Self.order().utf8, headers: headers)
            let again = try await server.send(.POST, "/v1/orders", Self.order().utf8, headers: headers)
            #expect(again.status == 200)
            #expect(again.json["command_id"] == first.json["command_id"])
            let other = Self.order("S", ["quantity": 11]).utf8
            #expect(try await server.send(.POST, "/v1/orders", other, headers: headers).status == 409)
            #expect(try await sandbox.placements() == 1)
        }
    }

    @Test func `pages hold every order once, newest first`() async throws {
        try await Sandbox.trading { _, server in
            for number in 0..<7 {
                _ = try await server.post(Alerts.entry("S\(number)").changed(["test_mode": "SUCCESS"]))
            }
            var seen: [String] = []
            var cursor: String? = ""
            while let next = cursor {
                let page = try await server.get("/v1/orders?limit=3&cursor=\(next)", bearer: Sandbox.key)
                #expect(page.status == 200)
                seen += page.orders.compactMap { $0["command_id"]?.string }
                cursor = page.json["next_cursor"]?.string
            }
            #expect(seen.count == 7)
            #expect(seen == seen.sorted(by: >))
            let one = try await server.get("/v1/orders?strategy=S3&status=EXECUTED", bearer: Sandbox.key)
            #expect(one.orders.count == 1)
            #expect(try await server.get("/v1/orders?status=FAILED", bearer: Sandbox.key).orders.isEmpty)
            let all = try await server.get("/v1/orders?limit=1000", bearer: Sandbox.key)
            #expect(try await server.orders() == all.orders)
        }
    }

    @Test(
        arguments: [
            ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("cursor=broken", "cursor"),
            ("status=OPEN", "status"), ("client=NOBODY", "client"),
        ]
    )
    func `a query that is wrong is a problem that names its parameter`(query: String, field: String) async throws {
        try await Sandbox.trading { _, server in
            let answer = try await server.get("/v1/orders?\(query)", bearer: Sandbox.key)
            #expect(answer.status == (field == "client" ? 404 : 400))
            #expect(answer.json["field"]?.string == field)
            #expect(answer.headers.first(name: "content-type") == "application/problem+json")
        }
    }

    @Test func `every route refuses strangers, wrong keys and unknown ids`() async throws {
        try await Sandbox.trading { _, server in
            let unknown = "01KAX3V0Z2QJ8W5M6N7P8R9S0T"
            let routes: [(HTTPMethod, String)] = [
                (.GET, "/v1/orders"), (.POST, "/v1/orders"), (.GET, "/v1/orders/\(unknown)"),
                (.POST, "/v1/orders/\(unknown)/cancel"), (.POST, "/v1/orders/\(unknown)/modify"), (.POST, "/v1/exits"),
                (.GET, "/v1/positions"),
                (.GET, "/v1/strategies/S"), (.POST, "/v1/halt"), (.POST, "/v1/resume"),
            ]
            for (method, path) in routes {
                let body: [UInt8]? = method == .POST ? Array("{}".utf8) : nil
                #expect(try await server.send(method, path, body).status == 401)
                let wrong = [("Authorization", "Bearer \(Sandbox.secret)")]
                let status = try await server.send(method, path, body, headers: wrong).status
                #expect(status == 401 || status == 429)
            }
            #expect(try await server.get("/v1/orders/\(unknown)", bearer: Sandbox.key).status == 404)
            #expect(try await server.get("/v1/orders/nonsense", bearer: Sandbox.key).status == 404)
            let cancel = try await server.send(.POST, "/v1/orders/\(unknown)/cancel", [], headers: [Self.bearer])
            #expect(cancel.status == 404)
        }
    }

    @Test(
        arguments: [
            (["quantity": 0], "quantity"), (["quantity": "x"], "quantity"), (["side": nil], "side"),
            (["execution_type": "BUY"], "execution_type"), (["order_type": "LMT"], "price"),
            (["symbol": nil], "symbol"),
            (["price": "1e308", "order_type": "LMT"], "price"), (["strategy": "external"], "strategy"),
        ] as [([String: JSONValue?], String)]
    )
    func `a ticket that is wrong is a problem that names its field`(
        changes: [String: JSONValue?],
        field: String
    ) async throws {
        try await Sandbox.trading { sandbox, server in
            let body = Self.order("S", changes).utf8
            let answer = try await server.send(.POST, "/v1/orders", body, headers: [Self.bearer])
            #expect(answer.status == 422)
            #expect(answer.json["field"]?.string == field)
            #expect(try await sandbox.placements() == 0)
        }
    }

    // A-46
    @Test func `cancelling a resting order ends it at the broker and leaves positions alone`() async throws {
        try await Sandbox.trading { sandbox, server in
            let body = Self.order("S", ["order_type": "LMT", "price": "1700.00"]).utf8
            let placed = try await server.send(.POST, "/v1/orders", body, headers: [Self.bearer])
            let id = placed.json["command_id"]?.string ?? ""
            try await server.until(id, is: "working")
            let answer = try await server.send(.POST, "/v1/orders/\(id)/cancel", [], headers: [Self.bearer])
            #expect(answer.status == 202)
            #expect(answer.json["pending"]?.string == "cancel")
            let order = try await server.until(id, is: "cancelled")
            #expect(order["reason_code"]?.string == "on_request")
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await sandbox.placements() == 1)
            let late = try await server.send(.POST, "/v1/orders/\(id)/cancel", [], headers: [Self.bearer])
            #expect(late.status == 409)
        }
    }

    @Test func `positions and strategies show what is held, and an exit closes it`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            let positions = try await server.get("/v1/positions", bearer: Sandbox.key)
            let row = positions.json["positions"]?.elements?.first
            #expect(row?["quantity"]?.integer == 10)
            #expect(row?["strategy"]?.string == "S")
            #expect(positions.json["unattributed"]?.elements?.isEmpty == true)
            #expect(positions.json["as_of"]?.string?.hasSuffix("Z") == true)
            let held = try await server.get("/v1/strategies/S", bearer: Sandbox.key)
            #expect(held.json["has_strategy"]?.bool == true)
            let exit = try await server.send(
                .POST,
                "/v1/exits",
                Array(#"{"strategy":"S"}"#.utf8),
                headers: [Self.bearer]
            )
            #expect(exit.status == 202)
            try await server.until(exit.orders.first?["command_id"]?.string ?? "", is: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await server.get("/v1/strategies/S", bearer: Sandbox.key).json["has_strategy"]?.bool == false)
        }
    }

    @Test func `a person settles what the books leave open, and who did is kept`() async throws {
        var settings = Sandbox.Settings()
        settings.absenceAfter = "10m"
        try await Sandbox.trading(settings) { sandbox, server in
            try await sandbox.fault("server_timeout_lost")
            let id = try await server.post(Alerts.entry("S")).ids.first ?? ""
            try await server.until(id, is: "unconfirmed")
            func resolve(_ body: String) async throws -> RunningServer.Answer {
                try await server.send(.POST, "/v1/orders/\(id)/resolve", Array(body.utf8), headers: [Self.bearer])
            }
            #expect(try await resolve(#"{"outcome":"gone","reason":"x"}"#).status == 422)
            #expect(try await resolve(#"{"outcome":"absent"}"#).status == 422)
            #expect(try await resolve(#"{"outcome":"agreed","reason":"x"}"#).status == 409)
            let command = ["resolve", id, "absent", "--reason", "not there", "--by", "asha"]
            let child = try ChildProcess(command + ["--config", sandbox.configurationPath], in: sandbox.folder)
            #expect(try await child.ended() == 0, "\(child.errors)")
            let order = try await server.order(id)
            #expect(order["state"]?.string == "not_sent")
            #expect(order["tag"]?.string == "RESOLVED_BY_PERSON")
            #expect(order["reason"]?.string == "asha (FA00001) said: not there")
            #expect(try await resolve(#"{"outcome":"absent","reason":"x"}"#).status == 409)
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 11)]))
            try await server.until(entry.ids.first ?? "", is: "filled")
        }
    }

    // A-15
    @Test(arguments: [#"{"scope":"client","reason":"test"}"#, #"{"scope":"strategy","name":"S","reason":"test"}"#])
    func `a halt blocks entries, lets exits pass, survives a restart, and a person lifts it`(halt: String) async throws
    {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            let answer = try await server.send(.POST, "/v1/halt", Array(halt.utf8), headers: [Self.bearer])
            #expect(answer.status == 200)
            server.kill()
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            let blocked = try await next.post(Alerts.adjust("S"))
            #expect(blocked.orders.first?["tag"]?.string == "TRADING_HALTED")
            let exit = try await next.post(Alerts.exit("S"))
            try await next.until(exit.ids.first ?? "", is: "filled")
            #expect(try await next.send(.POST, "/v1/resume", Array(halt.utf8), headers: [Self.bearer]).status == 200)
            #expect(try await next.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 11)])).word == "accepted")
        }
    }

    @Test func `a client's key cannot halt everybody`() async throws {
        try await Sandbox.trading { _, server in
            let body = Array(#"{"scope":"global"}"#.utf8)
            let answer = try await server.send(.POST, "/v1/halt", body, headers: [Self.bearer])
            #expect(answer.status == 403)
        }
    }
}
