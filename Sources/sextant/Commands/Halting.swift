import ArgumentParser
import Desk
import JSONText
import StoreSQLite
import Trading

/// What `halt` and `resume` share.
struct HaltOptions: ParsableArguments {
    enum Scope: String, ExpressibleByArgument, CaseIterable {
        case global, client, strategy
    }

    @Option(help: "global (needs server.admin_key), client, or strategy.") var scope = Scope.client
    @Option(help: "The strategy's name.") var name: String?
    @Option(help: "Why; kept with the halt.") var reason: String?

    func validate() throws {
        if scope == .strategy, name == nil { throw ValidationError("--scope strategy needs --name") }
    }

    var body: JSONValue {
        var members = [JSONMember("scope", .string(scope.rawValue))]
        if let name { members.append(JSONMember("name", .string(name))) }
        if let reason { members.append(JSONMember("reason", .string(reason))) }
        return .object(members)
    }

    var what: String {
        switch scope {
        case .global: "all trading"
        case .client: "the client"
        case .strategy: "strategy \(name ?? "")"
        }
    }
}

struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt",
        abstract: "Stop everything that adds risk; exits still pass. Only a person resumes.",
        discussion: """
            With no server running the halt is written to the store, and the next serve starts halted.

            EXAMPLES
              sextant halt --reason "news"
              sextant halt --scope strategy --name BNF_MONTHLY_STRANGLE
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var halt: HaltOptions

    func run() async throws {
        let configuration = try options.configuration()
        let client = options.only(of: configuration, for: halt.scope)
        if let server = try ServerConnection(ifRunning: configuration, client: client) {
            do {
                let answer = try await server.post("/v1/halt", halt.body)
                return announce(options.json ? answer.text : "halted \(halt.what)")
            } catch is ServerConnection.Unanswered {
                // If it lives after all it holds the store's lock, and the halt below says so instead of being lost.
            }
        }
        try await writeDurably(configuration)
        announce(options.json ? halt.body.text : "halted \(halt.what); no server runs, the next one starts halted")
    }

    /// Without a server the halt is written here, under the store's lock.
    private func writeDurably(_ configuration: Configuration) async throws {
        let store = try StoreSQLite.open(path: configuration.store.sqlite)
        defer { try? store.close() }
        let scope: Halt.Scope =
            switch halt.scope {
            case .global: .global
            case .client: .client
            case .strategy: .strategy(StrategyName(halt.name ?? ""))
            }
        let reason = halt.reason ?? "no reason given"
        let value = Halt(scope: scope, by: "command line", reason: reason, at: SystemClock().now())
        let clients = halt.scope == .global ? configuration.clients : options.clients(of: configuration)
        if halt.scope != .global, clients.count != 1 {
            throw CommandFailure("there are several clients: say which with --client")
        }
        try await store.commit(
            clients.map { client in
                var changes = DeskChanges(client: ClientID(client.id))
                changes.halts = [(scope, value)]
                return changes
            }
        )
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lift a halt.",
        discussion: """
            EXAMPLES
              sextant resume
              sextant resume --scope strategy --name BNF_MONTHLY_STRANGLE
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var halt: HaltOptions

    func run() async throws {
        let configuration = try options.configuration()
        let server = try ServerConnection(configuration, client: options.only(of: configuration, for: halt.scope))
        let answer = try await server.post("/v1/resume", halt.body)
        announce(options.json ? answer.text : "resumed \(halt.what)")
    }
}

extension CommonOptions {
    /// The client whose key a command uses: none for what only the admin may.
    fileprivate func only(of configuration: Configuration, for scope: HaltOptions.Scope) -> Configuration.Client? {
        guard scope != .global else { return nil }
        let clients = clients(of: configuration)
        return clients.count == 1 ? clients.first : nil
    }

    /// The running server, with the key of the client named by `--client`, or the admin's.
    func server() throws -> ServerConnection {
        let configuration = try configuration()
        return try ServerConnection(configuration, client: client == nil ? nil : clients(of: configuration).first)
    }
}
