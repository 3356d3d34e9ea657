import JSONText
import Testing

/// A-39 on the real server: the market falls, and the account's loss of the day reaches the floor.
@Suite(.serialized) struct DayLossTests {
    private func price(_ price: String, _ sandbox: Sandbox) async throws {
        try await sandbox.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": .string(price)])
    }

    private func buyByHand(_ quantity: Int, _ sandbox: Sandbox) async throws {
        try await sandbox.control(
            "place",
            [
                "account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": .string(String(quantity)), "prd": "I",
                "trantype": "B",
            ]
        )
    }

    /// One strategy holds 10, another one's order rests; then the market falls.
    private func lose(_ sandbox: Sandbox, _ server: RunningServer) async throws -> (resting: String, entry: String) {
        try await price("1850.00", sandbox)
        let entry = try await server.post(Alerts.entry("S"))
        try await server.shows(entry.ids.first ?? "", in: "filled")
        let resting = try await server.post(Alerts.entry("T", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1750.00")]))
        try await server.shows(resting.ids.first ?? "", in: "working")
        try await price("1790.00", sandbox)
        return (resting.ids.first ?? "", entry.ids.first ?? "")
    }

    private func expectBlocked(_ strategy: String, _ server: RunningServer) async throws {
        let late = try await server.post(Alerts.entry(strategy))
        let order = try await server.shows(late.ids.first ?? "", in: "blocked")
        #expect(order["tag"]?.string == "RISK_LIMITS_EXCEEDED")
        #expect(order["reason_code"]?.string == "day_loss")
        #expect(order["limit"]?.string == "-500.00")
    }

    @Test func `what adds risk is cancelled, what is held is closed, and a restart changes nothing`() async throws {
        var settings = Sandbox.Settings()
        settings.maxLoss = "500"
        try await Sandbox.trading(settings) { sandbox, server in
            let orders = try await lose(sandbox, server)
            try await server.shows(orders.resting, in: "cancelled")
            try await eventually("all is closed at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            try await eventually("it is told of") { server.told("DAY_LOSS") == 1 }
            try await expectBlocked("U", server)
            // The market comes back, and the server does; the day is over all the same.
            try await price("1900.00", sandbox)
            #expect(try await server.selfCheck() == [])
            server.kill()
            let second = try await RunningServer.start(sandbox)
            defer { second.kill() }
            try await second.untilReady()
            try await expectBlocked("V", second)
            #expect(second.told("DAY_LOSS") == 0)
            // What is bought in the broker's app now is somebody else's, and stays.
            try await buyByHand(3, sandbox)
            try await eventually("it is adopted") {
                try await second.get("/v1/positions", bearer: Sandbox.key).json["positions"]?.elements?
                    .contains { $0["strategy"]?.string == "external" && $0["quantity"]?.integer == 3 } ?? false
            }
            #expect(try await sandbox.net("ACC-EQ") == 3)
            #expect(try await second.selfCheck() == [])
        }
    }

    @Test func `where foreign positions are to be closed too, later ones are`() async throws {
        var settings = Sandbox.Settings()
        settings.maxLoss = "500"
        settings.risk = ", foreign: flatten"
        try await Sandbox.trading(settings) { sandbox, server in
            _ = try await lose(sandbox, server)
            try await eventually("all is closed at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            try await buyByHand(3, sandbox)
            try await eventually("what was bought by hand is closed") {
                let sold = try await sandbox.brokerOrders().count { $0["trantype"]?.string == "S" }
                return try await sandbox.net("ACC-EQ") == 0 && sold == 2
            }
            #expect(try await server.selfCheck() == [])
        }
    }

    @Test func `blocking alone leaves positions where they are`() async throws {
        var settings = Sandbox.Settings()
        settings.maxLoss = "500"
        settings.risk = ", on_breach: block"
        try await Sandbox.trading(settings) { sandbox, server in
            let orders = try await lose(sandbox, server)
            try await server.shows(orders.resting, in: "cancelled")
            try await expectBlocked("U", server)
            #expect(try await sandbox.net("ACC-EQ") == 10)
            let exit = try await server.post(Alerts.exit("S"))
            try await server.shows(exit.ids.first ?? "", in: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }
}
