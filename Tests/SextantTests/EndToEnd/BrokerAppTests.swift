import JSONText
import Testing

/// a person uses the broker's own app beside Sextant.
@Suite(.serialized) struct BrokerAppTests {
    @Test(arguments: ["normal", "drop"])
    func `an order that is changed and cancelled in the broker's app is followed there`(push: String) async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.control("push", ["mode": .string(push)])
            let alert = Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1700.00")])
            let id = try await server.post(alert).ids.first ?? ""
            let number = try await server.shows(id, in: "working")["broker_order_id"] ?? ""
            try await sandbox.control("modify", ["norenordno": number, "qty": 25, "prc": "1690.00"])
            try await eventually("the new quantity is shown") {
                try await server.shown(id)["quantity"]?.integer == 25
            }
            try await sandbox.control("fill", ["norenordno": number, "quantity": 15])
            try await eventually("15 are filled") { try await server.shown(id)["filled_quantity"]?.integer == 15 }
            try await sandbox.control("cancel", ["norenordno": number])
            let order = try await server.shows(id, in: "cancelled")
            #expect(order["reason_code"]?.string == "by_others")
            #expect(order["disputed"]?.bool == false)
            #expect(server.told("CANCELLED") == 1)
            let exit = try await server.post(Alerts.exit("S"))
            let closing = try await server.shows(exit.ids.first ?? "", in: "filled")
            #expect(closing["quantity"]?.integer == 15)
            #expect(try await sandbox.net("ACC-EQ") == 0)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `a foreign order that fills is shown beside the strategies, whose books and exits stay their own`()
        async throws
    {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            try await sandbox.control("place", Self.manual("B", 7))
            func held(_ strategy: String) async throws -> Int {
                let rows = try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"]?.elements ?? []
                return rows.filter { $0["strategy"]?.string == strategy }.compactMap { $0["quantity"]?.integer }
                    .reduce(0, +)
            }
            try await eventually("the foreign position is shown") { try await held("external") == 7 }
            #expect(try await held("S") == 10)
            let second = try await server.post(Alerts.entry("T", [Alerts.leg("ACC-EQ", "SELL", 1)]))
            #expect(second.orders.first?["tag"]?.string == "EXECUTION_GUARD_BLOCKED")
            let exit = try await server.post(Alerts.exit("S"))
            let closing = try await server.shows(exit.ids.first ?? "", in: "filled")
            #expect(closing["quantity"]?.integer == 10)
            #expect(try await sandbox.net("ACC-EQ") == 7)
            // By hand the other way: nothing of anybody's is left, and no exit finds anything.
            try await sandbox.control("place", Self.manual("S", 7))
            try await eventually("the foreign position is gone") { try await held("external") == 0 }
            let none = try await server.post(Alerts.exit("S", id: "once more", [Alerts.leg("ACC-EQ", "SELL", 1)]))
            #expect(none.orders.first?["tag"]?.string == "NO_POSITION")
            #expect(try await sandbox.placements() == 2)
            #expect(try await server.differences() == [])
        }
    }

    @Test func `a position closed by hand is not closed again by an exit`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            try await sandbox.control("place", Self.manual("S", 10))
            try await eventually("the sale by hand is known") {
                let rows = try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"]?.elements ?? []
                return rows.contains { $0["strategy"]?.string == "external" && $0["quantity"]?.integer == -10 }
            }
            try await sandbox.orderBooksRead(3)
            let exit = try await server.post(Alerts.exit("S"))
            let id = exit.ids.first ?? ""
            try await eventually("the exit ends") { try await server.shown(id)["status"]?.string == "FAILED" }
            #expect(try await server.shown(id)["reason_code"]?.string == "no_room")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }

    private static func manual(_ side: String, _ quantity: Int) -> JSONValue {
        [
            "account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": .string(String(quantity)), "prd": "I",
            "trantype": .string(side),
        ]
    }
}
