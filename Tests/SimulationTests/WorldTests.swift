import Testing
import World

@Suite struct WorldTests {
    @Test func `whatever breaks, at rest all is as in the broker's ledger`() async {
        let report = await Worlds.run(seeds: 1...500, twice: true) { outcome in
            #expect(outcome.violations == [], "replay: sextant simulate-world --seeds \(outcome.seed) --trace")
        }
        #expect(report.worlds == 500)
    }
}
