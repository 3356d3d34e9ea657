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

    @Test func `however often books are asked for, and whatever floods the rest, one can be read every few seconds`() {
        var budget = CallBudget(CallLimits(), startingAt: start - .seconds(64))
        var now = start
        var last = now
        var longest = Duration.zero
        while now - start < .seconds(300) {
            now = now + .milliseconds(50)
            if budget.allows(.books, isOrder: false, at: now) {
                budget.note(.books, isOrder: false, at: now)
                longest = max(longest, now - last)
                last = now
            }
            if budget.allows(.shared, isOrder: true, at: now) { budget.note(.shared, isOrder: true, at: now) }
        }
        #expect(longest <= .seconds(4))
    }

    @Test func `a broker that refuses because of its own limit is left alone, longer each time within a minute`() {
        var budget = CallBudget(CallLimits(), startingAt: start - .seconds(64))
        var now = start
        var pauses: [CallBudget.Use: [Duration]] = [:]
        for _ in 0..<6 {
            budget.backOff(at: now)
            budget.backOff(at: now + .milliseconds(500))  // a call that was under way
            for use in [CallBudget.Use.urgent, .shared, .books] {
                var pause = Duration.zero
                while !budget.allows(use, isOrder: use != .books, at: now + pause) { pause += .milliseconds(250) }
                pauses[use, default: []].append(pause)
            }
            now = now + .seconds(20)
        }
        let longer: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(15)]
        #expect(pauses == [.urgent: Array(repeating: .seconds(1), count: 6), .shared: longer, .books: longer])
        now = now + .seconds(60)
        budget.backOff(at: now)
        let isFree = budget.allows(.shared, isOrder: true, at: now + .seconds(1))
        #expect(isFree)
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
