import Trading

/// What a desk tells its limits of an order, and what it counts for them.
extension Desk {
    /// Nil where there are no limits. `command` is registered, and counted as an open order.
    func limitCircumstances(of command: OrderCommand, at now: Timestamp) -> LimitCircumstances? {
        guard watchesLimits, command.test == nil else { return nil }
        var found = LimitCircumstances()
        let limits = settings.limits
        noteLists(command, limits, in: &found)
        if limits.holdsToTradingHours { found.isOpen = settings.calendar.isOpen(command.instrument.exchange, at: now) }
        if limits.avoidsExpiryDay, let expiry = expiry(of: command.instrument) {
            found.isBeforeExpiry = TradingDay(now).date < expiry
        }
        // Its pieces were asked for with it, and were judged as a whole.
        guard command.slice == nil else { return found }
        let record = orders[command.id]
        let isChange = record.map { $0.state != .received } ?? false
        let ahead = isChange ? Ahead() : self.ahead(of: command)
        let price = price(for: command, at: now)
        let lastPrice = knownPrice(of: command.instrument, at: now)
        if let (most, scope) = limits.narrowest(\.orderQuantity, for: command) {
            let quantity = mutant("order-quantity-passes") ? 0 : command.quantity
            found.add(.orderQuantity, scope, most, quantity)
        }
        if let (most, scope) = limits.narrowest(\.orderValue, for: command) {
            if let price {
                found.add(.orderValue, scope, most, mutant("order-value-passes") ? 0 : price.worth(command.quantity))
            } else {
                found.unpriced = command.instrument
            }
        }
        if let (points, scope) = limits.narrowest(\.priceCollar, for: command),
            command.type.hasLimit || command.type.hasTrigger
        {
            (found.collarPoints, found.collarScope, found.lastPrice) = (points, scope, lastPrice)
            if lastPrice == nil { found.unpriced = command.instrument }
        }
        if !isChange { notePace(command, ahead, in: &found, at: now) }
        notePositions(command, record, ahead, in: &found)
        noteExposure(command, record, ahead, price, in: &found, at: now)
        if limits.client.freeMargin != nil { (found.asksMargin, found.freeMargin) = (true, freeMargin(at: now)) }
        if limits.blocksSelfCrossing { found.crossed = crossed(by: command) }
        return found
    }

    var watchesLimits: Bool { orders.load.isKept }

    private func expiry(of instrument: Instrument) -> CivilDate? {
        contracts.contract(instrument)?.expiry ?? instrument.expiryInSymbol
    }

    private func noteLists(_ command: OrderCommand, _ limits: LimitSettings, in found: inout LimitCircumstances) {
        guard !limits.restricted.isEmpty || !limits.allowed.isEmpty else { return }
        let instrument = command.instrument
        var names = [instrument.description, instrument.symbol, instrument.exchange.code]
        if let underlying = contracts.contract(instrument)?.underlying { names.append(underlying) }
        found.restriction = names.first { limits.restricted.contains($0) }
        found.isAllowed = limits.allowed.isEmpty || names.contains { limits.allowed.contains($0) }
    }

    /// Each scope counts its own orders, and all of them hold.
    private func notePace(
        _ command: OrderCommand,
        _ ahead: Ahead,
        in found: inout LimitCircumstances,
        at now: Timestamp
    ) {
        let load = orders.load
        let today = TradingDay(now)
        for scope in [LimitScope.client, .strategy(command.strategy), .instrument(command.instrument)] {
            guard let limits = settings.limits.limits(of: scope) else { continue }
            let sums = load.sums(of: scope)
            let later = ahead.laterCount(scope, command)
            if let most = limits.openOrders, !mutant("open-orders-pass") {
                found.add(.openOrders, scope, most, (sums?.open ?? 0) - later)
            }
            let earlier = ahead.earlierCount(scope, command) + 1
            if let most = limits.ordersPerSecond, !mutant("orders-per-second-pass") {
                found.add(.ordersPerSecond, scope, most, sent.count(scope, within: .seconds(1), at: now) + earlier)
            }
            if let most = limits.ordersPerMinute, !mutant("orders-per-minute-pass") {
                found.add(.ordersPerMinute, scope, most, sent.count(scope, within: .seconds(60), at: now) + earlier)
            }
            if let most = limits.ordersPerDay, !mutant("orders-per-day-pass") {
                found.add(.ordersPerDay, scope, most, (sums?.sent[today] ?? 0) + earlier)
            }
        }
    }

