import Desk
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// Positions, strategies and halts: what the desks know, and a person's word to stop.
struct DeskRoutes: Sendable {
    let engine: Engine
    let now: @Sendable () -> Timestamp

    func positions(_ request: Request, _ caller: Caller) async throws -> Response {
        let clients = try caller.clients(named: try QueryFields(request)["client"])
        var views: [(ClientID, PositionsView)] = []
        for client in clients {
            guard let view = await engine.positions(of: client) else { throw APIProblem(.notReady([.standby])) }
            views.append((client, view))
        }
        return .json(.ok, PositionsAnswer(views).json)
    }

    func recovery(_ request: Request, _ caller: Caller) async throws -> Response {
        var views: [(ClientID, RecoveryView)] = []
        for client in try caller.clients(named: try QueryFields(request)["client"]) {
            guard let view = await engine.recovery(of: client) else { throw APIProblem(.notReady([.standby])) }
            views.append((client, view))
        }
        return .json(.ok, RecoveryAnswer(views).json)
    }

    func strategy(_ request: Request, _ caller: Caller, _ name: String) async throws -> Response {
        let client = try caller.client(named: try QueryFields(request)["client"])
        guard let name = name.percentDecoded, RequestFields.isName(name) else {
            throw APIProblem.badRequest("the strategy must be \(RequestFields.nameRule)", field: "strategy")
        }
        guard let view = await engine.strategy(StrategyName(name), of: client) else {
            throw APIProblem(.notReady([.standby]))
        }
        return .json(
            .ok,
            [
                "client": .string(client.text),
                "strategy": .string(name),
                "has_strategy": .bool(view.hasStrategy),
                "positions": .array(view.holdings.map { .position(client, $0.key, $0.holding) }),
                "open_orders": .array(view.openOrders.map { OrderReceipt($0).json }),
                "halted": .bool(view.halt != nil),
            ]
        )
    }

    func halt(_ request: Request, _ caller: Caller) async throws -> Response {
        let order = try await HaltOrder(request, caller)
        let halt = Halt(scope: order.scope, by: order.by, reason: order.reason, at: now())
        try await engine.halt(halt, client: order.client)
        return .json(.ok, order.json(halted: true))
    }

    func resume(_ request: Request, _ caller: Caller) async throws -> Response {
        let order = try await HaltOrder(request, caller)
        try await engine.resume(order.scope, by: order.by, reason: order.reason, client: order.client)
        return .json(.ok, order.json(halted: false))
    }
}

/// The body of `POST /v1/halt` and `/v1/resume`, with the right to give it.
private struct HaltOrder {
    let scope: Halt.Scope
    let client: ClientID?
    let by: String
    let reason: String
    private let words: (scope: String, name: String?)

    init(_ request: Request, _ caller: Caller) async throws {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let scope = fields.required("scope", "global, client or strategy") {
            ["global", "client", "strategy"].contains($0) ? $0 : nil
        }
        let name = fields.name("name")
        let reason = fields.optional("reason", "text of at most 500 characters") { $0.utf8.count <= 500 ? $0 : nil }
        let client = fields.name("client")
        if scope == "strategy", name == nil { fields.problem("name", "is missing; must be the strategy's name") }
        if scope == "client", let name, let client, name != client {
            fields.problem("name", "must be the same as client; send one of them")
        }
        guard fields.problems.isEmpty, let scope else { throw APIProblem.unprocessable(fields.problems) }
        self.reason = reason ?? "no reason given"
        words = (scope, name)
        by = caller.name
        switch scope {
        case "global":
            guard caller.bearer == .admin else { throw APIProblem.forbidden("a global halt needs server.admin_key") }
            self.scope = .global
            self.client = nil
        case "client":
            self.scope = .client
            self.client = try caller.client(named: name ?? client)
        default:
            self.scope = .strategy(StrategyName(name ?? ""))
            self.client = try caller.client(named: client)
        }
    }

    func json(halted: Bool) -> JSONValue {
        [
            "scope": .string(words.scope), "name": JSONValue(words.name), "client": JSONValue(client?.text),
            "halted": .bool(halted), "reason": .string(reason), "by": .string(by),
        ]
    }
}
