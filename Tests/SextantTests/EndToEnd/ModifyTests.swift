import JSONText
import NIOHTTP1
import Testing

/// A-46: modify means modify, on the real binary, whatever becomes of the call.
@Suite(.serialized) struct ModifyTests {
    /// A server with a resting order: 10 of ACC-EQ, limit 1700.
    private static func resting(
        _ changes: [String: JSONValue?] = [:],
        _ body: (Sandbox, RunningServer, String) async throws -> Void
    ) async throws {
        try await Sandbox.trading { sandbox, server in
            let terms: [String: JSONValue?] = ["order_type": "LMT", "price": "1700.00"]
            let ticket = NativeAPITests.order("S", terms.merging(changes) { $1 })
            let placed = try await server.ask("/v1/orders", ticket)
            let id = placed.json["command_id"]?.string ?? ""
            try await server.until(id, is: "working")
            try await body(sandbox, server, id)
        }
    }

    @Test func `a resting order is changed at the broker, and its row ends with the broker's terms`() async throws {
        try await Self.resting { sandbox, server, id in
            let wish: JSONValue = ["quantity": 25, "price": "1710.00"]
            let answer = try await server.modify(id, wish)
            #expect(answer.status == 202)
            #expect(answer.json["pending"]?.string == "modify")
            #expect(answer.json["price"]?.string == "1700.00")
            let order = try await server.until(id, shows: ["price": "1710.00", "quantity": 25, "pending": .null])
            #expect(order["state"]?.string == "working")
            #expect(order["asked_quantity"]?.integer == 10)
            let row = try await sandbox.brokerOrders().first
            #expect(row?["qty"]?.integer == 25)
            #expect(row?["prc"]?.string == "1710.00")
            #expect(order.events.suffix(2) == ["modifyAsked", "modified"])
            #expect(try await server.modify(id, wish).status == 200)
            #expect(try await sandbox.changes() == 1)
            let page = try ChildProcess(
                ["order", id, "--why", "--config", server.configurationPath],
                in: sandbox.folder
            )
            #expect(try await page.ended() == 0)
            #expect(page.output.contains("changed to   LMT at 1710.00"))
            #expect(page.output.contains("API asked for 25 LMT at 1710.00"))
            #expect(page.output.contains("the broker's reply gave it number \(row?["norenordno"]?.string ?? "?")"))
            #expect(try await server.differences() == [])
        }
    }

