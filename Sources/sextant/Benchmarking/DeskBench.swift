import Foundation

/// The desk alone: steps a second, and what one step costs in instructions as open orders grow.
struct DeskBench {
    let bench: Workbench

    private static let few = 100
    private static let many = 100_000
    private static let countedSteps = 3000
    private static let rows = 10_000
    private static let changed = 100
    private static let kernelCommand = "--desk-kernel"

    func run() async throws {
        reconcile()
        let few = stepsPerSecond(open: Self.few)
        let many = stepsPerSecond(open: Self.many)
        bench.report(
            .desk,
            "\(Self.few) open orders",
            "\(few.grouped) steps/s",
            Limit("at least 250,000", met: few >= 250_000)
        )
        let time = "time a step \((Double(few) / Double(many)).rounded(to: 2)) × (\(many.grouped) steps/s)"
        guard let fewer = try instructions(open: Self.few), let more = try instructions(open: Self.many) else {
            bench.report(
                .desk,
                "\(Self.many.grouped) open orders",
                "\(time); instructions not counted: no valgrind here"
            )
            return
        }
        let ratio = (Double(more) / Double(fewer)).rounded(to: 3)
        bench.report(
            .desk,
            "\(Self.many.grouped) open orders",
            "\(more.grouped) instructions a step, \(ratio) × those at \(Self.few) (\(fewer.grouped)); \(time)",
            Limit("at most 1.3 ×", met: ratio <= 1.3)
        )
    }

    /// Reads of a large order book, each with some rows that changed: how long the desk takes over one. The middle one of
    /// many; where the orders rest and where most of them ended long ago, whichever takes longer.
    private func reconcile() {
        var worst: Duration = .zero
        for ended in [0, Self.rows * 9 / 10] {
            var book = BookKernel(rows: Self.rows, ended: ended)
            let times = (0..<9).map { _ in book.reconcile(changing: Self.changed) }.sorted()
            worst = max(worst, times.quantile(0.5))
        }
        bench.report(
            .desk,
            "book of \(Self.rows.grouped), \(Self.changed) changed",
            "\(worst.milliseconds) to reconcile",
            Limit("under 20 ms", met: worst < .milliseconds(20))
        )
    }

    /// The best of three: what other programs take of the machine is no cost of ours.
    private func stepsPerSecond(open: Int) -> Int {
        let steps = 150_000
        let best =
            (0..<3)
            .map { seed in
                var kernel = DeskKernel(open: open, seed: UInt64(seed + 1))
                kernel.warmUp()
                return ContinuousClock().measure { kernel.executeMeasured(steps: steps) }
            }
            .min() ?? .zero
        return Int(Double(steps) / best.inSeconds)
    }

    /// Runs what valgrind counts, if that is what this process was started for. On the first thread and before anything
    /// else: valgrind does not survive its change to another one.
    static func runsKernel(_ arguments: [String]) -> Bool {
        guard arguments.dropFirst().first == kernelCommand, let open = arguments.last.flatMap({ Int($0) }) else {
            return false
        }
        var kernel = DeskKernel(open: open)
        kernel.warmUp()
        kernel.executeMeasured(steps: countedSteps)
        return true
    }

    /// Instructions of one step, counted by callgrind; nil where it or `strip` is missing.
    private func instructions(open: Int) throws -> Int? {
        // Valgrind stumbles over the debug information of newer compilers.
        let binary = bench.folder + "/sextant-stripped"
        if !FileManager.default.fileExists(atPath: binary) {
            let strip = try ChildProcess.output(of: "strip", "-g", "-o", binary, "/proc/self/exe")
            guard strip?.status == 0 else { return nil }
        }
        let counted = try ChildProcess.output(
            of: "valgrind",
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*executeMeasured*",
            binary,
            Self.kernelCommand,
            String(open),
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"]
        )
        guard let counted, counted.status == 0,
            let line = counted.text.split(separator: "\n").first(where: { $0.contains("Collected : ") }),
            let word = line.split(separator: " ").last, let total = Int(word)
        else { return nil }
        return total / Self.countedSteps
    }
}

extension Double {
    fileprivate func rounded(to places: Int) -> Double {
        let factor = places == 2 ? 100.0 : 1000.0
        return (self * factor).rounded() / factor
    }
}
