import Desk
import Hummingbird
import JSONText
import Trading

/// The body of `POST /v1/halt`, `/v1/resume` and `/v1/kill`, with the right to give it.
struct HaltOrder {
    let scope: Halt.Scope
    /// Only a halt's: what it lets pass.
    let mode: Halt.Mode?
    let client: ClientID?
    let by: String
    let reason: String
    private let words: (scope: String, name: String?)

    init(_ request: Request, _ caller: Caller, kills: Bool = false) async throws {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let known = Halt.Scope.Word.allCases.filter { !kills || $0 != .source }
        let names = known.map(\.rawValue)
        let expected = names.dropLast().joined(separator: ", ") + " or \(names.last ?? "")"
        let word = fields.required("scope", expected) { text in known.first { $0.rawValue == text } }
        let name = fields.name("name")
        let mode = fields.optional("mode", "halt or reducing") { text in
            Halt.Mode(rawValue: text).flatMap { $0 == .kill ? nil : $0 }
        }
        let short = "text of at most 500 characters"
        let reason = fields.optional("reason", short) { $0.utf8.count <= 500 ? $0 : nil }
        let person = fields.optional("by", short) { $0.utf8.count <= 500 ? $0 : nil }
        let client = fields.name("client")
        if word == .client, let name, let client, name != client {
            fields.problem("name", "must be the same as client; send one of them")
        }
        let scope = word.flatMap { Halt.Scope($0, name: name) }
        if let word, scope == nil { fields.problem("name", word.nameRule(isMissing: name == nil)) }
        guard fields.problems.isEmpty, let word, let scope else { throw APIProblem.unprocessable(fields.problems) }
        self.scope = scope
        self.mode = mode
        self.reason = reason ?? "no reason given"
        words = (word.rawValue, name)
        by = person.map { "\($0) (\(caller.name))" } ?? caller.name
        switch word {
        case .global:
            guard caller.bearer == .admin else { throw APIProblem.forbidden("a global halt needs server.admin_key") }
            self.client = nil
        case .client: self.client = try caller.client(named: name ?? client)
        case .strategy, .instrument, .source: self.client = try caller.client(named: client)
        }
    }

    /// `mode` only where it is not the plain halt of always.
    func json(halted: Bool, mode: Halt.Mode?) -> JSONValue {
        var members = [
            JSONMember("scope", .string(words.scope)), JSONMember("name", JSONValue(words.name)),
            JSONMember("client", JSONValue(client?.text)), JSONMember("halted", .bool(halted)),
        ]
        if let mode { members.append(JSONMember("mode", .string(mode.rawValue))) }
        members += [JSONMember("reason", .string(reason)), JSONMember("by", .string(by))]
        return .object(members)
    }
}

extension Halt.Scope.Word {
    fileprivate func nameRule(isMissing: Bool) -> String {
        let rule =
            switch self {
            case .instrument: "an instrument such as NSE:ACC-EQ"
            case .source: "one of \(Source.allCases.map(\.rawValue).joined(separator: ", "))"
            default: "the strategy's name"
            }
        return "\(isMissing ? "is missing; " : "")must be \(rule)"
    }
}
