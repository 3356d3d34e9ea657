@testable import Desk
import TestSupport
import Testing
import Trading

/// What the emergency file kept, taken in, makes the desk that kept it: whatever the store has of it already.
@Suite struct TakingInTests {
    @Test(arguments: 0..<4)
    func `a desk that takes in what was kept is the desk that went on in memory`(part: Int) {
        for seed in (part * 150)..<(part * 150 + 150) {
            var inputs = RandomInputs(seed: 90_000 + seed)
            var desk = Desk.sample()
            for _ in 0..<inputs.below(30) {
                _ = desk.step(inputs.next(for: desk), at: inputs.now, id: inputs.nextID())
                desk.committed()
            }
            var kept: [DeskChanges] = []
            // The store fails; some of what follows may be stored after all.
            let stored = inputs.below(8)
            var base = desk
            for number in 0..<inputs.below(20) {
                _ = desk.step(inputs.next(for: desk), at: inputs.now, id: inputs.nextID())
                kept.append(desk.changes())
                desk.committed()
                if number < stored { base = desk }
            }
            var restored = Self.loaded(base, at: inputs.now)
            let output = restored.step(.kept(kept), at: inputs.now, id: .sample(99_998, at: inputs.now))
            #expect(output.actions.isEmpty, "seed \(seed): what was kept has been done")
            let known = desk.orders.records.merging(restored.orders.records) { first, _ in first }
            for (id, record) in known.sorted(by: { $0.key < $1.key }) {
                #expect(restored.orders[id] == record, "seed \(seed)")
            }
            // A day that ended meanwhile ends once more after the next start; no person's word is taken meanwhile.
            let isAssigned = kept.contains { $0.events.contains { $0.fact.kind == .assigned } }
            if !isAssigned, kept.allSatisfy(\.ledger.isEmpty) {
                #expect(
                    restored.ledger.holdings.mapValues(\.quantity) == desk.ledger.holdings.mapValues(\.quantity),
                    "seed \(seed)"
                )
            }
            #expect(restored.riskDay == desk.riskDay, "seed \(seed)")
            let again = restored.changes()
            restored.committed()
            _ = restored.step(.kept(kept), at: inputs.now, id: .sample(99_999, at: inputs.now))
            #expect(
                restored.changes().events.isEmpty,
                "seed \(seed): twice is once, after \(again.events.count) events"
            )
        }
    }

    @Test func `a breach that only the emergency file has is a breach all the same`() {
        var driver = DeskDriver()
        driver.profit(100)
        let before = driver.desk
        driver.commits = false
        driver.profit(-5000)
        let kept = driver.desk.changes()
        #expect(kept.riskEvents.map(\.kind) == [.moved, .breached])
        var restored = Self.loaded(before, at: driver.now)
        _ = restored.step(.kept([kept]), at: driver.now, id: .sample(99_998, at: driver.now))
        #expect(restored.riskDay == driver.desk.riskDay)
        #expect(restored.changes().riskEvents == kept.riskEvents)
        restored.committed()
        _ = restored.step(.kept([kept]), at: driver.now, id: .sample(99_999, at: driver.now))
        #expect(restored.riskDay == driver.desk.riskDay)
    }

    /// As the store has it.
    private static func loaded(_ desk: Desk, at now: Timestamp) -> Desk {
        var snapshot = DeskSnapshot()
        snapshot.orders = Array(desk.orders.records.values)
        snapshot.holdings = desk.ledger.holdings.map { ($0.key, $0.value) }
        snapshot.groups = Array(desk.groups.groups.values).sorted { $0.id < $1.id }
        snapshot.halts = Array(desk.halts.values)
        snapshot.riskDay = desk.riskDay
        var restored = Desk(client: .sample, settings: .sample(), restoring: snapshot, at: now)
        for (number, fills) in desk.bookedFills { restored.bookedFills[number] = fills }
        return restored
    }
}
