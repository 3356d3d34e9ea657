import Desk
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// What a person asks of the system itself.
struct OperatorRoutes: Sendable {
    let engine: Engine

    /// Reads the broker's books now; answers when they are taken in, with what is held and what nobody owns.
    func reconcile(_ request: Request, _ caller: Caller) async throws -> Response {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let name = fields.name("client")
        let rule = "text of at most 500 characters"
        let reason = fields.optional("reason", rule) { $0.utf8.count <= 500 ? $0 : nil } ?? "no reason given"
        let by = fields.optional("by", rule) { $0.utf8.count <= 500 ? $0 : nil }
        guard fields.problems.isEmpty else { throw APIProblem.unprocessable(fields.problems) }
        let client = try caller.client(named: name)
        let who = by.map { "\($0) (\(caller.name))" } ?? caller.name
        guard let view = try await engine.reconcile(client, by: who, reason: reason) else {
            throw APIProblem(
                status: .gatewayTimeout,
                title: "Gateway Timeout",
                detail: "the broker's books could not be read, or contradict what is known; see the log",
                field: nil
            )
        }
        return .json(.ok, PositionsAnswer([(client, view)]).json)
    }

    /// A person's word about who holds what: answers once it is durable, with what changed and what is held now.
    func changeLedger(_ kind: LedgerTicket.Kind, _ request: Request, _ caller: Caller) async throws -> Response {
        let ticket = try await LedgerTicket(kind, request)
        let client = try caller.client(named: ticket.client)
        switch try await engine.operate(ticket.request(by: caller), of: client) {
        case .ledger(let entries):
            let view = await engine.positions(of: client)
            let changes = JSONMember("changes", .array(entries.map { .change(client, $0) }))
            let held = view.flatMap { PositionsAnswer([(client, $0)]).json.members } ?? []
            return .json(.ok, .object([changes] + held))
        case .ledgerRefused(let why): throw APIProblem.conflict(why)
        default: throw APIProblem.notFound("there is no such order among those of today", field: "command_id")
        }
    }

    /// A person's login at the broker; answers when the broker has.
    func logIn(_ request: Request, _ caller: Caller) async throws -> Response {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let client = try caller.client(named: fields.name("client"))
        let code = fields.optional("code", "the code of the broker's login page") { text in
            (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
        }
        guard fields.problems.isEmpty else { throw APIProblem.unprocessable(fields.problems) }
        do {
            let ends = try await engine.logIn(client, code: code)
            let until = JSONValue(ends?.description)
            return .json(.ok, ["client": .string(client.text), "logged_in": true, "valid_until": until])
        } catch .refused(let text) {
            throw APIProblem.conflict("no session: \(text)")
        } catch .unanswered(let text) {
            throw APIProblem(
                status: .badGateway,
                title: "Bad Gateway",
                detail: "the broker did not answer the login: \(text)",
                field: nil
            )
        }
    }

    /// A copy holds every client's orders, so it takes the admin key, or the key of the only client there is.
    func backUp(_ request: Request, _ caller: Caller) async throws -> Response {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let path = fields.required("file", "an absolute path") { $0.hasPrefix("/") && $0.utf8.count <= 1024 ? $0 : nil }
        guard fields.problems.isEmpty, let path else { throw APIProblem.unprocessable(fields.problems) }
        guard try caller.clients(named: nil) == engine.clientIDs else {
            throw APIProblem.forbidden("a backup holds every client's orders: it needs server.admin_key")
        }
        do {
            try await engine.backUp(to: path)
        } catch {
            throw APIProblem.conflict("no backup was made: \(error)")
        }
        return .json(.ok, ["file": .string(path)])
    }
}
