import JSONText

extension Endpoint {
    static let orderEndpoints: [String: Endpoint] = [
        "PlaceOrder": .order(placeOrder),
        "ModifyOrder": .order(modifyOrder),
        "CancelOrder": .order(cancelOrder),
        "ExitSNOOrder": .order(exitSpecialOrder),
        "ProductConversion": .order(productConversion),
    ]

    /// Ok means that the order has a number, nothing more.
    @Sendable private static func placeOrder(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        _ = try call.required("uid")
        guard try call.required("actid") == exchange.accounts[account].uid else {
            throw .invalidInput("Invalid Account Id")
        }
        let terms = try OrderForm(exchange: exchange, call: call).terms()
        let index = exchange.place(terms, for: account, from: .api, rejection: call.riskRejection, at: call.now)
        var row = Row()
        row.add("norenordno", exchange.orders[index].number)
        return call.ok(row)
    }

    @Sendable private static func modifyOrder(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let index = try exchange.order(of: account, call, missing: "ORA:Order not found")
        let changes = try OrderForm(exchange: exchange, call: call).changes(to: exchange.orders[index])
        exchange.modify(index, to: changes, at: call.now)
        return result(exchange.orders[index], call)
    }

    @Sendable private static func cancelOrder(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let index = try exchange.order(of: account, call, missing: "ORA:Order not found to Cancel")
        exchange.cancel(index, at: call.now)
        return result(exchange.orders[index], call)
    }

    /// There are no cover or bracket orders here, so there is never one to leave.
    @Sendable private static func exitSpecialOrder(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        _ = try call.required("norenordno")
        guard ["H", "B"].contains(try call.required("prd")) else { throw .invalidInput("Invalid Product") }
        throw .rejected("ORA:Order not found")
    }

    private static func result(_ order: Order, _ call: Call) -> JSONValue {
        var row = Row()
        row.add("result", order.number)
        return call.ok(row)
    }

    /// Moves part of a position to another product, at its average: of the day's part, or of the carried one.
    @Sendable private static func productConversion(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let form = OrderForm(exchange: exchange, call: call)
        let instrument = try form.instrument()
        let quantity = try form.quantity()
        guard let target = Product(rawValue: try call.required("prd")),
            let source = Product(rawValue: try call.required("prevprd")), source != target
        else { throw .invalidInput("Invalid Product") }
        guard let side = Side(rawValue: try call.required("trantype")) else {
            throw .invalidInput("Invalid Transaction Type")
        }
        let kind = try call.required("postype").uppercased()
        guard kind == "DAY" || kind == "CF" else { throw .invalidInput("Invalid Position Type") }
        try exchange.convert(
            quantity,
            side,
            isCarried: kind == "CF",
            from: PositionKey(instrument: instrument, product: source),
            to: PositionKey(instrument: instrument, product: target),
            of: account
        )
        return call.ok()
    }
}

extension Exchange {
    /// The account's own order that the call names.
    func order(of account: Int, _ call: Call, missing: String) throws(Refusal) -> Int {
        guard let index = orderIndices[try call.required("norenordno")], orders[index].account == account else {
            throw .rejected(missing)
        }
        return index
    }

    mutating func convert(
        _ quantity: Int,
        _ side: Side,
        isCarried: Bool,
        from: PositionKey,
        to: PositionKey,
        of account: Int
    )
        throws(Refusal)
    {
        var source = accounts[account].position(from)
        var target = accounts[account].position(to)
        let available = isCarried ? source.openCarried(side) : source.opened(today: side)
        guard available >= quantity else { throw .rejected("RED:Insufficient position to convert") }
        if isCarried {
            source.moveCarried(quantity, side, to: &target)
        } else if side == .buy {
            target.bought.add(quantity, worth: source.bought.remove(quantity))
        } else {
            target.sold.add(quantity, worth: source.sold.remove(quantity))
        }
        accounts[account].setPosition(from, source, of: instruments[from.instrument])
        accounts[account].setPosition(to, target, of: instruments[to.instrument])
    }
}
