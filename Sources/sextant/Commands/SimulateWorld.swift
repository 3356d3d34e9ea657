import ArgumentParser
import Foundation
import World

struct SimulateWorld: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate-world",
        abstract: "Run the real engine in simulated worlds: lost answers, crashes, wrong books, in virtual time.",
        discussion: """
            Each seed is a world of its own; the same seed gives the same world. First everything breaks, then it heals,
            and at the end every order, fill and position must be as in the simulated broker's own ledger.
            Exits with 1 when a world breaks a rule, and prints the command that plays that world again.

            EXAMPLES
              sextant simulate-world --seeds 1..1000
              sextant simulate-world --seeds 42..42 --trace
              sextant simulate-world --seeds 1..100000 --all
            """
    )

    @Option(help: "The first and the last seed.") var seeds = SeedRange(1...100)
    @Flag(help: "Tell all that happens.") var trace = false
    @Flag(help: "Run each world twice, and compare.") var twice = false
    @Flag(help: "Fail unless everything that can happen happened at least once.") var all = false

    func run() async throws {
        let report = await Worlds.run(seeds: seeds.range, twice: twice, keepsLines: trace) { outcome in
            defer { fflush(nil) }
            for line in outcome.lines { print(line) }
            guard !outcome.violations.isEmpty else { return }
            print("seed \(outcome.seed): \(outcome.violations.joined(separator: "\n  "))")
            print("  sextant simulate-world --seeds \(outcome.seed)..\(outcome.seed) --trace")
        }
        print(report.text)
        if report.failures > 0 { throw ExitCode(1) }
        if all, !report.neverHappened.isEmpty {
            throw CommandFailure("never happened: \(report.neverHappened.joined(separator: ", "))")
        }
    }
}

/// `A..B`, both included.
struct SeedRange: ExpressibleByArgument, CustomStringConvertible {
    let range: ClosedRange<UInt64>

    init(_ range: ClosedRange<UInt64>) { self.range = range }

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: true).map { UInt64($0) }
        guard let first = parts.first ?? nil, let last = parts.last ?? nil, parts.count <= 2, first <= last else {
            return nil
        }
        range = first...last
    }

    var description: String { "\(range.lowerBound)..\(range.upperBound)" }
}
