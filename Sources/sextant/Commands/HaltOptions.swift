import ArgumentParser
import JSONText

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

    /// What is halted, for people.
    func subject(_ client: Configuration.Client?) -> String {
        let account = client.map { "client \($0.id)" } ?? "the client"
        return switch scope {
        case .global: "all clients"
        case .client: account
        case .strategy: "strategy \(name ?? "") of \(account)"
        }
    }

    /// Whose halt it is: none for the global one, which only the admin may give.
    func client(_ options: CommonOptions, of configuration: Configuration) throws -> Configuration.Client? {
        scope == .global ? nil : try options.onlyClient(of: configuration)
    }
}