    @Test func `a stop is moved, and not executed before its new trigger`() async throws {
        let stop: [String: JSONValue?] = ["order_type": "SL-LMT", "price": "1905.00", "trigger_price": "1900.00"]
        try await Self.resting(stop) { sandbox, server, id in
            let answer = try await server.modify(id, ["price": "1860.00", "trigger_price": "1855.00"])
            #expect(answer.status == 202)
            try await server.until(id, shows: ["trigger_price": "1855.00", "price": "1860.00", "pending": .null])
            #expect(try await sandbox.brokerOrders().first?["status"]?.string == "TRIGGER_PENDING")
            #expect(try await sandbox.net("ACC-EQ") == 0)
            try await sandbox.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1856.00"])
            try await server.until(id, is: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 10)
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: ["lost_reply", "hang", "html_502_accepted", "server_timeout", "garbage"])
    func `a change whose answer is lost is found in the books, and asked for once`(fault: String) async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.fault(fault, ["endpoint": "ModifyOrder"])
            #expect(try await server.modify(id, ["price": "1710.00"]).status == 202)
            let order = try await server.until(id, shows: ["price": "1710.00", "pending": .null])
            #expect(order["state"]?.string == "working")
            #expect(try await sandbox.changes() == 1)
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: ["html_502", "server_timeout_lost"])
    func `a change that the broker never took is over when its books have proved that`(fault: String) async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.fault(fault, ["endpoint": "ModifyOrder"])
            #expect(try await server.modify(id, ["price": "1710.00"]).status == 202)
            let order = try await server.until(id, shows: ["pending": .null])
            #expect(order.events.last == "modifyRefused")
            #expect(order["timeline"]?.elements?.last?["detail"]?["evidence"]?.string == "order_book")
            #expect(order["price"]?.string == "1700.00")
            #expect(try await sandbox.changes() == 1)
            #expect(try await server.modify(id, ["price": "1711.00"]).status == 202)
            try await server.until(id, shows: ["price": "1711.00", "pending": .null])
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: ["SAF:order is not open to modify", "RED:Margin Shortfall"])
    func `a refused change ends nothing, and the order can still be cancelled`(text: String) async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.fault("refuse", ["endpoint": "ModifyOrder", "text": .string(text)])
            #expect(try await server.modify(id, ["price": "1710.00"]).status == 202)
            let order = try await server.until(id, shows: ["pending": .null])
            #expect(order["state"]?.string == "working")
            #expect(order["timeline"]?.elements?.last?["detail"]?["text"]?.string == text)
            #expect(try await server.ask("/v1/orders/\(id)/cancel").status == 202)
            try await server.until(id, is: "cancelled")
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: [true, false])
    func `a fill that comes first wins, however the refusal looks`(looksRejected: Bool) async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.control("habit", ["refused_changes_look_rejected": .bool(looksRejected)])
            try await sandbox.fault("fill_first", ["endpoint": "ModifyOrder"])
            #expect(try await server.modify(id, ["quantity": 25]).status == 202)
            let order = try await server.until(id, is: "filled")
            #expect(order["quantity"]?.integer == 10)
            #expect(order["pending"] == .null)
            #expect(try await sandbox.net("ACC-EQ") == 10)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `after a kill the books tell what became of a change, and it is not asked for again`() async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.fault("hang", ["endpoint": "ModifyOrder"])
            #expect(try await server.modify(id, ["price": "1710.00", "quantity": 12]).status == 202)
            try await eventually("the broker has it") { try await sandbox.changes() == 1 }
            server.kill()
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            try await next.until(id, shows: ["price": "1710.00", "quantity": 12, "pending": .null])
            #expect(try await sandbox.changes() == 1)
            #expect(try await next.differences() == [])
        }
    }

    @Test func `a cancel goes out though the answer to a change hangs`() async throws {
        try await Self.resting { sandbox, server, id in
            try await sandbox.fault("hang", ["endpoint": "ModifyOrder"])
            #expect(try await server.modify(id, ["price": "1710.00"]).status == 202)
            let cancel = try await server.ask("/v1/orders/\(id)/cancel")
            #expect(cancel.status == 202)
            #expect(cancel.json["pending"]?.string == "cancel")
            let late = try await server.modify(id, ["price": "1711.00"])
            #expect(late.status == 409)
            let order = try await server.until(id, is: "cancelled")
            #expect(order["reason_code"]?.string == "on_request")
            #expect(try await server.modify(id, ["price": "1711.00"]).status == 409)
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `a halt lets an order shrink, and nothing grow; an exit's price still moves`() async throws {
        try await Self.resting { sandbox, server, id in
            let held = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            try await server.until(held.ids.first ?? "", is: "filled")
            let ticket: JSONValue = [
                "strategy": "T", "symbol": "SBIN-EQ", "order_type": "LMT", "price": "820.00", "quantity": 3,
            ]
            let exits = try await server.ask("/v1/exits", ticket)
            let exit = exits.orders.first?["command_id"]?.string ?? ""
            try await server.until(exit, is: "working")
            #expect(try await server.ask("/v1/halt", ["scope": "client", "reason": "test"]).status == 200)
            let larger = try await server.modify(id, ["quantity": 11])
            #expect(larger.status == 409)
            #expect(larger.json["detail"]?.string?.contains("TRADING_HALTED") == true)
            #expect(try await server.modify(id, ["quantity": 9]).status == 202)
            try await server.until(id, shows: ["quantity": 9, "pending": .null])
            #expect(try await server.modify(exit, ["quantity": 6]).status == 409)
            #expect(try await server.modify(exit, ["quantity": 5, "price": "815.00"]).status == 202)
            try await server.until(exit, shows: ["quantity": 5, "price": "815.00", "pending": .null])
            #expect(try await sandbox.changes() == 2)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `a change that is wrong is a problem that names its field, and nothing leaves`() async throws {
        try await Self.resting { sandbox, server, id in
            let wrong: [(JSONValue, String?)] = [
                ([:], "quantity"), (["quantity": 0], "quantity"), (["quantity": "x"], "quantity"),
                (["price": "1e3"], "price"), (["price": "0"], "price"), (["order_type": "SLOW"], "order_type"),
                (["trigger_price": "1650"], "trigger_price"), (["order_type": "MKT", "price": "1"], "price"),
                (["order_type": "SL-LMT"], "trigger_price"),
            ]
            for (body, field) in wrong {
                let answer = try await server.modify(id, body)
                #expect(answer.status == 422, "\(body.text): \(answer.text)")
                #expect(answer.json["field"]?.string == field, "\(body.text): \(answer.text)")
            }
            #expect(try await server.modify(id, []).status == 400)
            #expect(try await server.modify("01KAX3V0Z2QJ8W5M6N7P8R9S0T", ["quantity": 1]).status == 404)
            #expect(try await sandbox.changes() == 0)
            #expect(try await server.differences() == [])
        }
    }
}

extension Sandbox {
    /// How often the broker was asked to change an order.
    fileprivate func changes() async throws -> Int { try await account()["calls"]?["ModifyOrder"]?.integer ?? 0 }
}

extension RunningServer {
    fileprivate func ask(_ path: String, _ body: JSONValue? = nil) async throws -> Answer {
        try await send(.POST, path, body?.utf8 ?? [], headers: [NativeAPITests.bearer])
    }

    fileprivate func modify(_ id: String, _ body: JSONValue) async throws -> Answer {
        try await ask("/v1/orders/\(id)/modify", body)
    }

    /// Waits until an order shows all of these.
    @discardableResult
    fileprivate func until(_ id: String, shows values: [String: JSONValue]) async throws -> JSONValue {
        var last = JSONValue.null
        try await eventually("order \(id) shows \(values.mapValues(\.text))") {
            last = try await order(id)
            return values.allSatisfy { last[$0.key] == $0.value }
        }
        return last
    }
}

extension JSONValue {
    /// The events of an order's timeline.
    fileprivate var events: [String] { (self["timeline"]?.elements ?? []).compactMap { $0["event"]?.string } }
}
