/// What the clock does to the market.
extension Exchange {
    /// Plays the next milestone that lies before or at `now`, and says which; nil when there is none left.
    ///
    /// With hours `always` there is only the new day.
    mutating func playNextMilestone(until now: Int64) -> TradingHours.Milestone? {
        while true {
            let (milestone, moment) = TradingHours.next(after: playedUntil)
            guard moment <= now else {
                playedUntil = max(playedUntil, now)
                return nil
            }
            playedUntil = moment
            guard hours == .exchange || milestone == .newDay else { continue }
            // A day that the books are ahead of does not begin again.
            if milestone == .newDay, !turnDay(at: moment) { continue }
            play(milestone, at: moment)
            return milestone
        }
    }

    private mutating func play(_ milestone: TradingHours.Milestone, at now: Int64) {
        switch milestone {
        case .newDay: break
        case .sessionsEnd: for account in accounts.indices { closeSession(of: account) }
        case .preOpen: phase = .preOpen
        case .open:
            phase = .open
            for book in books.indices where books[book].hasWaitingOrders { reopen(book, at: now) }
        case .squareOff: squareOff(at: now)
        case .close:
            expireOrders(at: now)
            phase = .closed
        }
    }

    /// Cancels what is open at the end of trading.
    mutating func expireOrders(at now: Int64) {
        for account in accounts.indices {
            for index in accounts[account].openOrders.sorted() { cancelRest(of: index, at: now) }
        }
    }

    /// Other hours from now on; the phase is the one that they have at this moment.
    mutating func keep(_ hours: SimulatorSettings.Hours, at now: Int64) {
        self.hours = hours
        phase = hours == .always ? .open : TradingHours.phase(at: now)
        guard phase == .open else { return }
        for book in books.indices where books[book].hasWaitingOrders { reopen(book, at: now) }
    }

    /// The broker cancels intraday orders and closes intraday positions at the market, under its own order source.
    mutating func squareOff(at now: Int64) {
        for account in accounts.indices {
            for index in accounts[account].openOrders.sorted() where orders[index].terms.product == .intraday {
                cancelRest(of: index, at: now)
            }
            for key in accounts[account].positionKeys where key.product == .intraday {
                close(key, of: account, at: now)
            }
        }
    }

    private mutating func close(_ key: PositionKey, of account: Int, at now: Int64) {
        let instrument = instruments[key.instrument]
        let piece = max(instrument.lot, (instrument.freeze - 1) / instrument.lot * instrument.lot)
        var left = accounts[account].position(key).net
        while left != 0 {
            let quantity = min(abs(left), piece)
            let terms = OrderTerms(
                instrument: key.instrument,
                side: left > 0 ? .sell : .buy,
                product: key.product,
                validity: .day,
                remarks: nil,
                disclosed: 0,
                price: PriceTerms(type: .market, quantity: quantity, price: .zero, trigger: nil)
            )
            place(terms, for: account, from: .terminal, at: now)
            left -= left > 0 ? quantity : -quantity
        }
    }

    /// Why the hour does not let the order in; nil if it does. The broker's own orders are always let in.
    func hourRefusal(_ order: Order, at now: Int64) -> String? {
        guard hours == .exchange, order.source != .terminal else { return nil }
        if phase == .closed { return "ORA:Exchange is closed" }
        if order.terms.product == .intraday, TradingHours.isSquaredOff(at: now) {
            return "RED:RULE:{Check intraday square off time}Set:15:20:00"
        }
        return nil
    }

    /// Whether nothing may trade in this book now.
    func isHeld(_ book: Int) -> Bool { books[book].isHeld || phase != .open }
}
