import ArgumentParser

/// Writes `docs/configuration.md`: `make docs` runs it. Not a command for users, so help does not list it.
struct ConfigurationPageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration-page",
        abstract: "Print docs/configuration.md, made from the table that the parser uses.",
        discussion: """
            EXAMPLES
              sextant configuration-page
            """,
        shouldDisplay: false
    )

    func run() throws { try show(ConfigurationPage.text) }
}
