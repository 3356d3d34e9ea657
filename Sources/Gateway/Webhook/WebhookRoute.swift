import Desk
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Logging
import NIOCore
import Trading

/// `POST /webhook/{client}`: authenticate, read, register, answer. The broker is not waited for.
struct WebhookRoute: Sendable {
    static let bodyBound = 65_536

    let engine: Engine
    let credentials: Credentials
    let throttle: WrongSecretThrottle
    let now: @Sendable () -> Timestamp

    @Sendable func receive(_ request: Request, context: GatewayContext) async -> Response {
        let client = ClientID(context.parameters.get("client") ?? "")
        let bytes: [UInt8]
        switch await request.bytes(upTo: Self.bodyBound) {
        case .whole(let whole): bytes = whole
        case .tooLarge:
            return .webhook(.contentTooLarge, "invalid", message: "the body is larger than \(Self.bodyBound) bytes")
        case .tooSlow: return .webhook(.requestTimeout, "invalid", message: "the body did not arrive within 10 s")
        case .broken: return .webhook(.badRequest, "invalid", message: "the body did not arrive whole")
        }
        let signature = request.headers[.signature]
        if let signature, !credentials.accepts(signature: signature, of: bytes, client: client) {
            return unauthorized(context)
        }
        let json: JSONValue
        do {
            json = try JSONValue.parse(bytes)
        } catch {
            return .webhook(.badRequest, "invalid", message: "the body is not JSON: \(error)")
        }
        let webhook = WebhookAlert(json)
        if signature == nil || !webhook.secrets.isEmpty {
            guard credentials.accepts(secrets: webhook.secrets, of: client) else { return unauthorized(context) }
        }
        switch webhook.alert(idempotencyKey: request.headers[.idempotencyKey], isSigned: signature != nil) {
        case .contradiction(let text): return .webhook(.badRequest, "invalid", message: text)
        case .alert(let alert): return await submit(alert, client)
        }
    }

    private func unauthorized(_ context: GatewayContext) -> Response {
        if let wait = throttle.note(context.address, at: now()) {
            let seconds = max(1, Int(wait.microseconds / 1_000_000) + 1)
            let message = "too many wrong secrets from this address; try again in \(seconds) s"
            return .webhook(
                .tooManyRequests,
                "throttled",
                message: message,
                headers: [.retryAfter: String(seconds)]
            )
        }
        return .webhook(
            .unauthorized,
            "unauthorized",
            message: "the secret is missing or wrong, or there is no such client"
        )
    }

    private func submit(_ alert: Alert, _ client: ClientID) async -> Response {
        do {
            return try await answer(engine.submit(alert, to: client), client)
        } catch let refusal as IntakeRefusal {
            return .webhook(.serviceUnavailable, "unavailable", message: refusal.message)
        } catch {
            return .webhook(.serviceUnavailable, "unavailable", message: "the stored orders could not be read")
        }
    }

    private func answer(_ reply: DeskReply, _ client: ClientID) async throws -> Response {
        switch reply {
        case .registered(let group, let records, let problems):
            let orders = records.map { OrderReceipt($0).summary }
            let isOnItsWay = records.contains { $0.state.word != .blocked }
            let expired = records.first { $0.state.reason?.tag == .alertExpired }?.state.reason
            let text = problems.map(\.description).joined(separator: "; ")
            if isOnItsWay {
                return .webhook(.accepted, "accepted", group, orders, message: text.isEmpty ? "registered" : text)
            }
            if !problems.isEmpty || expired != nil {
                let message = [expired?.text, text].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
                return .webhook(.unprocessableContent, "invalid", group, orders, message: message)
            }
            let reasons = Set(records.compactMap { $0.state.reason?.text }).sorted().joined(separator: "; ")
            let nothing = "the strategy holds nothing to exit"
            return .webhook(.accepted, "blocked", group, orders, message: reasons.isEmpty ? nothing : reasons)
        case .unreadable(let problems):
            let text = problems.map(\.description).joined(separator: "; ")
            return .webhook(.unprocessableContent, "invalid", message: text)
        case .repeated(let group, let first):
            let orders = try await storedOrders(of: group, client)
            return .webhook(.ok, "duplicate", group, orders, message: "already received", firstReceivedAt: first)
        case .conflict(let group, let first):
            let orders = try await storedOrders(of: group, client)
            let message = "this id was already used for an alert with other content"
            return .webhook(.conflict, "conflict", group, orders, message: message, firstReceivedAt: first)
        default:
            return .webhook(.ok, "accepted", message: "done")
        }
    }

    private func storedOrders(of group: GroupID, _ client: ClientID) async throws -> [JSONValue] {
        try await engine.archive(of: client)?.orders(of: group).map { OrderReceipt($0).summary } ?? []
    }
}

extension IntakeRefusal {
    /// For the sender: nothing was registered, nothing sent.
    var message: String {
        switch self {
        case .notReady(let reasons):
            "not ready (\(reasons.map(\.rawValue).joined(separator: ", "))); nothing was registered, nothing was sent"
        case .busy: "too many alerts wait; nothing was registered, nothing was sent"
        case .stopping: "stopping; nothing was registered, nothing was sent"
        case .unknownClient: "there is no such client"
        case .setAside(let text): "the alert contradicts what is stored and was set aside: \(text)"
        }
    }
}

extension HTTPField.Name {
    static let signature = Self("X-Signature") ?? .authorization
    static let idempotencyKey = Self("Idempotency-Key") ?? .authorization
}

extension Response {
    /// The one shape of a webhook's answer.
    fileprivate static func webhook(
        _ code: HTTPResponse.Status,
        _ status: String,
        _ group: GroupID? = nil,
        _ orders: [JSONValue] = [],
        message: String,
        firstReceivedAt: Timestamp? = nil,
        headers: HTTPFields = [:]
    ) -> Response {
        var members = [
            JSONMember("status", .string(status)), JSONMember("group_id", JSONValue(group?.description)),
            JSONMember("orders", .array(orders)), JSONMember("message", .string(message)),
        ]
        if let firstReceivedAt {
            members.append(JSONMember("first_received_at", .string(firstReceivedAt.description)))
        }
        return .json(code, .object(members), headers: headers)
    }
}
