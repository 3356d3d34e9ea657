extension Exchange {
    /// The books as they were at `moment` of the same day; conversions of positions are not undone.
    func past(at moment: Int64) -> Exchange {
        var past = self
        for index in past.orders.indices { past.orders[index].forget(since: moment) }
        for account in past.accounts.indices { past.forget(since: moment, of: account) }
        return past
    }

    private mutating func forget(since moment: Int64, of account: Int) {
        accounts[account].orders.removeAll { orders[$0].receivedAt > moment }
        accounts[account].openOrders = Set(accounts[account].orders.filter { orders[$0].status.isWorking })
        for trade in accounts[account].trades where trade.at > moment {
            let terms = orders[trade.order].terms
            let key = PositionKey(instrument: terms.instrument, product: terms.product)
            var position = accounts[account].position(key)
            position.takeBack(terms.side, trade.fill)
            accounts[account].setPosition(key, position, of: instruments[key.instrument])
        }
        accounts[account].trades.removeAll { $0.at > moment }
        accounts[account].forgetUntraded()
    }
}

extension Order {
    /// Back to the latest report that is not later than `moment`.
    fileprivate mutating func forget(since moment: Int64) {
        reports.removeAll { $0.at > moment }
        fills = reports.compactMap(\.fill)
        guard let last = reports.last else { return status = .pending }
        let isRefusedChange = last.type == .cancelRejected || last.type == .replaceRejected
        let states = isRefusedChange ? reports.dropLast() : reports[...]
        status = states.last { $0.type.isState }?.status ?? .pending
        (version, price, previousPrice) = (last.version, last.terms, last.previousTerms)
        (filled, cancelled, exchangeNumber) = (last.filled, last.cancelled, last.exchangeNumber)
    }
}

extension ReportType {
    /// Whether a report shows what the order became; the others tell of a change on its way.
    fileprivate var isState: Bool {
        switch self {
        case .newAck, .pendingNew, .new, .fill, .rejected, .replaced, .canceled: true
        case .modAck, .pendingReplace, .replaceRejected, .cancelAck, .pendingCancel, .cancelRejected: false
        }
    }
}

extension Position {
    fileprivate mutating func takeBack(_ side: Side, _ fill: Fill) {
        if side == .buy {
            bought.takeBack(fill.quantity, at: fill.price)
        } else {
            sold.takeBack(fill.quantity, at: fill.price)
        }
    }
}

extension Account {
    /// Positions in which nothing was ever done have no row.
    fileprivate mutating func forgetUntraded() {
        removePositions { $0 == Position() }
    }
}
