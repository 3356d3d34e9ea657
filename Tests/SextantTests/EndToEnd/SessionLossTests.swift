import JSONText
import NIOHTTP1
import Testing
import Trading

/// A-27 and A-28: the broker stops knowing us, or stops answering what it is asked.
@Suite(.serialized) struct SessionLossTests {
    // A-27
    @Test func `when the session ends nothing is lost, entries pause, and one login serves all who wait`() async throws
    {
        try await Sandbox.trading { sandbox, server in
            for number in 0..<5 {
                let leg = Alerts.leg(number % 2 == 0 ? "ACC-EQ" : "SBIN-EQ", "BUY", 10 + number)
                let entry = try await server.post(Alerts.entry("S\(number)", [leg]))
                try await server.shows(entry.ids.first ?? "", in: "filled")
            }
            let resting = try await server.post(Alerts.entry("R", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")]))
            let restingID = resting.ids.first ?? ""
            let before = try await server.shows(restingID, in: "working")
            let held = try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"]
            #expect(try await sandbox.account()["logins"]?.integer == 1)

            try await sandbox.fault("html_502", ["endpoint": "QuickAuth", "count": 2])
            try await sandbox.fault("session_expired", ["endpoint": "PositionBook"])
            var refused: RunningServer.Answer?
            try await eventually("entries are refused while nobody is logged in", within: 60) {
                let answer = try await server.post(
                    Alerts.entry("P", [Alerts.leg("SBIN-EQ", "BUY", 1, price: "700.00")])
                )
                if answer.status == 503 { refused = answer }
                return refused != nil
            }
            // Everybody wants out at once, while nobody gets in.
            let exits = try await withThrowingTaskGroup(of: [String].self) { group in
                for number in 0..<5 {
                    group.addTask { try await server.post(Alerts.exit("S\(number)")).ids }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(exits.count == 5)
            #expect(try await server.shown(restingID).standing == before.standing)
            #expect(try await server.get("/v1/positions", bearer: Sandbox.key).json["positions"] == held)

            try await eventually("all is closed after the next login", within: 90) {
                let acc = try await sandbox.net("ACC-EQ")
                let sbin = try await sandbox.net("SBIN-EQ")
                return acc == 0 && sbin == 0
            }
            try await eventually("entries pass again", within: 60) {
                try await server.post(Alerts.entry("Q", [Alerts.leg("SBIN-EQ", "BUY", 1)])).status == 202
            }
            #expect(try await sandbox.account()["logins"]?.integer == 2)
            #expect(try await sandbox.account()["calls"]?["QuickAuth"]?.integer == 4)
            try await eventually("the store agrees with the broker", within: 60) {
                try await server.differences() == []
            }
        }
    }

    // A-28
    @Test func `while every read hangs exits and cancels pass, and their ends are known by push`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            let resting = try await server.post(Alerts.entry("R", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "780.00")]))
            let restingID = resting.ids.first ?? ""
            try await server.shows(restingID, in: "working")
            for book in ["OrderBook", "TradeBook", "PositionBook"] {
                try await sandbox.fault("hang", ["endpoint": .string(book), "count": -1])
            }
            try await sandbox.orderBooksRead(1)
            let exit = try await server.post(Alerts.exit("S"))
            let closing = try await server.shows(exit.ids.first ?? "", in: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
            let bearer = [("Authorization", "Bearer \(Sandbox.key)")]
            _ = try await server.send(.POST, "/v1/orders/\(restingID)/cancel", [], headers: bearer)
            try await server.shows(restingID, in: "cancelled")
            // It went out at once: the lanes of exits and reads have nothing to do with each other.
            let number = closing["broker_order_id"]?.string
            let row = try await sandbox.brokerOrders().first { $0["norenordno"]?.string == number }
            let asked = closing["timeline"]?.elements?.first?["at"]?.string ?? ""
            #expect(Self.seconds(from: asked, to: row?["received_at"]?.integer ?? .max) < 5)
        }
    }

    /// From the time of an answer to microseconds since 1970.
    static func seconds(from text: String, to moment: Int) -> Double {
        guard let from = Timestamp(text) else { return .infinity }
        return Double(Int64(moment) - from.microseconds) / 1_000_000
    }
}
