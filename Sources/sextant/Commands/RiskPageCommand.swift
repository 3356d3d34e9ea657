import ArgumentParser

/// Writes `docs/risk.md`: `make docs` runs it. Not a command for users, so help does not list it.
struct RiskPageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk-page",
        abstract: "Print docs/risk.md, made from the limits that the desk knows.",
        discussion: """
            EXAMPLES
              sextant risk-page
            """,
        shouldDisplay: false
    )

    func run() throws { try show(RiskPage.text) }
}
