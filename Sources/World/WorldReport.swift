import Dispatch
import Synchronization
import Trading

/// Many worlds in figures.
public struct WorldReport: Sendable {
    public private(set) var worlds = 0
    public private(set) var failures = 0
    public private(set) var firstFailures: [UInt64] = []
    private var commands = 0
    private var orders = 0
    private var crashes = 0
    private var seconds = 0
    private var steps = 0
    private var slowestRest = 0
    private var coverage = Coverage()
    public internal(set) var elapsed: Duration = .zero

    mutating func add(_ outcome: WorldOutcome) {
        worlds += 1
        if !outcome.violations.isEmpty {
            failures += 1
            if firstFailures.count < 20 { firstFailures.append(outcome.seed) }
        }
        commands += outcome.commands
        orders += outcome.orders
        crashes += outcome.crashes
        seconds += outcome.seconds
        steps += outcome.steps
        slowestRest = max(slowestRest, outcome.slowestRest)
        coverage.add(outcome.coverage)
    }

    /// What these worlds could have come to, and never did.
    public var neverHappened: [String] { coverage.neverHappened }

    public var text: String {
        let rate = Double(worlds) / max(0.001, Double(elapsed.milliseconds) / 1000)
        return """
            \(worlds) worlds, \(failures) failed; \(commands) commands, \(orders) orders at the broker, \(crashes) crashes
            \(seconds) virtual seconds, \(steps) steps in \(elapsed.inSeconds): \(Int(rate)) worlds/s
            at rest \(slowestRest) s after the last fault at the latest
            never happened: \(neverHappened.isEmpty ? "nothing" : neverHappened.joined(separator: ", "))
            """
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { microseconds / 1000 }
}

extension Worlds {
    /// Runs worlds on all cores. `tell` hears of each, one at a time, in no order.
    public static func run(
        seeds: ClosedRange<UInt64>,
        twice: Bool = false,
        keepsLines: Bool = false,
        tell: @escaping @Sendable (WorldOutcome) -> Void = { _ in }
    ) async -> WorldReport {
        let report = Mutex(WorldReport())
        let began = ContinuousClock.now
        let (first, count) = (seeds.lowerBound, Int(seeds.upperBound - seeds.lowerBound) + 1)
        // Each world has a thread to itself until it ends.
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                DispatchQueue.concurrentPerform(iterations: count) { index in
                    let seed = first + UInt64(index)
                    var outcome = run(seed: seed, keepsLines: keepsLines)
                    if twice {
                        let again = run(seed: seed)
                        if again.hash != outcome.hash { outcome.violations.append("another trace the second time") }
                    }
                    report.withLock { report in
                        report.add(outcome)
                        tell(outcome)
                    }
                }
                done.resume()
            }
        }
        var total = report.withLock { $0 }
        total.elapsed = ContinuousClock.now - began
        return total
    }
}
