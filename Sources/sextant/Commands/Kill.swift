import ArgumentParser
import JSONText

struct Kill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Halt, cancel all that is open, and close all that is held.",
        discussion: """
            What fills late is closed too, until `sextant resume` of the same scope. What was traded elsewhere (`external`)
            is left alone. Exits with 1 when something was left; it goes on being closed.

            EXAMPLES
              sextant kill --reason "gone wild"
              sextant kill --scope strategy --name BNF_MONTHLY_STRANGLE
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var halt: HaltOptions

    func validate() throws {
        if halt.scope == .source { throw ValidationError("a source holds nothing: halt it, and kill what it traded") }
    }

    func run() async throws {
        let configuration = try options.configuration()
        let client = try halt.client(options, of: configuration)
        let server = try ServerConnection(configuration, client: client)
        let answer = try await options.ask(server, "/v1/kill", halt.body)
        let clients = answer["clients"]?.elements ?? []
        let left = clients.flatMap { ($0["left"]?.elements ?? []) + ($0["open_orders"]?.elements ?? []) }
        if options.json {
            try show(answer.text)
        } else {
            try show("halted \(halt.subject(client)): nothing that adds risk is sent any more")
            for client in clients { try show(line(client)) }
            for position in clients.flatMap({ $0["left"]?.elements ?? [] }) { try show("left: \(held(position))") }
            try show("`sextant resume\(halt.words)` lifts it")
        }
        if !left.isEmpty { throw ExitCode(1) }
    }

    private func line(_ client: JSONValue) -> String {
        func text(_ name: String) -> String { client[name]?.scalarText ?? "" }
        func count(_ name: String) -> Int { client[name]?.elements?.count ?? 0 }
        return "\(text("client")): \(count("cancelled")) orders asked to end, \(count("exits")) exits, "
            + "\(text("sent")) sent, \(text("acknowledged")) acknowledged, \(count("open_orders")) orders open, "
            + "\(count("left")) positions left"
    }

    private func held(_ position: JSONValue) -> String {
        func text(_ name: String) -> String { position[name]?.scalarText ?? "" }
        return "\(text("strategy")) holds \(text("quantity")) \(text("exchange")):\(text("symbol")) \(text("product"))"
    }
}
