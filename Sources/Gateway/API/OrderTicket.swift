import Crypto
import Desk
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// The body of `POST /v1/orders` and `POST /v1/exits`: the names of the order object, with the webhook's meanings.
struct OrderTicket: Sendable {
    let client: String?
    private let strategy: StrategyName
    private let type: ExecutionType
    private let test: TestOutcome?
    /// Nil in an exit of everything.
    private let leg: Alert.Leg?
    private let content: JSONValue

    init(_ request: Request, exits: Bool = false) async throws {
        let body = try await request.jsonBody()
        guard var fields = RequestFields(body) else { throw APIProblem.badRequest("the body must be a JSON object") }
        client = fields.name("client")
        let type: ExecutionType? =
            exits
            ? .exit
            : fields.required("execution_type", "ENTRY, EXIT or ADJUST") { ExecutionType(rawValue: $0.uppercased()) }
        strategy = fields.name("strategy").map { StrategyName($0) } ?? .unnamed
        test = fields.test()
        leg = Self.leg(&fields, type ?? .entry)
        if exits, fields.value("strategy") == nil {
            fields.problem("strategy", "is missing; must name who holds the position")
        }
        guard fields.problems.isEmpty, let type else { throw APIProblem.unprocessable(fields.problems) }
        self.type = type
        content = body
    }

    private static func leg(_ fields: inout RequestFields, _ type: ExecutionType) -> Alert.Leg? {
        let isExit = type == .exit
        let symbol = fields.name("symbol")
        let exchange = fields.name("exchange").map { Exchange($0.uppercased()) }
        let product = fields.optional("product", "C, M or I (CNC, NRML, MIS)") { Product(named: $0) }
        let side: Side? = isExit ? nil : fields.required("side", "BUY or SELL") { Side(rawValue: $0.uppercased()) }
        let quantity = fields.quantity("quantity")
        let order = fields.optional("order_type", "MKT, LMT, SL-LMT or SL-MKT") { OrderType(named: $0) } ?? .market
        let price = fields.price("price") ?? .zero
        let trigger = fields.price("trigger_price") ?? .zero
        // Taking it for something else would leave an order at the exchange that was to be gone at once.
        _ = fields.optional("validity", "DAY") { $0.uppercased() == Validity.day.rawValue ? Validity.day : nil }
        if !isExit {
            for (name, isThere) in [("symbol", symbol != nil), ("quantity", fields.value("quantity") != nil)]
            where !isThere {
                if fields.value(name) == nil { fields.problem(name, "is missing") }
            }
        }
        guard let symbol else { return nil }
        return Alert.Leg(
            index: 0,
            exchange: isExit ? exchange : exchange ?? "NFO",
            symbol: symbol,
            product: isExit ? product : product ?? .margin,
            side: side,
            quantity: quantity,
            type: order,
            price: price,
            triggerPrice: trigger
        )
    }

    func alert(idempotencyKey: String?) -> Alert {
        Alert(
            source: .api,
            strategy: strategy,
            executionType: type,
            idempotencyKey: idempotencyKey,
            contentHash: Array(SHA256.hash(data: content.canonical.utf8)).hexadecimal,
            request: content.text,
            test: test,
            legs: leg.map { [$0] } ?? []
        )
    }

    /// A problem's field by the ticket's own name: `legs[0].qty` is `quantity` here.
    static func name(of field: String) -> String {
        let last = field.split(separator: ".").last.map(String.init) ?? field
        return [
            "qty": "quantity", "tradingsymbol": "symbol", "direction": "side", "product_type": "product",
            "strategy_name": "strategy",
        ][last]
            ?? last
    }
}

extension Request {
    /// The body as JSON; at most 64 KiB.
    func jsonBody() async throws -> JSONValue {
        switch await bytes(upTo: WebhookRoute.bodyBound) {
        case .whole(let bytes):
            do {
                return try JSONValue.parse(bytes)
            } catch {
                throw APIProblem.badRequest("the body is not JSON: \(error)")
            }
        case .tooLarge:
            let detail = "the body is larger than \(WebhookRoute.bodyBound) bytes"
            throw APIProblem(status: .contentTooLarge, title: "Content Too Large", detail: detail, field: nil)
        case .tooSlow:
            let detail = "the body did not arrive within 10 s"
            throw APIProblem(status: .requestTimeout, title: "Request Timeout", detail: detail, field: nil)
        case .broken: throw APIProblem.badRequest("the body did not arrive whole")
        }
    }
}
