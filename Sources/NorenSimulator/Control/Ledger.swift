import JSONText

extension Simulation {
    /// The exchange's truth, and how many sockets each account has.
    var ledger: JSONValue {
        let rows = exchange.accounts.enumerated().map { number, account in
            let listeners = (accountSockets[number] ?? []).compactMap { sockets[$0] }.filter(isLive)
            return JSONMember(account.uid, exchange.ledger(of: account, sockets: listeners.count))
        }
        return ["accounts": .object(rows)]
    }
}

/// The independent truth: what the exchange holds, not what its answers said.
extension Exchange {
    fileprivate func ledger(of account: Account, sockets: Int) -> JSONValue {
        [
            "orders": .array(account.orders.map { ledger(of: orders[$0]) }),
            "positions": .array(
                account.positionKeys.map { key in
                    [
                        "exch": .string(instruments[key.instrument].exchange),
                        "tsym": .string(instruments[key.instrument].tradingSymbol),
                        "prd": .string(key.product.rawValue),
                        "netqty": JSONValue(account.position(key).net),
                    ]
                }
            ),
            "logins": JSONValue(account.logins),
            "calls": .object(
                account.calls.sorted { $0.key < $1.key }.map { JSONMember($0.key, JSONValue($0.value)) }
            ),
            "placements": JSONValue(account.calls["PlaceOrder"] ?? 0),
            "sockets": JSONValue(sockets),
            "rate": [
                "refused": JSONValue(account.rate.refusals),
                "busiest_second": JSONValue(account.busiest.callsInSecond),
                "busiest_minute": JSONValue(account.busiest.callsInMinute),
                "busiest_second_of_orders": JSONValue(account.busiest.ordersInSecond),
            ],
        ]
    }

    private func ledger(of order: Order) -> JSONValue {
        let average: String? = order.filled.quantity > 0 ? order.filled.average.exactText : nil
        return [
            "norenordno": .string(order.number),
            "remarks": JSONValue(order.terms.remarks),
            "exch": .string(instruments[order.terms.instrument].exchange),
            "tsym": .string(instruments[order.terms.instrument].tradingSymbol),
            "prd": .string(order.terms.product.rawValue),
            "trantype": .string(order.terms.side.rawValue),
            "prctyp": .string(order.price.type.rawValue),
            "qty": JSONValue(order.price.quantity),
            "prc": .string(order.price.price.exactText),
            "status": .string(order.status.rawValue),
            "fillshares": JSONValue(order.filled.quantity),
            "avgprc": JSONValue(average),
            "received_at": JSONValue(Int(order.receivedAt)),
            "ordersource": .string(order.source.rawValue),
            "fills": .array(
                order.fills.map { fill in
                    [
                        "flid": .string(fill.id), "flqty": JSONValue(fill.quantity),
                        "flprc": .string(fill.price.exactText),
                    ]
                }
            ),
        ]
    }
}
