import Foundation
import JSONText
import Testing

/// Days of trading with faults; `make day` runs the whole one on a release build.
@Suite(.serialized) struct TradingDayTests {
    private func check(_ plan: TradingDay.Plan) async throws {
        let report = try await TradingDay.run(plan)
        let states = report.byState.sorted { $0.key < $1.key }.map { state, count in
            "\(state) \(count) in \(report.times[state]?.half ?? 0)/\(report.times[state]?.most ?? 0) ms"
        }
        .joined(separator: ", ")
        print(
            "a day: \(report.orders) orders (\(states)), \(report.placements) placements, trading \(report.trading), "
                + "settling \(report.settling), pace \(report.pace), \(report.rate.text), \(report.differences.count) differences"
        )
        #expect(report.orders >= plan.orders)
        #expect(report.differences.prefix(20) == [])
        #expect(report.rate["refused"]?.integer == 0)
    }

    @Test func `after four hundred orders with faults every row equals the broker's ledger`() async throws {
        try await check(
            TradingDay.Plan(strategies: 20, orders: 400, pollInterval: "300ms", limit: .seconds(180))
        )
    }

    /// How many seconds the whole day may take, where it is to be run.
    private static let patience = ProcessInfo.processInfo.environment["SEXTANT_DAY"].flatMap { Int($0) }

    @Test(.enabled(if: patience != nil))
    func `after twenty thousand orders with faults every row equals the broker's ledger`() async throws {
        try await check(TradingDay.Plan(orders: 20_000, limit: .seconds(Self.patience ?? 240)))
    }
}
