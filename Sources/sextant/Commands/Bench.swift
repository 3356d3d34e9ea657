import ArgumentParser

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this machine: each figure beside the limit it is judged by, measured in the same run.",
        discussion: """
            Run it from a release build: `make bench`. Figures of one run belong together; machines are noisy.
            Sections: disk, engine, wire, desk, webhook, memory, restart, masters.

            EXAMPLES
              sextant bench
              sextant bench --only engine,webhook
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(help: "Only these sections, separated by commas.") var only: String?
    @Option(help: "How many orders to take through their life.") var orders = 20_000

    func validate() throws {
        guard (100...1_000_000).contains(orders) else { throw ValidationError("--orders must be 100 to 1000000") }
        _ = try sections()
    }

    func run() async throws {
        let bench = try Workbench(orders: orders)
        defer { bench.remove() }
        for section in try sections() { try await section.run(on: bench) }
    }

    private func sections() throws -> [BenchSection] {
        guard let only else { return BenchSection.allCases }
        return try only.split(separator: ",").map { name in
            guard let section = BenchSection(rawValue: String(name)) else {
                throw ValidationError("--only: there is no section \(name)")
            }
            return section
        }
    }
}
