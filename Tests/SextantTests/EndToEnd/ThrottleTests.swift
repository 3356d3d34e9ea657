import JSONText
import Testing

/// The broker's own limit of calls is lower than what we were told, or somebody else uses it up.
@Suite(.serialized) struct ThrottleTests {
    private static let text = "Invalid Input :  Order Recieved 11 in a current second exceeds Limit 10 for user"

    @Test func `an entry above the broker's limit is refused for good, an exit goes again as a new command`()
        async throws
    {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            for http in [400, 429] {
                try await sandbox.fault("refuse", ["text": .string(Self.text), "http": JSONValue(http)])
                let answer = try await server.post(Alerts.entry("T\(http)", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
                let order = try await server.shows(answer.ids.first ?? "", in: "rejected")
                #expect(order["tag"]?.string == "BROKER_REJECTED")
                #expect(order["reason"]?.string == Self.text)
            }
            try await sandbox.fault("refuse", ["text": .string(Self.text), "http": 429, "count": 2])
            let exit = try await server.post(Alerts.exit("S"))
            try await server.shows(exit.ids.first ?? "", in: "rejected")
            try await eventually("a further exit closed the position", within: 60) {
                try await sandbox.net("ACC-EQ") == 0
            }
            try await eventually("the store knows", within: 60) { try await server.differences() == [] }
            #expect(try await sandbox.placements() == 6)
            let reissued = try await server.orders().filter { $0["source"]?.string == "SYSTEM" }
            #expect(reissued.map { $0["state"]?.string } == ["filled", "rejected"])
        }
    }

    @Test func `against a broker that allows less than we believe, refusals stay few and every row is true`()
        async throws
    {
        var settings = Sandbox.Settings()
        settings.limits += ", entry_wait: 3s"
        try await Sandbox.trading(settings) { sandbox, server in
            try await sandbox.control("habit", ["calls_per_second": 5, "orders_per_second": 5])
            try await sandbox.control("limits", ["limits": true])
            var ids: [String] = []
            for number in 0..<60 {
                ids += try await server.post(Alerts.entry("S\(number)", [Alerts.leg("SBIN-EQ", "BUY", 1)])).ids
            }
            #expect(ids.count == 60)
            try await eventually("all have come to their end", within: 90) {
                try await server.orders().allSatisfy { ["EXECUTED", "FAILED"].contains($0["status"]?.string ?? "") }
            }
            let orders = try await server.orders()
            #expect(orders.contains { $0["state"]?.string == "filled" })
            for order in orders where order["state"]?.string == "not_sent" {
                #expect(order["tag"]?.string == "RATE_LIMITED")
            }
            let refused = try await sandbox.account()["rate"]?["refused"]?.integer ?? 0
            #expect((1...40).contains(refused), "the broker had to refuse \(refused) calls")
            try await sandbox.control("limits", ["limits": false])
            #expect(try await server.differences() == [])
        }
    }
}