    /// What is held and what open orders on the same side may add; what takes risk out counts when it has.
    private func notePositions(
        _ command: OrderCommand,
        _ record: OrderRecord?,
        _ ahead: Ahead,
        in found: inout LimitCircumstances
    ) {
        let limits = settings.limits
        let sign = command.side.sign
        let own = record.map { OpenLoad.Share($0, isCounted: true).units } ?? 0
        let asked = max(0, command.quantity - (record?.filled.quantity ?? 0))
        if let (most, scope) = limits.narrowest(\.instrumentPosition, for: command),
            !mutant("instrument-position-passes")
        {
            let lane = OpenLoad.Lane(subject: command.instrument, side: command.side)
            let net = [Product.delivery, .margin, .intraday]
                .map { ledger.net(PositionKey(command.instrument, $0)) }.reduce(0, +)
            let open =
                (orders.load.unitsOfInstrument[lane] ?? 0) - own
                - ahead.laterUnits { $0.instrument == command.instrument && $0.side == command.side } + asked
            found.add(.instrumentPosition, scope, most, net * sign + open)
        }
        if let (most, scope) = limits.narrowest(\.strategyPosition, for: command), !mutant("strategy-position-passes") {
            let lane = OpenLoad.Lane(subject: command.holding, side: command.side)
            let open =
                (orders.load.unitsOfHolding[lane] ?? 0) - own
                - ahead.laterUnits { $0.position == command.position && $0.side == command.side } + asked
            found.add(.strategyPosition, scope, most, ledger[command.holding].quantity * sign + open)
        }
    }

    private func noteExposure(
        _ command: OrderCommand,
        _ record: OrderRecord?,
        _ ahead: Ahead,
        _ price: Price?,
        in found: inout LimitCircumstances,
        at now: Timestamp
    ) {
        for scope in [LimitScope.client, .strategy(command.strategy)] {
            guard let most = settings.limits.limits(of: scope)?.grossExposure, !mutant("gross-exposure-passes") else {
                continue
            }
            guard let price else {
                found.unpriced = command.instrument
                return
            }
            var worth = exposure(of: scope)
            let open = orders.load.sums(of: scope)?.unpriced ?? [:]
            if let unknown = open.keys.filter({ latestPrice(of: $0) == nil }).min() {
                found.unpriced = unknown
                return
            }
            for (instrument, units) in open { worth += (latestPrice(of: instrument) ?? .zero).worth(units) }
            let later = ahead.later.filter { scope == .client || $0.strategy == command.strategy }
            for other in later { worth -= (self.price(for: other, at: now) ?? .zero).worth(other.quantity) }
            // Its own share at the price of now: what it was counted with, and what it is to be.
            let own = record.map { OpenLoad.Share($0, isCounted: true) }
            let counted = own.map { ($0.price ?? latestPrice(of: command.instrument) ?? .zero).worth($0.units) } ?? 0
            worth += price.worth(max(0, command.quantity - (record?.filled.quantity ?? 0))) - counted
            found.figures.append(
                LimitFigure(kind: .grossExposure, scope: scope, limit: Int128(most.tenThousandths), observed: worth)
            )
        }
    }

    /// What all that is held cost, and what all that is open and has a price is worth; in 1/10000 rupee.
    func exposure(of scope: LimitScope) -> Int128 {
        let held: Int128 =
            switch scope {
            case .client: ledger.grossCost
            case .strategy(let name): ledger.grossCosts[name] ?? 0
            case .instrument: 0
            }
        return held + (orders.load.sums(of: scope)?.value ?? 0)
    }

    // MARK: Prices

    /// What one unit of an order is worth: its own price, or what the market shows now.
    private func price(for command: OrderCommand, at now: Timestamp) -> Price? {
        if command.type.hasLimit { return command.price }
        if command.type.hasTrigger { return command.triggerPrice }
        return knownPrice(of: command.instrument, at: now)
    }

