import Foundation
import JSONText
import Testing

/// A-42, first half: one writer, and one that waits for its end.
@Suite(.serialized) struct StandbyTests {
    enum End: CaseIterable { case killed, terminated }

    @Test(arguments: End.allCases)
    func `a standby registers nothing, logs in nowhere, and takes over when the first is gone`(end: End) async throws {
        try await Sandbox.trading { sandbox, first in
            let entry = try await first.post(Alerts.entry())
            try await first.shows(entry.ids.first ?? "", in: "filled")
            let second = try await RunningServer.start(sandbox)
            defer { second.kill() }
            let health = try await second.get("/health/ready", bearer: Sandbox.key)
            #expect(health.status == 503)
            #expect(health.json["clients"]?["FA00001"]?["reasons"]?.elements == ["STANDBY"])
            #expect(try await second.post(Alerts.entry("T")).status == 503)
            #expect(try await second.post(Alerts.exit()).status == 503)
            #expect(try address(in: sandbox) == first.url)
            #expect(try await sandbox.account()["logins"]?.integer == 1)
            // The first still trades, undisturbed.
            let between = try await first.post(Alerts.entry("B", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            try await first.shows(between.ids.first ?? "", in: "filled")
            let began = ContinuousClock.now
            switch end {
            case .killed: first.kill()
            case .terminated: #expect(try await first.terminate() == 0)
            }
            try await second.untilReady()
            print("taken over after \(ContinuousClock.now - began)")
            #expect(try address(in: sandbox) == second.url)
            // The day's session is the same one: it was remembered, not made anew.
            #expect(try await sandbox.account()["logins"]?.integer == 1)
            let exit = try await second.post(Alerts.exit())
            try await second.shows(exit.ids.first ?? "", in: "filled")
            #expect(try await sandbox.placements() == 3)
            try await second.untilEqual()
        }
    }

    /// Where commands find the server.
    private func address(in sandbox: Sandbox) throws -> String? {
        let run = try String(contentsOfFile: sandbox.folder + "/sextant.db.run", encoding: .utf8)
        return try JSONValue.parse(run)["url"]?.string
    }
}
