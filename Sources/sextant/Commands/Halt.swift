import ArgumentParser
import Desk
import JSONText
import StoreSQLite
import Trading

struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop everything that adds risk; exits still pass. Only a person resumes.",
        discussion: """
            With no server running the halt is written to the store, and the next serve starts halted. With --reducing
            entries against what their strategy holds pass too, as far as they take it out.

            EXAMPLES
              sextant halt --reason "news"
              sextant halt --reducing --scope instrument --name NSE:ACC-EQ
              sextant halt --scope source --name WEBHOOK
              sextant halt --scope strategy --name BNF_MONTHLY_STRANGLE
              sextant halt --scope global
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var halt: HaltOptions
    @Flag(help: "Let pass whatever takes risk out, and nothing else.") var reducing = false

    func run() async throws {
        let configuration = try options.configuration()
        let client = try halt.client(options, of: configuration)
        let subject = halt.subject(client)
        if let server = try ServerConnection(ifRunning: configuration, client: client) {
            do {
                let answer = try await options.ask(server, "/v1/halt", body)
                return try show(
                    options.json
                        ? answer.text
                        : "halted \(subject): nothing that adds risk is sent any more; exits still pass\n\(undoing)"
                )
            } catch is ServerConnection.Unanswered {
                // If it lives after all it holds the store's lock, and the halt below says so instead of being lost.
            }
        }
        try await writeDurably(configuration, client)
        try show(
            options.json
                ? json(client).text
                : "halted \(subject): no server runs, and the next one starts halted; orders at the broker stay\n\(undoing)"
        )
    }

    private var undoing: String {
        "only `sextant resume\(halt.words)` lifts it, with a server running"
    }

    private var mode: Halt.Mode { reducing ? .reducing : .halt }

    private var body: JSONValue {
        .object((halt.body.members ?? []) + (reducing ? [JSONMember("mode", .string(mode.rawValue))] : []))
    }

    private var actor: String { halt.by.map { "\($0) (command line)" } ?? "command line" }
    private var reason: String { halt.reason ?? "no reason given" }

    /// Without a server the halt is written here, under the store's lock.
    private func writeDurably(_ configuration: Configuration, _ client: Configuration.Client?) async throws {
        let store = try store(configuration)
        defer { try? store.close() }
        guard let scope = halt.subject else { return }  // validated
        let value = Halt(scope: scope, mode: mode, by: actor, reason: reason, at: SystemClock().now())
        try await store.commit(
            (client.map { [$0] } ?? configuration.clients).map { client in
                var changes = DeskChanges(client: ClientID(client.id))
                changes.halts = [(scope, value)]
                changes.audit = [value.entry]
                return changes
            }
        )
    }

    private func store(_ configuration: Configuration) throws -> StoreSQLite {
        do {
            return try StoreSQLite.open(path: configuration.store.sqlite)
        } catch StoreError.heldByAnother {
            let advice = "try again, or end the serve process itself"
            throw CommandFailure("nothing is halted: a server holds the store and does not answer; \(advice)")
        }
    }

    /// What the server would have answered.
    private func json(_ client: Configuration.Client?) -> JSONValue {
        [
            "scope": .string(halt.scope.rawValue), "name": JSONValue(halt.name), "client": JSONValue(client?.id),
            "halted": true, "mode": .string(mode.rawValue), "reason": .string(reason), "by": .string(actor),
        ]
    }
}
