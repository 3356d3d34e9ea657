extension Exchange {
    /// Takes an order and runs its life as far as it goes now; returns its index.
    ///
    /// The order number exists from here on, whatever the risk engine says: its refusal is an event like any other.
    /// `rejection` makes the risk engine refuse with these words.
    @discardableResult
    mutating func place(
        _ terms: OrderTerms,
        for account: Int,
        from source: OrderSource,
        rejection: String? = nil,
        at now: Int64
    ) -> Int {
        let index = register(terms, for: account, from: source, at: now)
        report(.newAck, on: index, at: now)
        if let reason = rejection ?? hourRefusal(orders[index], at: now) ?? riskRefusal(index) {
            orders[index].status = .rejected
            report(.rejected, on: index, at: now, reason: reason)
            return index
        }
        holdMargin(index)
        accounts[account].openOrders.insert(index)
        report(.pendingNew, on: index, at: now)
        orders[index].exchangeNumber = nextExchangeNumber()
        if terms.price.type.isStop {
            orders[index].status = .triggerPending
            report(.new, on: index, at: now)
            awaitTrigger(index)
            settle(terms.instrument, at: now)
        } else {
            orders[index].status = .open
            report(.new, on: index, at: now)
            trade(index, at: now)
        }
        return index
    }

    private mutating func register(
        _ terms: OrderTerms,
        for account: Int,
        from source: OrderSource,
        at now: Int64
    )
        -> Int
    {
        let index = orders.count
        let number = nextOrderNumber(at: now)
        orders.append(Order(number: number, account: account, terms: terms, source: source, receivedAt: now))
        orderIndices[number] = index
        accounts[account].orders.append(index)
        return index
    }

    private func riskRefusal(_ index: Int) -> String? {
        let order = orders[index]
        let checks = riskChecks(for: order)
        return checks.refusal(order.price)
            ?? checks.shortfall(
                needed: marginHold(for: order, order.price).amount(remaining: order.remaining),
                available: accounts[order.account].available
            )
    }

    func riskChecks(for order: Order) -> RiskChecks {
        RiskChecks(
            instrument: instruments[order.terms.instrument],
            quote: books[order.terms.instrument].quote,
            uid: accounts[order.account].uid
        )
    }

    /// What the order would block of its account's cash with these price terms.
    func marginHold(for order: Order, _ price: PriceTerms) -> MarginHold {
        let terms = order.terms
        let instrument = instruments[terms.instrument]
        let net = accounts[order.account]
            .position(PositionKey(instrument: terms.instrument, product: terms.product)).net
        let isDelivered = terms.product == .delivery && terms.side == .sell
        let covered = isDelivered ? accounts[order.account].held(terms.instrument) : 0
        let closing = max(0, -net * terms.side.sign + covered)
        let remaining = price.quantity - order.filled.quantity
        let reference = price.type.isMarket ? books[terms.instrument].quote.last : price.price
        return MarginHold(
            perUnit: Margin.perUnit(instrument, terms.side, price: reference),
            exposure: max(0, remaining - closing)
        )
    }

    mutating func holdMargin(_ index: Int) {
        let hold = marginHold(for: orders[index], orders[index].price)
        orders[index].margin = hold
        accounts[orders[index].account].orderMargin += hold.amount(remaining: orders[index].remaining)
    }

    mutating func releaseMargin(_ index: Int) {
        let order = orders[index]
        accounts[order.account].orderMargin -= order.margin.amount(remaining: order.remaining)
        orders[index].margin = .none
    }
}
