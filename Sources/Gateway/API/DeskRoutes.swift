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
        let mode = order.mode ?? .halt
        let halt = Halt(scope: order.scope, mode: mode, by: order.by, reason: order.reason, at: now())
        try await engine.halt(halt, client: order.client)
        return .json(.ok, order.json(halted: true, mode: mode))
    }

    func resume(_ request: Request, _ caller: Caller) async throws -> Response {
        let order = try await HaltOrder(request, caller)
        try await engine.resume(order.scope, by: order.by, reason: order.reason, client: order.client)
        return .json(.ok, order.json(halted: false, mode: nil))
    }
}
