extension Exchange {
    /// Begins a new trading day if `now` is in one, and says whether it is.
    ///
    /// The order and trade books start empty: what was still open has expired with its day. Intraday positions were
    /// squared off and expired contracts settled, so both are gone; the others are carried at their last price, delivery
    /// too, since this broker has no holdings to move it to. What is listed stays as it was at the start.
    mutating func turnDay(at now: Int64) -> Bool {
        let today = IndianTime(microseconds: now).day
        guard day < today else { return false }
        day = today
        _ = takeEvents()
        orders = []
        orderIndices = [:]
        for book in books.indices where books[book].hasWaitingOrders { books[book].dropOrders() }
        for account in accounts.indices {
            let carried = carriedPositions(of: accounts[account])
            accounts[account].clearBooks()
            for (key, position) in carried {
                accounts[account].setPosition(key, position, of: instruments[key.instrument])
            }
        }
        return true
    }

    private func carriedPositions(of account: Account) -> [(PositionKey, Position)] {
        account.positionKeys.compactMap { key in
            guard key.product != .intraday, instruments[key.instrument].expiry.map({ $0 >= day }) ?? true,
                let carried = account.position(key).carried(at: books[key.instrument].quote.last)
            else { return nil }
            return (key, carried)
        }
    }
}

extension Book {
    /// Nobody's order waits here any more.
    fileprivate mutating func dropOrders() {
        bids = RestingQueue()
        asks = RestingQueue()
        buyStops = RestingQueue()
        sellStops = RestingQueue()
    }
}
