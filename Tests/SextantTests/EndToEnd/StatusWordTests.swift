import JSONText
import Testing

/// how brokers spell what an order is, over the whole wire.
@Suite(.serialized) struct StatusWordTests {
    @Test func `every spelling of an end is one, and an unknown word changes nothing and is told of`() async throws {
        try await Sandbox.trading { sandbox, server in
            var count = 0
            func entry(price: String? = nil) async throws -> String {
                count += 1
                let alert = Alerts.entry("W\(count)", [Alerts.leg("ACC-EQ", "BUY", 1, price: price)])
                return try await server.post(alert).ids.first ?? ""
            }
            func cancel(_ id: String) async throws {
                let number = try await server.shown(id)["broker_order_id"] ?? ""
                try await sandbox.control("cancel", ["norenordno": number])
            }
            for word in ["COMPLETE", "complete", "Complete", "EXECUTED"] {
                try await sandbox.control("spelling", ["COMPLETE": .string(word)])
                try await server.shows(try await entry(), in: "filled")
            }
            for word in ["REJECTED", "REJECT", "Rejected", "reject"] {
                try await sandbox.control("spelling", ["REJECTED": .string(word)])
                try await sandbox.fault("rms_reject", ["text": "RED:Margin Shortfall:INR 1.00"])
                let order = try await server.shows(try await entry(), in: "rejected")
                #expect(order["reason"]?.string == "RED:Margin Shortfall:INR 1.00")
            }
            for word in ["CANCELED", "CANCELLED", "Cancelled", "canceled"] {
                try await sandbox.control("spelling", ["CANCELED": .string(word)])
                let id = try await entry(price: "1700.00")
                try await server.shows(id, in: "working")
                try await cancel(id)
                #expect(try await server.shows(id, in: "cancelled")["tag"]?.string == "BROKER_CANCELLED")
            }
            try await sandbox.control("spelling")
            #expect(try await server.differences() == [])
        }
    }

    @Test func `every spelling of an order on its way leaves it working`() async throws {
        try await Sandbox.trading { sandbox, server in
            for word in ["OPEN", "Open", "PENDING", "Pending", "TRIGGER_PENDING", "Trigger Pending"] {
                try await sandbox.control("spelling", ["OPEN": .string(word)])
                let alert = Alerts.entry(word, [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")])
                let id = try await server.post(alert).ids.first ?? ""
                try await server.shows(id, in: "working")
                try await sandbox.orderBooksRead(2)
                #expect(try await server.shown(id)["state"]?.string == "working", "\(word)")
                let number = try await server.shown(id)["broker_order_id"] ?? ""
                try await sandbox.control("fill", ["norenordno": number, "quantity": 5])
                try await server.shows(id, in: "filled")
            }
            #expect(server.told("IMPLAUSIBLE") == 0)
        }
    }

    @Test func `an unknown word ends nothing, is told of once, and what it hides comes out later`() async throws {
        try await Sandbox.trading { sandbox, server in
            for (count, word) in ["INVALID_STATUS_TYPE", "FROZEN", "Replaced"].enumerated() {
                try await sandbox.control("spelling", ["OPEN": .string(word), "CANCELED": .string(word)])
                let alert = Alerts.entry("S\(count)", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")])
                let id = try await server.post(alert).ids.first ?? ""
                try await server.shows(id, in: "working")
                try await eventually("a person is told") { server.told("IMPLAUSIBLE") > count }
                let before = try await server.shown(id)
                try await sandbox.control("cancel", ["norenordno": before["broker_order_id"] ?? ""])
                try await sandbox.orderBooksRead(4)
                #expect(try await server.shown(id).standing == before.standing)
                #expect(server.told("IMPLAUSIBLE") == count + 1)
                try await sandbox.control("spelling")
                try await server.shows(id, in: "cancelled")
            }
        }
    }
}

extension JSONValue {
    /// What an order has come to; its timeline may still grow by what was on its way.
    var standing: [JSONValue?] {
        ["state", "status", "pending", "disputed", "quantity", "filled_quantity", "reason"].map { self[$0] }
    }
}

extension Sandbox {
    /// Waits until the order book was asked for that many times more.
    func orderBooksRead(_ count: Int) async throws {
        let before = try await account()["calls"]?["OrderBook"]?.integer ?? 0
        try await eventually("the order book was read \(count) times more", within: 60) {
            try await account()["calls"]?["OrderBook"]?.integer ?? 0 >= before + count
        }
    }
}
