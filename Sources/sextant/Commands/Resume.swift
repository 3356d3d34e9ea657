import ArgumentParser
import JSONText

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lift a halt.",
        discussion: """
            Lifts the halt of exactly this scope: one of another scope holds until it is resumed as well.

            EXAMPLES
              sextant resume
              sextant resume --scope strategy --name BNF_MONTHLY_STRANGLE
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var halt: HaltOptions

    func run() async throws {
        let configuration = try options.configuration()
        let client = try halt.client(options, of: configuration)
        let server = try ServerConnection(configuration, client: client)
        let answer = try await options.ask(server, "/v1/resume", halt.body)
        guard !options.json else { return try show(answer.text) }
        try show("lifted the halt of \(halt.subject(client)): entries pass again unless a halt of another scope holds")
    }
}
