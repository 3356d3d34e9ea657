import Desk
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// The body of `POST /v1/operator/{adopt|force_close_strategy|force_clear_symbol}`.
struct LedgerTicket {
    enum Kind {
        case adopt, forceCloseStrategy, forceClearSymbol
    }

    let client: String?
    private let request: (_ caller: String) -> LedgerRequest

    init(_ kind: Kind, _ request: Request) async throws {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        client = fields.name("client")
        let rule = "text of 1 to 500 characters"
        func text(_ text: String) -> String? { (1...500).contains(text.utf8.count) ? text : nil }
        let reason = fields.required("reason", rule, text)
        let by = fields.optional("by", rule, text)
        let symbol = fields.name("symbol")
        let exchange = fields.name("exchange")?.uppercased()
        let product = fields.optional("product", "C, M, I, CNC, NRML or MIS") { Product(named: $0) }
        let confirm = kind == .adopt ? nil : fields.quantity("confirm")
        let action = kind == .adopt ? Self.adoption(&fields) : Self.force(kind, &fields)
        let needsSymbol =
            switch action {
            case .adopt, .forceClearSymbol: true
            case .forceCloseStrategy, .adoptOrder, nil: false
            }
        if needsSymbol, symbol == nil { fields.problem("symbol", "is missing; must be the broker's trading symbol") }
        guard fields.problems.isEmpty, let action, let reason else { throw APIProblem.unprocessable(fields.problems) }
        let key = try request.idempotencyKey()
        self.request = { caller in
            LedgerRequest(
                action,
                symbol: symbol,
                exchange: exchange.map { Exchange($0) },
                product: product,
                confirm: confirm,
                by: by.map { "\($0) (\(caller))" } ?? caller,
                reason: reason,
                key: key
            )
        }
    }

    func request(by caller: Caller) -> LedgerRequest { request(caller.name) }

    private static func strategy(_ fields: inout RequestFields) -> StrategyName? {
        fields.required("strategy", RequestFields.nameRule) { RequestFields.isName($0) ? StrategyName($0) : nil }
    }

    private static func force(_ kind: Kind, _ fields: inout RequestFields) -> LedgerRequest.Action? {
        kind == .forceClearSymbol ? .forceClearSymbol : strategy(&fields).map { .forceCloseStrategy($0) }
    }

    private static func adoption(_ fields: inout RequestFields) -> LedgerRequest.Action? {
        let strategy = strategy(&fields)
        let order = fields.optional("command_id", "an order's command_id") { CommandID($0) }
        if fields.value("command_id") != nil {
            for other in ["quantity", "price"] where fields.value(other) != nil {
                fields.problem(other, "does not go with command_id: an order is adopted whole")
            }
            return strategy.flatMap { strategy in order.map { .adoptOrder(strategy, $0) } }
        }
        let quantity = fields.quantity("quantity")
        if quantity == nil || quantity == 0 {
            fields.problem(
                "quantity",
                "must be the units to adopt, below zero for a short position; or send command_id"
            )
        }
        let price = fields.price("price")
        return strategy.flatMap { strategy in quantity.map { .adopt(strategy, quantity: $0, at: price) } }
    }
}
