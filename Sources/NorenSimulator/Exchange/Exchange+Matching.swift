/// Matching: price first, then time. Our accounts' orders come before the market's own at the same price.
extension Exchange {
    /// Trades a working order as far as it can now; the rest waits, or is cancelled if it is IOC.
    mutating func trade(_ index: Int, at now: Int64) {
        let book = orders[index].terms.instrument
        if !isHeld(book) { takeOffers(index, at: now) }
        guard orders[index].remaining > 0 else { return }
        if orders[index].terms.validity == .immediate {
            cancelRest(of: index, at: now)
        } else {
            rest(index)
        }
    }

    /// Lets everything that the last price reaches trigger or trade.
    mutating func settle(_ book: Int, at now: Int64) {
        guard !isHeld(book) else { return }
        releaseStops(book, .buy, at: now)
        releaseStops(book, .sell, at: now)
        tradeReached(book, .buy, at: now)
        tradeReached(book, .sell, at: now)
    }

    /// Matches everything that waits, oldest first: after a hold, when orders may cross each other.
    mutating func reopen(_ book: Int, at now: Int64) {
        settle(book, at: now)
        let waiting = (books[book].bids.entries + books[book].asks.entries).sorted { $0.sequence < $1.sequence }
        for entry in waiting where orders[entry.order].place != nil {
            unrest(entry.order)
            takeOffers(entry.order, at: now)
            if orders[entry.order].remaining > 0 { rest(entry.order, keeping: entry.sequence) }
        }
    }

    // MARK: Taking

    private mutating func takeOffers(_ index: Int, at now: Int64) {
        let book = orders[index].terms.instrument
        let side = orders[index].terms.side
        var levels = books[book].quote.levels(for: side)[...]
        while orders[index].remaining > 0 {
            let level = levels.first.flatMap {
                orders[index].accepts($0.price) && books[book].liquidity != 0 ? $0 : nil
            }
            if let (opponent, price) = opponent(of: index),
                level.map({ isAtLeastAsGood(price, $0.price, side) }) ?? true
            {
                let quantity = min(orders[index].remaining, orders[opponent].remaining)
                fill(opponent, quantity, at: price, now)
                fill(index, quantity, at: price, now)
            } else if let level {
                levels.removeFirst()
                takeFromMarket(index, upTo: level.quantity, at: level.price, now)
            } else {
                return
            }
        }
    }

    /// The best resting order of another account that this order can trade with, and its price.
    private func opponent(of index: Int) -> (Int, Rupees)? {
        let order = orders[index]
        for entry in books[order.terms.instrument].resting(order.terms.side.opposite).entries {
            let other = orders[entry.order]
            let price = other.limit ?? books[order.terms.instrument].quote.last
            guard order.accepts(price) else { return nil }
            if other.account != order.account { return (entry.order, price) }
        }
        return nil
    }

    private func isAtLeastAsGood(_ price: Rupees, _ other: Rupees, _ side: Side) -> Bool {
        side == .buy ? price <= other : price >= other
    }

    private mutating func takeFromMarket(_ index: Int, upTo size: Int, at price: Rupees, _ now: Int64) {
        let book = orders[index].terms.instrument
        let quantity = min(orders[index].remaining, size, books[book].liquidity ?? size)
        guard quantity > 0 else { return }
        if let left = books[book].liquidity { books[book].liquidity = left - quantity }
        books[book].quote.traded(quantity)
        fill(index, quantity, at: price, now)
    }

    // MARK: Waiting

    mutating func rest(_ index: Int, keeping sequence: Int? = nil) {
        let order = orders[index]
        let book = order.terms.instrument
        if let touch = books[book].touch(for: order.terms.side) {
            orders[index].isAggressive = order.accepts(touch)
        } else {
            orders[index].isAggressive = order.limit == nil
        }
        let rank = order.limit.map { order.terms.side == .buy ? -$0.units : $0.units } ?? .min
        let entry = RestingQueue.Entry(order: index, rank: rank, sequence: sequence ?? nextSequence())
        orders[index].place = entry
        if order.terms.side == .buy { books[book].bids.insert(entry) } else { books[book].asks.insert(entry) }
    }

    mutating func awaitTrigger(_ index: Int, keeping sequence: Int? = nil) {
        let order = orders[index]
        let trigger = (order.price.trigger ?? .zero).units
        let rank = order.terms.side == .buy ? trigger : -trigger
        let entry = RestingQueue.Entry(order: index, rank: rank, sequence: sequence ?? nextSequence())
        orders[index].place = entry
        let book = order.terms.instrument
        if order.terms.side == .buy { books[book].buyStops.insert(entry) } else { books[book].sellStops.insert(entry) }
    }

    /// Takes an order out of its book, wherever it waits there.
    mutating func unrest(_ index: Int) {
        guard let place = orders[index].place else { return }
        orders[index].place = nil
        let book = orders[index].terms.instrument
        switch (orders[index].status, orders[index].terms.side) {
        case (.triggerPending, .buy): books[book].buyStops.remove(rank: place.rank, sequence: place.sequence)
        case (.triggerPending, .sell): books[book].sellStops.remove(rank: place.rank, sequence: place.sequence)
        case (_, .buy): books[book].bids.remove(rank: place.rank, sequence: place.sequence)
        case (_, .sell): books[book].asks.remove(rank: place.rank, sequence: place.sequence)
        }
    }

    // MARK: Reaching

    private mutating func releaseStops(_ book: Int, _ side: Side, at now: Int64) {
        while let entry = books[book].stops(side).first {
            let trigger = orders[entry.order].price.trigger ?? .zero
            let last = books[book].quote.last
            guard side == .buy ? last >= trigger : last <= trigger else { return }
            unrest(entry.order)
            orders[entry.order].status = .open
            report(.new, on: entry.order, at: now)
            trade(entry.order, at: now)
        }
    }

    private mutating func tradeReached(_ book: Int, _ side: Side, at now: Int64) {
        while let entry = books[book].resting(side).first, books[book].liquidity != 0 {
            let order = orders[entry.order]
            guard let limit = order.limit, !order.isAggressive else {
                unrest(entry.order)
                takeOffers(entry.order, at: now)
                guard orders[entry.order].remaining > 0 else { continue }
                return rest(entry.order, keeping: entry.sequence)
            }
            guard order.accepts(books[book].quote.last) else { return }
            takeFromMarket(entry.order, upTo: order.remaining, at: limit, now)
            guard orders[entry.order].remaining == 0 else { return }
        }
    }
}
