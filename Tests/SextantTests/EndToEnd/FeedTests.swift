import JSONText
import Testing

/// order push breaks off, again and again.
@Suite(.serialized) struct FeedTests {
    @Test func `after each of three breaks in a row push comes back, and nothing that happened meanwhile is missed`()
        async throws
    {
        // Polling is too slow to help: what is known is known by push, or by the books that are read after a break.
        var settings = Sandbox.Settings()
        settings.pollInterval = "120s"
        try await Sandbox.trading(settings) { sandbox, server in
            try await sandbox.pushIsUp()
            try await sandbox.control("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": true])
            var ids: [String] = []
            for (round, end) in ["sockets/drop", "sockets/close", "sockets/drop"].enumerated() {
                let leg = Alerts.leg("ACC-EQ", "BUY", 10, price: "1850.00")
                let id = try await server.post(Alerts.entry("S\(round)", [leg])).ids.first ?? ""
                ids.append(id)
                let number = try await server.shows(id, in: "working")["broker_order_id"] ?? ""
                try await sandbox.control(end)
                try await sandbox.control("fill", ["norenordno": number, "quantity": 10, "price": "1800.00"])
                try await server.shows(id, in: "filled")
                try await sandbox.pushIsUp()
            }
            // And it is the new connection that tells of what comes next.
            try await sandbox.control("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": false])
            let last = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "780.00")]))
            let number = try await server.shows(last.ids.first ?? "", in: "working")["broker_order_id"] ?? ""
            let books = try await sandbox.account()["calls"]?["OrderBook"]?.integer
            try await sandbox.control("fill", ["norenordno": number, "quantity": 5])
            try await server.shows(last.ids.first ?? "", in: "filled")
            #expect(try await sandbox.account()["calls"]?["OrderBook"]?.integer == books)
            #expect(try await sandbox.placements() == 4)
            #expect(try await server.differences() == [])
        }
    }
}

extension Sandbox {
    func pushIsUp() async throws {
        try await eventually("push is connected", within: 60) { try await account()["sockets"]?.integer == 1 }
    }
}
