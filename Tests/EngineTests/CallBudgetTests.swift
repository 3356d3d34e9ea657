import Testing
import Trading

@testable import Engine

@Suite struct CallBudgetTests {
    let start = Timestamp(microseconds: 1_800_000_000_000_000)

    /// Takes every call that is allowed, at random moments over five minutes.
    func calls(_ limits: CallLimits, seed: UInt64) -> [(at: Timestamp, use: CallBudget.Use)] {
        var random = SplitMix(state: seed)
        var budget = CallBudget(limits, startingAt: start)
        var now = start
        var taken: [(Timestamp, CallBudget.Use)] = []
        while now - start < .seconds(300) {
            now = now + .milliseconds(Int.random(in: 1...60, using: &random))
            let use = CallBudget.Use.allCases.randomElement(using: &random) ?? .shared
            if budget.allows(use, isOrder: use != .books, at: now) {
                budget.note(use, isOrder: use != .books, at: now)
                taken.append((now, use))
            }
        }
        return taken
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `no sliding second or minute holds more calls than allowed`(seed: UInt64) {
        let limits = CallLimits()
        let times = calls(limits, seed: seed).map(\.at)
        #expect(!times.isEmpty)
        for (length, most) in [(Duration.seconds(1), 10), (.seconds(60), 120)] {
            for (index, time) in times.enumerated() where index >= most {
                #expect(time - times[index - most] >= length)
            }
        }
    }

    @Test func `a flood of entries leaves cancels, exits and books their part of the minute`() {
        var budget = CallBudget(CallLimits(), startingAt: start - .seconds(64))
        var now = start
        var entries = 0
        for _ in 0..<500 {
            now = now + .milliseconds(100)
            if budget.allows(.shared, isOrder: true, at: now) {
                budget.note(.shared, isOrder: true, at: now)
                entries += 1
            }
        }
        #expect(entries == 80)
        now = now + .seconds(2)
        let urgent = budget.allows(.urgent, isOrder: true, at: now)
        let books = budget.allows(.books, isOrder: false, at: now)
        let shared = budget.hasSharedLeft(at: now)
        #expect(urgent && books && !shared)
    }

    @Test func `after a start half the minute counts as used`() {
        var budget = CallBudget(CallLimits(), startingAt: start)
        var now = start
        var entries = 0
        for _ in 0..<100 {
            now = now + .milliseconds(110)
            guard budget.allows(.shared, isOrder: true, at: now) else { continue }
            budget.note(.shared, isOrder: true, at: now)
            entries += 1
        }
        #expect(entries == 20)
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
