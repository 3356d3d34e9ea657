import Desk
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// `GET /v1/risk` and `POST /v1/kill`.
struct RiskRoutes: Sendable {
    let engine: Engine
    let now: @Sendable () -> Timestamp

    func risk(_ request: Request, _ caller: Caller) async throws -> Response {
        var clients: [JSONValue] = []
        for client in try caller.clients(named: try QueryFields(request)["client"]) {
            guard let view = await engine.risk(of: client) else { throw APIProblem(.notReady([.standby])) }
            clients.append(.risk(client, view))
        }
        return .json(.ok, ["clients": .array(clients), "as_of": .string(now().description)])
    }

    /// Answers once the halt and the exits are durable: at once when nothing is left, else after a few seconds with what is.
    func kill(_ request: Request, _ caller: Caller) async throws -> Response {
        let order = try await HaltOrder(request, caller, kills: true)
        let halt = Halt(scope: order.scope, mode: .kill, by: order.by, reason: order.reason, at: now())
        let reports = try await engine.kill(halt, reportingOn: order.client)
        let clients = JSONMember("clients", .array(reports.map { JSONValue($0) }))
        return .json(.ok, .object((order.json(halted: true, mode: .kill).members ?? []) + [clients]))
    }
}

extension JSONValue {
    fileprivate init(_ report: KillReport) {
        self = [
            "client": .string(report.client.text),
            "cancelled": .array(report.cancelled.map { OrderReceipt($0).json }),
            "exits": .array(report.exits.map { OrderReceipt($0).json }),
            "sent": JSONValue(report.sent),
            "acknowledged": JSONValue(report.acknowledged),
            "open_orders": .array(report.open.map { OrderReceipt($0).json }),
            "left": .array(report.left.map { .position(report.client, $0.key, $0.holding) }),
        ]
    }

    fileprivate static func risk(_ client: ClientID, _ view: RiskView) -> JSONValue {
        [
            "client": .string(client.text),
            "limits": .array(view.limits.map { JSONValue($0) }),
            "profit_and_loss": JSONValue(view.profit?.description),
            "profit_and_loss_as_of": JSONValue(view.profitBegan?.description),
            "floor": JSONValue(view.floor?.description),
            "halts": .array(view.halts.map { JSONValue($0) }),
        ]
    }

    private init(_ line: LimitLine) {
        self = [
            "code": .string(line.kind.rawValue),
            "scope": .string(line.scope.word.rawValue),
            "name": JSONValue(line.scope.name),
            "subject": JSONValue(line.subject),
            "unit": JSONValue(line.kind.unit?.rawValue),
            "limit": JSONValue(line.text(line.limit)),
            "used": JSONValue(line.text(line.used)),
            "left": JSONValue(line.text(line.left)),
            "entries": .array(line.entries.map { .string($0) }),
        ]
    }

    private init(_ halt: Halt) {
        self = [
            "scope": .string(halt.scope.word.rawValue),
            "name": JSONValue(halt.scope.name),
            "mode": .string(halt.mode.rawValue),
            "by": .string(halt.by),
            "reason": .string(halt.reason),
            "at": .string(halt.at.description),
        ]
    }
}

extension LimitLine {
    /// As decimal text in its own unit.
    fileprivate func text(_ amount: Int128?) -> String? {
        guard let amount else { return nil }
        return switch kind.unit {
        case .rupees: Money(tenThousandths: Int64(clamping: amount)).description
        case .percent: Money(tenThousandths: Int64(clamping: amount) * 100).description
        default: "\(amount)"
        }
    }
}
