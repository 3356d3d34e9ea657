extension Exchange {
    /// Begins a new trading day if `now` is in one, and says whether it is.
    ///
    /// The order and trade books start empty: what was still open has expired with its day. The day's result is paid
    /// in cash. Intraday positions are squared off and expired contracts settled, at the last price both; delivery
    /// moves into the holdings, and what is left is carried at its last price. New contracts are listed.
    mutating func turnDay(at now: Int64) -> Bool {
        let today = IndianTime(microseconds: now).day
        guard day < today else { return false }
        day = today
        _ = takeEvents()
        orders = []
        orderIndices = [:]
        for book in books.indices where books[book].hasWaitingOrders { books[book].dropOrders() }
        for account in accounts.indices { settleDay(of: account) }
        for book in books.indices { books[book].openDay(at: now) }
        instruments.list(InstrumentCatalogue.instruments(today: day), today: day)
        while books.count < instruments.all.count { addBook(for: instruments[books.count]) }
        return true
    }

    private mutating func settleDay(of account: Int) {
        let owner = accounts[account]
        var carried: [(PositionKey, Position)] = []
        for key in owner.positionKeys {
            let position = owner.position(key)
            let last = books[key.instrument].quote.last
            switch key.product {
            case .delivery: deliver(position, key.instrument, to: account)
            case .margin, .intraday:
                let instrument = instruments[key.instrument]
                accounts[account].cash += position.result(at: last, times: instrument.multiplier)
                let isOver = key.product == .intraday || instrument.expiry.map { $0 < day } ?? false
                if !isOver, let rest = position.carried(at: last) { carried.append((key, rest)) }
            }
        }
        accounts[account].clearBooks()
        for (key, position) in carried {
            accounts[account].setPosition(key, position, of: instruments[key.instrument])
        }
    }

    /// Shares bought come in at their average, shares sold go out; the money moves the other way. More shares than
    /// were there leave none: the exchange's auction bought the missing ones at the last price.
    private mutating func deliver(_ position: Position, _ instrument: Int, to account: Int) {
        let last = books[instrument].quote.last
        accounts[account].cash += position.totalSold.value - position.totalBought.value
        let old = accounts[account].holdings.first { $0.instrument == instrument }
        var held = FillSum()
        held.add(old?.quantity ?? 0, at: old?.price ?? .zero)
        if position.net > 0 { held.add(position.net, worth: position.totalBought.average * position.net) }
        let quantity = (old?.quantity ?? 0) + position.net
        if quantity < 0 { accounts[account].cash -= last * -quantity }
        accounts[account].setHolding(
            Holding(instrument: instrument, quantity: max(0, quantity), price: held.average),
            of: instruments[instrument]
        )
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

    /// The day that ended becomes a bar of the daily chart.
    fileprivate mutating func openDay(at now: Int64) {
        let yesterday = CalendarDay(daysSince1970: IndianTime(microseconds: now).day.daysSince1970 - 1)
        days[yesterday] = Bar(
            start: IndianTime(yesterday, secondsOfDay: TradingHours.open).microseconds / 1_000_000,
            open: quote.open,
            high: quote.high,
            low: quote.low,
            close: quote.last,
            volume: quote.volume
        )
        quote.openDay()
    }
}
