import Foundation
import JSONText
import Testing

/// The order flow on the real binary, over the real protocol.
@Suite(.serialized) struct SixStepsTests {
    //
    @Test func `a two-leg alert goes through all six steps to EXECUTED with exactly two placements`() async throws {
        try await Sandbox.trading { sandbox, server in
            let legs = [
                Alerts.leg("ACC-EQ", "BUY", 10, price: "1700.00"), Alerts.leg("SBIN-EQ", "SELL", 5, price: "840.00"),
            ]
            let answer = try await server.post(Alerts.entry("S", legs))
            #expect(answer.status == 202)
            #expect(answer.word == "accepted")
            #expect(answer.ids.count == 2)
            // They rest at first: a fill can be heard of before the broker's answer.
            for id in answer.ids {
                try await eventually("the exchange has it") {
                    (try await server.shown(id)["timeline"]?.elements ?? []).contains { $0["step"]?.integer == 5 }
                }
            }
            for (symbol, price) in [("ACC-EQ", "1699.00"), ("SBIN-EQ", "841.00")] {
                try await sandbox.control("price", ["exch": "NSE", "tsym": .string(symbol), "price": .string(price)])
            }
            for id in answer.ids {
                let order = try await server.until(id, is: "filled")
                #expect(order["status"]?.string == "EXECUTED")
                #expect(order["average_price"]?.string != nil)
                #expect(order["broker_order_id"]?.string != nil)
                let steps = (order["timeline"]?.elements ?? []).compactMap { $0["step"]?.integer }
                #expect(Set(steps) == Set(1...6))
                #expect(steps.first == 1)
                let sequences = (order["timeline"]?.elements ?? []).compactMap { $0["sequence"]?.integer }
                #expect(sequences == sequences.sorted())
            }
            #expect(try await sandbox.placements() == 2)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test(arguments: [true, false])
    func `a hundred identical alerts at once end as one group`(withKey: Bool) async throws {
        try await Sandbox.trading { sandbox, server in
            let legs = [Alerts.leg("ACC-EQ", "BUY", 10), Alerts.leg("SBIN-EQ", "BUY", 5)]
            let alert = Alerts.entry("S", id: withKey ? "one" : nil, legs)
            let answers = try await withThrowingTaskGroup(of: RunningServer.Answer.self) { group in
                for _ in 0..<100 { group.addTask { try await server.post(alert) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 202 && $0.word == "accepted" } == 1)
            #expect(answers.count { $0.status == 200 && $0.word == "duplicate" } == 99)
            #expect(Set(answers.map(\.ids)).count == 1)
            for id in answers.first?.ids ?? [] { try await server.until(id, is: "filled") }
            #expect(try await sandbox.placements() == 2)
            #expect(try await server.orders().count == 2)
        }
    }

    @Test func `the same key with other content is a conflict, also after a restart`() async throws {
        try await Sandbox.trading { sandbox, server in
            let first = try await server.post(Alerts.entry("S", id: "k"))
            try await server.until(first.ids.first ?? "", is: "filled")
            server.kill()
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            let again = try await next.post(Alerts.entry("S", id: "k"))
            #expect(again.status == 200)
            #expect(again.ids == first.ids)
            #expect(again.orders.first?["state"]?.string == "filled")
            #expect(again.json["first_received_at"]?.string != nil)
            let other = try await next.post(Alerts.entry("S", id: "k", [Alerts.leg("ACC-EQ", "BUY", 11)]))
            #expect(other.status == 409)
            #expect(try await sandbox.placements() == 1)
        }
    }

    //
    @Test func `a second entry is blocked while the strategy holds something, another strategy's is not`() async throws
    {
        try await Sandbox.trading { sandbox, server in
            let first = try await server.post(Alerts.entry("S"))
            try await server.until(first.ids.first ?? "", is: "filled")
            let second = try await server.post(Alerts.entry("S", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            #expect(second.status == 202)
            #expect(second.word == "blocked")
            #expect(second.orders.first?["tag"]?.string == "EXECUTION_GUARD_BLOCKED")
            let other = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            #expect(other.word == "accepted")
            try await server.until(other.ids.first ?? "", is: "filled")
            #expect(try await sandbox.placements() == 2)
        }
    }

    //
    @Test func `a loss at the floor blocks entries with the numbers, and lets the exit through`() async throws {
        var settings = Sandbox.Settings()
        settings.maxLoss = "1000"
        settings.risk = ", on_breach: block"
        try await Sandbox.trading(settings) { sandbox, server in
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 100)]))
            let filled = try await server.until(entry.ids.first ?? "", is: "filled")
            let average = Double(filled["average_price"]?.string ?? "") ?? 0
            let price = String(format: "%.2f", ((average - 10) / 0.05).rounded() * 0.05)
            _ = try await sandbox.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": .string(price)])
            var blocked: RunningServer.Answer?
            try await eventually("an entry is blocked by the day's loss") {
                let answer = try await server.post(
                    Alerts.entry("T\(Int.random(in: 0...1 << 40))", [Alerts.leg("SBIN-EQ", "BUY", 1)])
                )
                if answer.orders.first?["tag"]?.string == "RISK_LIMITS_EXCEEDED" { blocked = answer }
                return blocked != nil
            }
            let order = try await server.order(blocked?.ids.first ?? "")
            #expect(order["limit"]?.string == "-1000.00")
            #expect(order["reason_code"]?.string == "day_loss")
            #expect(order["observed"]?.string.map { $0.hasPrefix("-") } == true)
            let exit = try await server.post(Alerts.exit("S"))
            #expect(exit.word == "accepted")
            try await server.until(exit.ids.first ?? "", is: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }

    //
    @Test(arguments: [200, 400, 500])
    func `Not_Ok with a text is BROKER_REJECTED with that text, whatever the status`(http: Int) async throws {
        try await Sandbox.trading { sandbox, server in
            let text = "Invalid Input :  Invalid Disc Qty"
            try await sandbox.fault("refuse", ["text": .string(text), "http": JSONValue(http)])
            let answer = try await server.post(Alerts.entry())
            let order = try await server.until(answer.ids.first ?? "", is: "rejected")
            #expect(order["status"]?.string == "FAILED")
            #expect(order["tag"]?.string == "BROKER_REJECTED")
            #expect(order["reason"]?.string == text)
            #expect(try await sandbox.placements() == 1)
            // The reservation is released: the strategy may enter again.
            let again = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 11)]))
            try await server.until(again.ids.first ?? "", is: "filled")
        }
    }

    //
    @Test func `accepted and then rejected by the broker's risk engine ends the same way`() async throws {
        try await Sandbox.trading { sandbox, server in
            let text = "RED:Margin Shortfall:INR 100.33 Available:INR 86.68 for C-FA00001"
            try await sandbox.fault("rms_reject", ["text": .string(text)])
            let answer = try await server.post(Alerts.entry())
            let order = try await server.until(answer.ids.first ?? "", is: "rejected")
            #expect(order["tag"]?.string == "BROKER_REJECTED")
            #expect(order["reason"]?.string == text)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test func `a partial fill that is cancelled keeps what it filled, and the exit closes just that`() async throws {
        try await Sandbox.trading { sandbox, server in
            _ = try await sandbox.control("fill_limit", ["exch": "NSE", "tsym": "ACC-EQ", "quantity": 60])
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 100, price: "1850.00")]))
            let id = entry.ids.first ?? ""
            try await eventually("60 are filled") { try await server.order(id)["filled_quantity"]?.integer == 60 }
            let number = try await server.order(id)["broker_order_id"]?.string ?? ""
            _ = try await sandbox.control("cancel", ["norenordno": .string(number)])
            let order = try await server.until(id, is: "cancelled")
            #expect(order["tag"]?.string == "BROKER_CANCELLED")
            #expect(order["filled_quantity"]?.integer == 60)
            _ = try await sandbox.control("fill_limit", ["exch": "NSE", "tsym": "ACC-EQ", "quantity": nil])
            let exit = try await server.post(Alerts.exit("S"))
            let closing = try await server.until(exit.ids.first ?? "", is: "filled")
            #expect(closing["quantity"]?.integer == 60)
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test(arguments: ["normal", "duplicate", "drop"])
    func `fills in five pieces are each applied once, with the exact average`(push: String) async throws {
        try await Sandbox.trading { sandbox, server in
            _ = try await sandbox.control("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": true])
            _ = try await sandbox.control("push", ["mode": .string(push)])
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 100, price: "1900.00")]))
            let id = entry.ids.first ?? ""
            let number = try await server.until(id, is: "working")["broker_order_id"]?.string ?? ""
            for (quantity, price) in [
                (7, "1800.05"), (13, "1800.10"), (30, "1799.95"), (49, "1801.00"), (1, "1750.35"),
            ] {
                _ = try await sandbox.control(
                    "fill",
                    ["norenordno": .string(number), "quantity": JSONValue(quantity), "price": .string(price)]
                )
            }
            let order = try await server.until(id, is: "filled")
            // (7·1800.05 + 13·1800.10 + 30·1799.95 + 49·1801 + 1·1750.35) / 100
            #expect(order["average_price"]?.string == "1799.995")
            let fills = (order["timeline"]?.elements ?? []).filter { $0["event"]?.string == "filled" }
            #expect(fills.count == 5)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test func `a push that comes before the placement's reply leaves one consistent order`() async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault("delay", ["delay_ms": 700])
            let entry = try await server.post(Alerts.entry())
            let order = try await server.until(entry.ids.first ?? "", is: "filled")
            try await eventually("the reply is on record too") {
                let events = try await server.order(entry.ids.first ?? "")["timeline"]?.elements ?? []
                return events.contains { $0["event"]?.string == "accepted" }
            }
            #expect(order["disputed"]?.bool == false)
            #expect(try await sandbox.placements() == 1)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test func `the webhook answers at once while the broker hangs, and the order's progress is there to see`()
        async throws
    {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault("hang", ["count": -1])
            var times: [Duration] = []
            for number in 0..<100 {
                let began = ContinuousClock.now
                let answer = try await server.post(Alerts.entry("S\(number)", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
                times.append(ContinuousClock.now - began)
                #expect(answer.status == 202)
            }
            times.sort()
            #expect(times[98] < .milliseconds(300))
            let states = Set(try await server.orders().compactMap { $0["state"]?.string })
            #expect(states.isSubset(of: ["sending", "unconfirmed", "working", "filled", "not_sent"]))
        }
    }
}
