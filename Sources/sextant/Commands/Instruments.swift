import ArgumentParser

struct Instruments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep the broker's lists of everything that trades.",
        discussion: """
            EXAMPLES
              sextant instruments sync                every exchange's master, or nothing changes
            """,
        subcommands: [InstrumentsSync.self]
    )
}
