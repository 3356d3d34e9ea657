import Foundation
import JSONText
import Testing

/// The broker's limits under a flood; `make limits` runs it for three minutes.
@Suite(.serialized) struct LimitsRunTests {
    ///
    private func check(_ plan: LimitsRun.Plan, patience: Double) async throws {
        let report = try await LimitsRun.run(plan)
        func seconds(_ times: [Double]) -> String {
            times.isEmpty
                ? "none"
                : String(format: "%d, half %.2f s, last %.2f s", times.count, times[times.count / 2], times.last ?? 0)
        }
        let entries = report.entries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print(
            "limits over \(plan.duration): entries (\(entries)), exits (\(seconds(report.exits))), cancels "
                + "(\(seconds(report.cancels))), \(report.rate.text), calls \(report.calls.text)"
        )
        #expect(report.rate["refused"]?.integer == 0)
        #expect(report.rate["busiest_second"]?.integer ?? .max <= 10)
        #expect(report.rate["busiest_minute"]?.integer ?? .max <= 120)
        #expect(!report.exits.isEmpty)
        #expect(report.exits.allSatisfy { $0 < patience })
        #expect(report.cancels.allSatisfy { $0 < patience })
        #expect(report.differences == [])
    }

    @Test func `under a flood of entries exits get through, and no window holds a call too many`() async throws {
        try await check(
            LimitsRun.Plan(
                duration: .seconds(8),
                entryWait: "2s",
                exitEvery: .seconds(2),
                cancelEvery: .seconds(3)
            ),
            patience: 30
        )
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["SEXTANT_LIMITS"] != nil))
    func `for three minutes exits go out within five seconds, and no window holds a call too many`() async throws {
        try await check(LimitsRun.Plan(duration: .seconds(180)), patience: 5)
    }
}
