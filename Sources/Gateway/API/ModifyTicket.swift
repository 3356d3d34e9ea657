import Desk
import Hummingbird
import Trading

/// The body of `POST /v1/orders/{id}/modify`: the names of the order object. What is left out stays as it is.
struct ModifyTicket: Sendable {
    private let quantity: Int?
    private let type: OrderType?
    private let price: Price?
    private let triggerPrice: Price?

    init(_ request: Request) async throws {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        quantity = fields.quantity("quantity")
        type = fields.optional("order_type", "MKT, LMT, SL-LMT or SL-MKT") { OrderType(named: $0) }
        price = fields.price("price")
        triggerPrice = fields.price("trigger_price")
        let isEmpty = quantity == nil && type == nil && price == nil && triggerPrice == nil
        if fields.problems.isEmpty, isEmpty {
            fields.problem("quantity", "is missing; say what to change: quantity, order_type, price or trigger_price")
        }
        guard fields.problems.isEmpty else { throw APIProblem.unprocessable(fields.problems) }
    }

    func change(of order: CommandID) -> OrderChange {
        OrderChange(
            order,
            source: .api,
            quantity: quantity,
            type: type,
            price: price,
            triggerPrice: triggerPrice
        )
    }
}
