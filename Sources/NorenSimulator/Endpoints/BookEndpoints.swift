import JSONText

extension Endpoint {
    static let bookEndpoints: [String: Endpoint] = [
        "OrderBook": .session(orderBook),
        "SingleOrdHist": .session(orderHistory),
        "SingleOrdStatus": .session(orderStatus),
        "TradeBook": .session(tradeBook),
        "PositionBook": .session(positionBook),
    ]

    @Sendable private static func orderBook(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let product = call.text("prd")
        let rows = exchange.sorted(exchange.accounts[account].orders).compactMap { index -> JSONValue? in
            let order = exchange.orders[index]
            guard let report = order.reports.last, product == nil || product == order.terms.product.rawValue else {
                return nil
            }
            return exchange.row(of: order, report).book
        }
        return try list(rows)
    }

    @Sendable private static func orderHistory(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        guard let index = exchange.orderIndices[try call.required("norenordno")],
            exchange.orders[index].account == account
        else { throw .noData }
        let order = exchange.orders[index]
        return try list(order.reports.reversed().map { exchange.row(of: order, $0).history })
    }

    /// The latest row of the history, as a list of one.
    @Sendable private static func orderStatus(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let history = try orderHistory(&exchange, account, call).elements ?? []
        return try list(Array(history.prefix(1)))
    }

    @Sendable private static func tradeBook(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        try list(exchange.sorted(exchange.accounts[account].trades).map { trade($0, exchange) })
    }

    private static func trade(_ trade: Account.Trade, _ exchange: Exchange) -> JSONValue {
        let order = exchange.orders[trade.order]
        let instrument = exchange.instruments[order.terms.instrument]
        let time = IndianTime(microseconds: trade.at)
        var row = Row(decimals: instrument.decimals)
        row.add("stat", "Ok")
        row.add("norenordno", order.number)
        row.add("uid", exchange.accounts[order.account].uid)
        row.add("actid", exchange.accounts[order.account].uid)
        row.add("exch", instrument.exchange)
        row.add("tsym", instrument.tradingSymbol)
        row.add("token", instrument.token)
        row.add("trantype", order.terms.side.rawValue)
        row.add("prd", order.terms.product.rawValue)
        row.add("s_prdt_ali", order.terms.product.alias)
        row.add("prctyp", order.price.type.rawValue)
        row.add("ret", order.terms.validity.rawValue)
        row.add("qty", order.price.quantity)
        row.add("prc", order.price.price)
        row.add("fillshares", trade.filled.quantity)
        row.add("avgprc", trade.filled.average)
        row.add("flid", trade.fill.id)
        row.add("flqty", trade.fill.quantity)
        row.add("flprc", trade.fill.price)
        row.add("fltm", time.dateFirst)
        row.add("norentm", time.clockFirst)
        row.add("exch_tm", time.dateFirst)
        row.add("exchordid", ifKnown: order.exchangeNumber)
        row.add("remarks", ifKnown: order.terms.remarks)
        row.add("ordersource", order.source.rawValue)
        addContract(of: instrument, to: &row)
        return row.json
    }

    @Sendable private static func positionBook(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let resting = exchange.restingQuantities(of: account)
        let owner = exchange.accounts[account]
        return try list(
            owner.positionKeys.map { key in
                let instrument = exchange.instruments[key.instrument]
                return PositionRow(
                    uid: owner.uid,
                    instrument: instrument,
                    product: key.product,
                    position: owner.position(key),
                    last: exchange.books[key.instrument].quote.last,
                    resting: resting[key] ?? (FillSum(), FillSum())
                ).json
            }
        )
    }

    /// An empty book is a refusal, never an empty list.
    private static func list(_ rows: [JSONValue]) throws(Refusal) -> JSONValue {
        guard !rows.isEmpty else { throw .noData }
        return .array(rows)
    }
}

extension Exchange {
    /// Rows that were made oldest first, in the order that the broker's habit is.
    mutating func sorted<Row>(_ rows: [Row]) -> [Row] {
        switch habits.bookOrder {
        case .newest: rows.reversed()
        case .oldest: rows
        case .shuffled: shuffled(rows)
        }
    }

    func row(of order: Order, _ report: OrderReport) -> OrderRow {
        OrderRow(
            order: order,
            report: report,
            uid: accounts[order.account].uid,
            instrument: instruments[order.terms.instrument],
            spellings: spellings
        )
    }

    /// Quantities of the account's open orders: (to buy, to sell).
    func restingQuantities(of account: Int) -> [PositionKey: (FillSum, FillSum)] {
        var quantities: [PositionKey: (FillSum, FillSum)] = [:]
        for index in accounts[account].openOrders {
            let order = orders[index]
            let key = PositionKey(instrument: order.terms.instrument, product: order.terms.product)
            if order.terms.side == .buy {
                quantities[key, default: (FillSum(), FillSum())].0.add(order.remaining, at: order.price.price)
            } else {
                quantities[key, default: (FillSum(), FillSum())].1.add(order.remaining, at: order.price.price)
            }
        }
        return quantities
    }
}
