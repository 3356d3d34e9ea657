import JSONText
import Testing

@testable import NorenSimulator

@Suite struct SeedTests {
    /// A session of every kind of call, and all that was answered.
    private func story(seed: UInt64) throws -> [String] {
        var settings = SimulatorSettings()
        settings.seed = seed
        settings.limits = false
        var exchange = Exchange(settings: settings, now: noon)
        var answers: [String] = []
        for step in 0..<40 {
            let now = noon + Int64(step) * 250_000
            exchange.tick(at: now)
            let side = step % 3 == 0 ? "S" : "B"
            let placed = try exchange.request(
                "PlaceOrder",
                .order(["trantype": .string(side), "prctyp": "MKT", "prc": "0", "qty": .string(String(step * 200 + 1))]
                ),
                at: now
            )
            answers.append(placed.text)
            for (name, fields) in [
                ("GetQuotes", ShapeTests.share), ("OrderBook", ShapeTests.user), ("PositionBook", ShapeTests.user),
                ("Limits", ShapeTests.user), ("TPSeries", ShapeTests.share),
            ] { answers.append(try exchange.request(name, fields, at: now).text) }
        }
        return answers + exchange.takeEvents().map { exchange.row(of: exchange.orders[$0.order], $0.report).push.text }
    }

    @Test func `the same seed and the same calls give the same answers`() throws {
        #expect(try story(seed: 7) == story(seed: 7))
        #expect(try story(seed: 7) != story(seed: 8))
    }
}
