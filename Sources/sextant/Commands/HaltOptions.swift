import ArgumentParser
import Desk
import JSONText

/// What `halt` and `resume` share.
struct HaltOptions: ParsableArguments {
    enum Scope: String, ExpressibleByArgument, CaseIterable {
        case global, client, strategy, instrument, source
    }

    @Option(help: "global (needs server.admin_key), client, strategy, instrument, or source.") var scope = Scope.client
    @Option(help: "The strategy's name, the instrument (NSE:ACC-EQ), or the source (WEBHOOK).") var name: String?
    @Option(help: "Why; kept with the halt.") var reason: String?
    @Option(help: "Who says so; kept beside whose key it was.") var by: String?

    func validate() throws {
        guard subject == nil else { return }
        guard let name else { throw ValidationError("--scope \(scope.rawValue) needs --name") }
        throw ValidationError("--name \(name.shellWord) is no \(scope.rawValue)")
    }

    var body: JSONValue {
        var members = [JSONMember("scope", .string(scope.rawValue))]
        if let name { members.append(JSONMember("name", .string(name))) }
        if let reason { members.append(JSONMember("reason", .string(reason))) }
        if let by { members.append(JSONMember("by", .string(by))) }
        return .object(members)
    }

    /// What is to be halted; nil where the name does not say it.
    var subject: Halt.Scope? { Halt.Scope.Word(rawValue: scope.rawValue).flatMap { Halt.Scope($0, name: name) } }

    /// The same on a command line.
    var words: String {
        let scope = scope == .client ? "" : " --scope \(scope.rawValue)"
        return scope + (name.map { " --name \($0.shellWord)" } ?? "")
    }

    /// What is halted, for people.
    func subject(_ client: Configuration.Client?) -> String {
        let account = client.map { "client \($0.id)" } ?? "the client"
        return switch scope {
        case .global: "all clients"
        case .client: account
        case .strategy, .instrument, .source: "\(scope.rawValue) \(name ?? "") of \(account)"
        }
    }

    /// Whose halt it is: none for the global one, which only the admin may give.
    func client(_ options: CommonOptions, of configuration: Configuration) throws -> Configuration.Client? {
        scope == .global ? nil : try options.onlyClient(of: configuration)
    }
}
