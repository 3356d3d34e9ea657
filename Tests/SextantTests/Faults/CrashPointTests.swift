import Engine
import Foundation
import JSONText
import NIOHTTP1
import Testing

/// A-33: killed at each named point between the six steps, a restart converges to the broker's truth: nothing lost,
/// nothing doubled.
@Suite(.serialized) struct CrashPointTests {
    /// What a test does with a server that is to die; what is refused or unanswered is a part of it.
    private struct Story {
        let sandbox: Sandbox
        let server: RunningServer
        var acknowledged: Set<String> = []

        mutating func post(_ alert: JSONValue) async {
            guard let answer = try? await server.post(alert), answer.status == 202 else { return }
            acknowledged.formUnion(answer.ids)
        }

        func ask(_ path: String, _ body: JSONValue? = nil) async {
            let headers = [("Authorization", "Bearer \(Sandbox.key)")]
            _ = try? await server.send(.POST, path, body?.utf8, headers: headers)
        }
    }

    @Test(arguments: CrashPoint.allCases)
    func `a restart after a crash at any point converges to the broker's truth`(point: CrashPoint) async throws {
        var settings = Sandbox.Settings()
        settings.placeTimeout = "1s"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let acknowledged = try await crash(at: point, in: sandbox)
        _ = try await sandbox.control("faults/clear")
        try? FileManager.default.removeItem(atPath: sandbox.folder + "/fault")
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        var found: [String] = []
        do {
            try await eventually("every row is as the broker's ledger") {
                let rows = try await server.allOrders()
                let open = rows.filter { ["received", "sending", "unconfirmed"].contains($0["state"]?.string ?? "") }
                found = RunningServer.differences(of: rows, from: try await sandbox.brokerOrders())
                found += open.map { "\($0["command_id"]?.string ?? "?") is \($0["state"]?.string ?? "?")" }
                found += acknowledged.subtracting(rows.compactMap { $0["command_id"]?.string }).map { "\($0) is lost" }
                return found.isEmpty
            }
        } catch {
            Issue.record("\(point.rawValue): \(found); \(server.log.suffix(3000))")
        }
        #expect(try await server.selfCheck() == [])
        // What it holds is what the broker holds, and it trades on.
        for strategy in ["S"] + (0..<20).map({ "S\($0)" }) {
            #expect(try await server.post(Alerts.exit(strategy, id: "end \(strategy)")).status == 202)
        }
        try await eventually("exits close it") { try await sandbox.net("ACC-EQ") == 0 }
    }

    /// Lives until it is killed at the point; returns what was acknowledged on the way.
    private func crash(at point: CrashPoint, in sandbox: Sandbox) async throws -> Set<String> {
        let needsPosition = Self.acting.contains(point)
        var acknowledged: Set<String> = []
        if needsPosition {
            // A position and a resting order from an undisturbed life.
            let server = try await RunningServer.start(sandbox, environment: Self.faulty(sandbox))
            defer { server.kill() }
            try await server.untilReady()
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10)]))
            try await server.shows(entry.ids.first ?? "", in: "filled")
            let rest = try await server.post(Alerts.entry("R", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")]))
            try await server.shows(rest.ids.first ?? "", in: "working")
            acknowledged = Set(entry.ids + rest.ids)
            if point == .takingIn || point == .takenIn {
                // A life whose store fails leaves something in the emergency file.
                try breakStore(sandbox)
                let exit = try await server.post(Alerts.exit("S"))
                #expect(exit.status == 202)
                try await eventually("the exit is at the broker") { try await sandbox.net("ACC-EQ") == 0 }
                acknowledged.formUnion(exit.ids)
                try FileManager.default.removeItem(atPath: sandbox.folder + "/fault")
            }
        }
        if point == .brokerHasIt { try await sandbox.fault("delay", ["delay_ms": 800]) }
        let times = [CrashPoint.rowsWritten: 4, .committed: 2, .answered: 2, .recorded: 2][point] ?? 1
        let wish = ["SEXTANT_CRASH_AT": "\(point.rawValue):\(times)"]
        let environment = Self.faulty(sandbox).merging(wish) { $1 }
        guard let server = try await RunningServer.startDoomed(sandbox, environment: environment) else {
            return acknowledged
        }
        defer { server.kill() }
        try await eventually("it is ready, or dead") {
            if server.hasEnded { return true }
            return (try? await server.get("/health/ready").status) == 200
        }
        var story = Story(sandbox: sandbox, server: server, acknowledged: acknowledged)
        if !server.hasEnded { await act(&story, point) }
        try await eventually("it dies at \(point.rawValue)") { server.hasEnded }
        return story.acknowledged
    }

    /// Points that only a life with a position or a resting order comes to.
    private static let acting: Set<CrashPoint> = [
        .registered, .cancelling, .cancelAnswered, .modifying, .modifyAnswered, .keeping, .kept, .takingIn, .takenIn,
    ]

    /// A server whose store fails while the file `fault` says so.
    private static func faulty(_ sandbox: Sandbox) -> [String: String] {
        ["SEXTANT_STORE_FAULT": sandbox.folder + "/fault"]
    }

    private func breakStore(_ sandbox: Sandbox) throws {
        try Data("error".utf8).write(to: URL(fileURLWithPath: sandbox.folder + "/fault"))
    }

    private func act(_ story: inout Story, _ point: CrashPoint) async {
        switch point {
        case .keeping, .kept:
            try? breakStore(story.sandbox)
            await story.post(Alerts.exit("S"))
        case .cancelling, .cancelAnswered:
            for id in story.acknowledged.sorted() { await story.ask("/v1/orders/\(id)/cancel") }
        case .modifying, .modifyAnswered:
            for id in story.acknowledged.sorted() {
                await story.ask("/v1/orders/\(id)/modify", ["price": "1701.00"])
            }
        case .registered:
            // The exit waits for the cancel of the entry that rests.
            await story.post(Alerts.adjust("S", [Alerts.leg("ACC-EQ", "BUY", 1, price: "1700.00")]))
            await story.post(Alerts.exit("S"))
        case .stopping: story.server.askToEnd()
        default:
            for number in 0..<20 where !story.server.hasEnded {
                await story.post(Alerts.entry("S\(number)", [Alerts.leg("ACC-EQ", "BUY", 1)]))
                if number > 0 { try? await Task.sleep(for: .milliseconds(100)) }
            }
        }
    }
}
