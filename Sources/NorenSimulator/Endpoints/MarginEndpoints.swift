import JSONText

extension Endpoint {
    static let marginEndpoints: [String: Endpoint] = [
        "GetOrderMargin": .session(orderMargin),
        "GetBasketMargin": .session(basketMargin),
    ]

    /// What an order would add to the margin in use. One that would not fit is still answered Ok, with remarks.
    @Sendable private static func orderMargin(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let order = try exchange.draft(call, for: account)
        let owner = exchange.accounts[account]
        let replaced = try exchange.replaced(by: call, of: account)
        let margin = exchange.marginHold(for: order, order.price).amount(remaining: order.remaining)
        var row = Row()
        row.add("remarks", margin > owner.available + replaced ? "Insufficient Balance" : "")
        row.add("cash", owner.cash)
        row.add("marginused", owner.marginUsed - replaced + margin)
        row.add("ordermargin", margin)
        row.add("marginusedprev", owner.marginUsed)
        return call.ok(row)
    }

    /// The margin in use with all orders open (`marginused`), and with all of them filled (`marginusedtrade`).
    @Sendable private static func basketMargin(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let others = call.fields["basketlists"]?.elements ?? []
        guard others.count <= 100 else { throw .invalidInput("Too many orders") }
        var open = exchange.accounts[account].marginUsed
        var filled = exchange
        for fields in [call.fields] + others {
            var leg = call
            leg.fields = .object((fields.members ?? []).filter { $0.name != "basketlists" })
            let order = try filled.draft(leg, for: account)
            guard !order.price.type.isMarket else { throw .invalidInput("Order price cannot be zero") }
            open += exchange.marginHold(for: order, order.price).amount(remaining: order.remaining)
            let key = PositionKey(instrument: order.terms.instrument, product: order.terms.product)
            var position = filled.accounts[account].position(key)
            position.add(order.terms.side, order.remaining, at: order.price.price)
            filled.accounts[account].setPosition(key, position, of: filled.instruments[key.instrument])
        }
        var row = Row()
        row.add("remarks", open > exchange.accounts[account].cash ? "Insufficient Balance" : "")
        row.add("marginused", open)
        row.add("marginusedtrade", filled.accounts[account].marginUsed)
        return call.ok(row)
    }
}

extension Exchange {
    /// The order that the call describes, as if it had just come; it is not placed.
    fileprivate func draft(_ call: Call, for account: Int) throws(Refusal) -> Order {
        let given = call.fields.members ?? []
        let missing = given.contains { $0.name == "ret" } ? [] : [JSONMember("ret", "DAY")]
        var form = call
        form.fields = .object(given.filter { $0.name != "remarks" } + missing)
        let terms = try OrderForm(exchange: self, call: form).terms()
        return Order(number: "", account: account, terms: terms, source: .api, receivedAt: call.now)
    }

    /// What the order holds that the call would modify; nothing for a new one.
    fileprivate func replaced(by call: Call, of account: Int) throws(Refusal) -> Rupees {
        guard call.text("norenordno") != nil else { return .zero }
        let index = try order(of: account, call, missing: "ORA:Order not found")
        return orders[index].margin.amount(remaining: orders[index].remaining)
    }
}
