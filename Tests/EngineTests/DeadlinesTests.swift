import Synchronization
import Testing
import Trading

@testable import Engine

@Suite struct DeadlinesTests {
    private let start = Timestamp(microseconds: 1_800_000_000_000_000)

    /// Waits that began before the first of `turns`, and which of them had ended after each, given that one more had.
    private func ends(of waits: [Duration], at turns: [Duration]) async -> [[Duration]] {
        let deadlines = Deadlines()
        let ended = Ended()
        deadlines.turn(at: start)
        return await withTaskGroup(of: Void.self) { group in
            for wait in waits {
                group.addImmediateTask {
                    await deadlines.wait(wait)
                    ended.waits.withLock { $0.append(wait) }
                }
            }
            var seen: [[Duration]] = []
            for turn in turns {
                deadlines.turn(at: start + turn)
                await group.next()
                seen.append(ended.waits.withLock { $0 })
            }
            return seen
        }
    }

    @Test func `a wait ends at the first turn after its time`() async {
        let seen = await ends(
            of: [.milliseconds(300), .milliseconds(100)],
            at: [.milliseconds(100), .milliseconds(310)]
        )
        #expect(seen == [[.milliseconds(100)], [.milliseconds(100), .milliseconds(300)]])
    }

    @Test func `a clock that is set forward makes no call late`() async {
        let seen = await ends(of: [.seconds(1), .milliseconds(400)], at: [.seconds(3600), .seconds(7200)])
        #expect(seen == [[.milliseconds(400)], [.milliseconds(400), .seconds(1)]])
    }

    @Test func `a wait ends when its task is cancelled`() async {
        let deadlines = Deadlines()
        await withTaskGroup(of: Void.self) { group in
            group.addImmediateTask { await deadlines.wait(.seconds(3600)) }
            group.cancelAll()
            group.addTask { await deadlines.wait(.seconds(3600)) }
        }
    }

    @Test func `once there are no more turns, whoever waits is late`() async {
        let deadlines = Deadlines()
        await withTaskGroup(of: Void.self) { group in
            group.addImmediateTask { await deadlines.wait(.seconds(3600)) }
            deadlines.end()
            group.addTask { await deadlines.wait(.seconds(3600)) }
        }
    }

    @Test func `a call that does not end in time is cancelled and given up`() async {
        let deadlines = Deadlines()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let value = await withDeadline(.milliseconds(100), deadlines) {
                    while !Task.isCancelled { await Task.yield() }
                    return 1
                }
                #expect(value == nil)
            }
            group.addTask { [start] in
                // The wait begins whenever its task does: turns go on until it is over.
                var now = start
                while !Task.isCancelled {
                    deadlines.turn(at: now)
                    now = now + .milliseconds(10)
                    await Task.yield()
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    @Test func `a call that ends is not waited for any longer`() async {
        #expect(await withDeadline(.seconds(3600), Deadlines()) { 7 } == 7)
    }
}

/// The waits that have ended, in their order.
private final class Ended: Sendable {
    let waits = Mutex<[Duration]>([])
}
