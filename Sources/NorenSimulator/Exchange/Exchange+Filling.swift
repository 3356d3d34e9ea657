extension Exchange {
    /// Fills `quantity` of a working order: the order, the trade, the position, the margin and the report.
    mutating func fill(_ index: Int, _ quantity: Int, at price: Rupees, _ now: Int64) {
        let fill = Fill(id: nextFillID(), quantity: quantity, price: price)
        let before = orders[index].remaining
        book(fill, of: index, at: now)
        let order = orders[index]
        accounts[order.account].orderMargin -= order.margin.amount(remaining: before)
        accounts[order.account].orderMargin += order.margin.amount(remaining: order.remaining)
        if order.remaining == 0 {
            unrest(index)
            orders[index].status = .complete
            accounts[order.account].openOrders.remove(index)
        }
        report(.fill, on: index, at: now, fill: fill)
    }

    /// Fills part of what was cancelled: the order stays cancelled unless all of it is filled now.
    mutating func fillLate(_ index: Int, _ quantity: Int, at price: Rupees, _ now: Int64) {
        let fill = Fill(id: nextFillID(), quantity: quantity, price: price)
        book(fill, of: index, at: now)
        orders[index].cancelled -= quantity
        if orders[index].remaining == 0 { orders[index].status = .complete }
        report(.fill, on: index, at: now, fill: fill)
    }

    /// The order, its position and the trade.
    private mutating func book(_ fill: Fill, of index: Int, at now: Int64) {
        orders[index].filled.add(fill.quantity, at: fill.price)
        orders[index].fills.append(fill)
        let order = orders[index]
        let key = PositionKey(instrument: order.terms.instrument, product: order.terms.product)
        var position = accounts[order.account].position(key)
        position.add(order.terms.side, fill.quantity, at: fill.price)
        accounts[order.account].setPosition(key, position, of: instruments[order.terms.instrument])
        accounts[order.account].trades.append(
            Account.Trade(order: index, fill: fill, at: now, filled: order.filled)
        )
    }

    /// Ends a working order; what it has filled stays.
    mutating func cancelRest(of index: Int, at now: Int64) {
        unrest(index)
        releaseMargin(index)
        orders[index].cancelled = orders[index].remaining
        orders[index].status = .canceled
        accounts[orders[index].account].openOrders.remove(index)
        report(.canceled, on: index, at: now)
    }
}
