import Foundation
import JSONText
import NIOHTTP1
import Testing

/// One order's life in both generations of the wire: QuickAuth with `jKey`, and OAuth with a bearer token and `t:"a"`.
@Suite(.serialized) struct GenerationTests {
    @Test(arguments: [false, true])
    func `entry, stop, cancel and exit with limits live the same life in both generations`(isCurrent: Bool) async throws
    {
        var settings = Sandbox.Settings()
        settings.oauth = isCurrent
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        // The newer acknowledgement alone: the older one is there for old Python packages only.
        try await sandbox.control("habit", ["also_ck": false])
        if isCurrent { try await sandbox.control("profile", ["profile": "2026"]) }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        if isCurrent {
            let words = ["login", "FA00001", "--code", LoginTests.code, "--config", sandbox.configurationPath]
            let login = try ChildProcess(words, in: sandbox.folder)
            #expect(try await login.ended() == 0, "\(login.errors)")
        }
        try await server.untilReady()
        try await sandbox.pushIsUp()

        // It rests at first: a fill can be heard of before the broker's answer.
        let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1800.00")]))
        let entryID = entry.ids.first ?? ""
        try await eventually("the exchange has it") { Self.steps(try await server.shown(entryID)).contains(5) }
        try await sandbox.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1799.00"])
        let bought = try await server.shows(entryID, in: "filled")
        #expect(bought["status"]?.string == "EXECUTED")
        #expect(Self.steps(bought) == Set(1...6))

        let bearer = [("Authorization", "Bearer \(Sandbox.key)")]
        let resting = try await server.post(Alerts.entry("R", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "780.00")]))
        let restingID = resting.ids.first ?? ""
        try await server.shows(restingID, in: "working")
        _ = try await server.send(.POST, "/v1/orders/\(restingID)/cancel", [], headers: bearer)
        #expect(try await server.shows(restingID, in: "cancelled")["reason_code"]?.string == "on_request")

        let stop = try await server.post(Alerts.entry("T", [Self.stop]))
        let stopID = stop.ids.first ?? ""
        try await server.shows(stopID, in: "working")
        let row = try await sandbox.brokerOrders().last
        #expect(row?["status"]?.string == "TRIGGER_PENDING")
        try await sandbox.control("price", ["exch": "NSE", "tsym": "RELIANCE-EQ", "price": "1411.00"])
        try await server.shows(stopID, in: "filled")

        let refused = try await server.post(Alerts.entry("U", [Alerts.leg("M&M-EQ", "BUY", 1, price: "9000.00")]))
        let rejected = try await server.shows(refused.ids.first ?? "", in: "rejected")
        #expect(rejected["reason"]?.string?.hasPrefix("RED:RULE:{Check circuit limit") == true)

        for (strategy, leg) in [
            ("S", Alerts.leg("ACC-EQ", "SELL", 10, price: "1750.00")),
            ("T", Alerts.leg("RELIANCE-EQ", "SELL", 2, price: "1350.00")),
        ] {
            let exit = try await server.post(Alerts.exit(strategy, [leg]))
            try await server.shows(exit.ids.first ?? "", in: "filled")
        }
        #expect(try await sandbox.net("ACC-EQ") == 0)
        #expect(try await sandbox.net("RELIANCE-EQ") == 0)
        #expect(try await sandbox.brokerOrders().allSatisfy { $0["prctyp"]?.string?.contains("LMT") == true })
        #expect(try await server.differences() == [])
    }

    private static func steps(_ order: JSONValue) -> Set<Int> {
        Set((order["timeline"]?.elements ?? []).compactMap { $0["step"]?.integer })
    }

    private static let stop: JSONValue = [
        "tradingsymbol": "RELIANCE-EQ", "direction": "BUY", "qty": 2, "order_type": "SL-LMT", "price": "1415.00",
        "trigger_price": "1410.00",
    ]
}
