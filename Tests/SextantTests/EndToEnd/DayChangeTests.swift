import Foundation
import JSONText
import Testing

/// a night passes at the broker and in the process, with the real binary between two mornings.
@Suite(.serialized) struct DayChangeTests {
    private static let day: TimeInterval = 86_400

    /// Ten o'clock in India, the day after the machine's own.
    private static func morning() -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 19_800) ?? .gmt
        return calendar.startOfDay(for: Date()).addingTimeInterval(day + 10 * 3600)
    }

    /// Brings the broker's clock and the server's to `time`; both go on from there.
    private func set(_ time: Date, in sandbox: Sandbox, _ clock: String) async throws {
        let format = DateFormatter()
        format.timeZone = TimeZone(secondsFromGMT: 19_800)
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "dd-MM-yyyy HH:mm:ss"
        try await sandbox.control("clock", ["set": .string(format.string(from: time))])
        var ahead = Int64(time.timeIntervalSinceNow * 1_000_000).littleEndian
        // In place: the server has the file mapped.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: clock))
        try file.write(contentsOf: Data(bytes: &ahead, count: MemoryLayout<Int64>.size))
        try file.close()
    }

    private func holdings(_ server: RunningServer) async throws -> [String: Int] {
        let answer = try await server.get("/v1/positions", bearer: Sandbox.key).json
        var found: [String: Int] = [:]
        for row in answer["positions"]?.elements ?? [] {
            found[row["strategy"]?.string ?? "?"] = row["quantity"]?.integer
        }
        return found
    }

    private func bought(_ server: RunningServer, _ alert: JSONValue) async throws {
        let id = try await server.post(alert).ids.first ?? ""
        try await server.shows(id, in: "filled")
    }

    @Test(arguments: [false, true])
    func `the day's orders and intraday positions end with it, what is carried stays, and a strategy may enter again`(
        isStopped: Bool
    ) async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let clock = sandbox.folder + "/clock"
        try Data(count: MemoryLayout<Int64>.size).write(to: URL(fileURLWithPath: clock))
        let morning = Self.morning()
        try await set(morning, in: sandbox, clock)
        let environment = ["SEXTANT_CLOCK_AHEAD": clock]
        let first = try await RunningServer.start(sandbox, environment: environment)
        defer { first.kill() }
        try await first.untilReady()

        let listed = try await sandbox.control("instruments", ["exchange": "NFO", "underlying": "NIFTY"])
        let futures = (listed.elements ?? []).filter { $0["optt"]?.string == "XX" }
        let future = try #require(futures.last)
        let lot = try #require(Int(future["ls"]?.scalarText ?? ""))
        let leg = Alerts.leg(try #require(future["tsym"]?.string), "BUY", lot)
        try await bought(first, Alerts.entry("INTRADAY"))
        try await bought(first, Alerts.entry("CARRY", exchange: "NFO", product: "M", [leg]))
        try await bought(first, Alerts.entry("DELIVERY", product: "C", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
        let resting = Alerts.entry("DAY", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")])
        let restingID = try await first.post(resting).ids.first ?? ""
        try await first.shows(restingID, in: "working")
        try await eventually("all is held") {
            try await holdings(first) == ["INTRADAY": 10, "CARRY": lot, "DELIVERY": 5]
        }

        if isStopped {
            first.askToEnd()
            try await eventually("it ends") { first.hasEnded }
        }
        try await set(morning.addingTimeInterval(Self.day), in: sandbox, clock)
        let second = isStopped ? try await RunningServer.start(sandbox, environment: environment) : first
        defer { second.kill() }
        try await eventually("the night is taken in") {
            try await holdings(second) == ["CARRY": lot, "DELIVERY": 5]
        }
        let expired = try await second.shows(restingID, in: "expired")
        #expect(expired["tag"]?.string != nil)
        try await second.untilReady()

        try await bought(second, Alerts.entry("INTRADAY"))
        #expect(try await sandbox.net("ACC-EQ") == 10)
        let exit = try await second.post(Alerts.exit("CARRY"))
        try await second.shows(exit.ids.first ?? "", in: "filled")
        try await eventually("what is carried is closed, and nothing else") {
            try await holdings(second) == ["INTRADAY": 10, "DELIVERY": 5]
        }
        #expect(try await sandbox.net(future["tsym"]?.string ?? "") == 0)
        #expect(try await second.selfCheck() == [])
    }
}