    /// The last price, as long as it can be trusted: from a quote, or from the broker's position book.
    func knownPrice(of instrument: Instrument, at now: Timestamp) -> Price? {
        if let quote = view.quotes[instrument], now - quote.receivedAt <= MarketProtection.longestQuoteAge,
            let last = quote.last ?? quote.bid ?? quote.ask
        {
            return last
        }
        guard let positions = view.positions, now - positions.began <= settings.maxProfitAge,
            TradingDay(positions.began) == TradingDay(now)
        else { return nil }
        return positions.prices[instrument]
    }

    /// The same, however old.
    private func latestPrice(of instrument: Instrument) -> Price? {
        view.quotes[instrument]?.last ?? view.positions?.prices[instrument]
    }

    /// Asks for the price that an order is to be judged by, where that is not known.
    mutating func askLimitPrice(for command: OrderCommand, at now: Timestamp, into output: inout DeskOutput) {
        guard watchesLimits, let unknown = limitCircumstances(of: command, at: now)?.unpriced else { return }
        askQuote(of: unknown, urgent: false, at: now, into: &output)
    }

    // MARK: Against oneself

    /// An own resting order on the other side that this one could trade against; of any product, by any strategy.
    private func crossed(by command: OrderCommand) -> CommandID? {
        [Product.delivery, .margin, .intraday].lazy
            .map { PositionKey(command.instrument, $0) }
            .compactMap { position in orders.firstOpen(position, command.side.opposite) { $0.rests(against: command) } }
            .first
    }

    // MARK: Beside it

    /// The orders of the same group that wait with it.
    private func ahead(of command: OrderCommand) -> Ahead {
        var ahead = Ahead()
        for id in groups[command.group]?.commands ?? [] where id != command.id {
            guard let other = orders.records[id], other.state == .received, !other.command.reduces else { continue }
            if id < command.id { ahead.earlier.append(other.command) } else { ahead.later.append(other.command) }
        }
        return ahead
    }

    /// What waits beside an order, of its own group: what comes later is not to stand in its way.
    private struct Ahead {
        var earlier: [OrderCommand] = []
        var later: [OrderCommand] = []

        func earlierCount(_ scope: LimitScope, _ command: OrderCommand) -> Int { count(earlier, scope, command) }
        func laterCount(_ scope: LimitScope, _ command: OrderCommand) -> Int { count(later, scope, command) }

        func laterUnits(where isSame: (OrderCommand) -> Bool) -> Int {
            later.filter(isSame).map(\.quantity).reduce(0, +)
        }

        /// A group is of one strategy.
        private func count(_ others: [OrderCommand], _ scope: LimitScope, _ command: OrderCommand) -> Int {
            if case .instrument(let instrument) = scope { return others.count { $0.instrument == instrument } }
            return others.count
        }
    }
}

extension LimitCircumstances {
    fileprivate mutating func add(_ kind: LimitKind, _ scope: LimitScope, _ limit: Int, _ observed: Int) {
        figures.append(LimitFigure(kind: kind, scope: scope, limit: Int128(limit), observed: Int128(observed)))
    }

    fileprivate mutating func add(_ kind: LimitKind, _ scope: LimitScope, _ limit: Money, _ observed: Int128) {
        figures.append(
            LimitFigure(kind: kind, scope: scope, limit: Int128(limit.tenThousandths), observed: observed)
        )
    }
}

extension LimitSettings {
    /// What is set at exactly this scope.
    func limits(of scope: LimitScope) -> Limits? {
        switch scope {
        case .client: client
        case .strategy(let name): strategies[name]
        case .instrument(let instrument): instruments[instrument]
        }
    }
}

extension OpenLoad {
    func sums(of scope: LimitScope) -> Sums? {
        switch scope {
        case .client: client
        case .strategy(let name): strategies[name]
        case .instrument(let instrument): instruments[instrument]
        }
    }
}

extension Price {
    /// In 1/10000 rupee.
    fileprivate func worth(_ quantity: Int) -> Int128 { Int128(quantity) * Int128(tenThousandths) }
}

extension OrderRecord {
    /// Whether it may lie in the exchange's book at a price that `command` reaches. A stop lies there only once it was
    /// triggered, which nobody knows of.
    fileprivate func rests(against command: OrderCommand) -> Bool {
        guard command.test == nil, !type.hasTrigger else { return false }
        guard type.hasLimit, command.type.hasLimit else { return true }
        return command.side == .buy ? command.price >= price : command.price <= price
    }
}
