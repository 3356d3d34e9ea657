import Foundation
import Testing
import World

@Suite struct WorldTests {
    /// What a thousand worlds may miss; `make soak` must not.
    private static let rare: Set = [
        "cancelled to filled", "fact capped", "fact disputed", "crash beforeChanging", "crash changed",
        "crash beforeCancelling", "crash cancelled",
        "fault refusedChange", "fault lostChange", "evidence simulated",
    ]
    /// A thousand, or as many as the environment says; few of them miss much.
    private static let worlds = ProcessInfo.processInfo.environment["SEXTANT_WORLDS"].flatMap(UInt64.init) ?? 1000

    @Test
    func `whatever breaks, at rest all is as in the broker's own ledger, and the same seed leaves the same trace`()
        async
    {
        let report = await Worlds.run(seeds: 1...Self.worlds, twice: true) { expectSound($0) }
        #expect(report.worlds == Self.worlds)
        guard Self.worlds >= 1000 else { return }
        let missed = report.neverHappened.filter { !Self.rare.contains($0) }
        #expect(missed == [], "a world that never gets somewhere proves nothing about it")
        print(report.text)
    }

    @Test(arguments: Corpus.seeds.keys.sorted())
    func `a world that once broke a rule is sound`(seed: UInt64) { expectSound(Worlds.run(seed: seed)) }

    @Test func `two seeds are two worlds`() {
        #expect(Worlds.run(seed: 1).hash != Worlds.run(seed: 2).hash)
    }
}

private func expectSound(_ outcome: WorldOutcome) {
    #expect(
        outcome.violations.isEmpty,
        "\(outcome.violations.joined(separator: "; ")): sextant simulate-world --seeds \(outcome.seed) --trace"
    )
}
