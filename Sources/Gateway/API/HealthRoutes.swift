import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// Liveness of the process, and readiness of every client.
struct HealthRoutes: Sendable {
    let engine: Engine
    let credentials: Credentials

    @Sendable func live(_ request: Request, context: GatewayContext) -> Response { .json(.ok, ["ok": true]) }

    /// 200 only when every client may take entries. Without a key: the reasons, no ids.
    @Sendable func ready(_ request: Request, context: GatewayContext) async -> Response {
        let readiness = await engine.readiness()
        let isReady = readiness.values.allSatisfy(\.isEmpty)
        var members = [JSONMember("ready", .bool(isReady))]
        switch credentials.bearer(request.headers[.authorization]) {
        case nil:
            members.append(JSONMember("clients", .object([])))
            members.append(
                JSONMember("reasons", .reasons(Set(readiness.values.joined()).sorted { $0.rawValue < $1.rawValue }))
            )
        case .client(let id):
            members.append(JSONMember("clients", .clients(readiness.filter { $0.key == id })))
        case .admin: members.append(JSONMember("clients", .clients(readiness)))
        }
        return .json(isReady ? .ok : .serviceUnavailable, .object(members))
    }
}

extension JSONValue {
    fileprivate static func reasons(_ reasons: [ReadinessReason]) -> JSONValue {
        .array(reasons.map { .string($0.rawValue) })
    }

    fileprivate static func clients(_ readiness: [ClientID: [ReadinessReason]]) -> JSONValue {
        .object(
            readiness.sorted { $0.key < $1.key }.map { id, reasons in
                JSONMember(id.text, ["ready": .bool(reasons.isEmpty), "reasons": .reasons(reasons)])
            }
        )
    }
}
