import JSONText

/// What is kept of an exchange, as lines: everything, or what changed since the last one.
///
/// Sessions, counts of calls and whatever a test arranged (faults, holds, fill limits) are not kept.
extension Exchange {
    var hasUnkept: Bool {
        hasUnkeptPrice || !changedOrders.isEmpty
            || accounts.contains { $0.hasChangedFunds || !$0.changedPositions.isEmpty }
    }

    /// The books as they are.
    var everything: JSONValue {
        line(orders: Array(orders.indices), positions: accounts.map(\.positionKeys), owners: accounts)
    }

    /// What happened since the reports were last handed out.
    var unkept: JSONValue {
        line(
            orders: changedOrders,
            positions: accounts.map { account in account.positionKeys.filter(account.changedPositions.contains) },
            owners: accounts.filter(\.hasChangedFunds)
        )
    }

    mutating func noteKept() {
        hasUnkeptPrice = false
        for account in accounts.indices {
            accounts[account].changedPositions = []
            accounts[account].hasChangedFunds = false
        }
    }

    private func line(orders: [Int], positions: [[PositionKey]], owners: [Account]) -> JSONValue {
        [
            "day": JSONValue(day.daysSince1970),
            "counters": counters.kept,
            "orders": .array(
                orders.map { index in
                    let order = self.orders[index]
                    return order.kept(of: accounts[order.account].uid, in: instruments[order.terms.instrument])
                }
            ),
            "positions": .array(
                zip(accounts, positions).flatMap { account, keys in
                    keys.map { account.position($0).kept($0, of: account.uid, in: instruments[$0.instrument]) }
                }
            ),
            "accounts": .array(
                owners.map { owner in
                    [
                        "account": .string(owner.uid), "cash": JSONValue(owner.cash),
                        "peak": JSONValue(owner.peakMargin),
                        "holdings": .array(owner.holdings.map { $0.kept(in: instruments[$0.instrument]) }),
                    ]
                }
            ),
            "prices": .array(
                tradedInstruments.map { books[$0].quote.marks.kept(in: instruments[$0]) }
            ),
        ]
    }

    /// Whatever an account holds, held or has on order today: the prices that its result hangs on.
    private var tradedInstruments: [Int] {
        keptPrices.union(accounts.flatMap(\.positionKeys).map(\.instrument))
            .union(accounts.flatMap(\.holdings).map(\.instrument))
            .union(accounts.flatMap { $0.openOrders.map { orders[$0].terms.instrument } }).sorted()
    }
}

// MARK: - Restoring

extension Exchange {
    /// Takes the books over into an exchange that has none yet; books of an earlier day are carried into today.
    mutating func restore(_ kept: KeptBooks, at now: Int64) throws {
        let today = day
        day = CalendarDay(daysSince1970: kept.day)
        counters = try Counters(kept: kept.counters)
        for row in kept.prices {
            guard let instrument = try instrument(of: row) else { continue }
            books[instrument].quote.marks = try Quote.Marks(kept: row)
            keptPrices.insert(instrument)
        }
        for row in kept.accounts { try restoreAccount(row) }
        for row in kept.positions { try restorePosition(row, pricedBy: kept, isPast: day < today) }
        if day >= today {
            try restoreOrders(kept.orders)
            if phase == .closed { expireOrders(at: now) }
        }
        noteKept()
        _ = turnDay(at: now)
    }

    private mutating func restoreAccount(_ row: JSONValue) throws {
        let account = try account(of: row)
        accounts[account].cash = try row.keptRupees("cash")
        accounts[account].peakMargin = try row.keptRupees("peak")
        for row in try row.keptRows("holdings") {
            guard let instrument = try instrument(of: row) else {
                throw BooksProblem("\(try row.keptText("symbol")) is not listed")
            }
            let holding = Holding(
                instrument: instrument,
                quantity: try row.keptNumber("quantity"),
                price: try row.keptRupees("price")
            )
            accounts[account].setHolding(holding, of: instruments[instrument])
        }
    }

    private mutating func restorePosition(_ row: JSONValue, pricedBy kept: KeptBooks, isPast: Bool) throws {
        let account = try account(of: row)
        guard let instrument = try instrument(of: row) else {
            guard isPast else { throw BooksProblem("\(try row.keptText("symbol")) is not listed") }
            // It expired meanwhile, and is settled at the last price that was kept.
            guard let price = try kept.price(of: row) else { return }
            let (position, last) = (try Position(kept: row), try Quote.Marks(kept: price).last)
            let multiplier = Instrument.multiplier(at: try row.keptText("exchange"))
            accounts[account].cash += position.result(at: last, times: multiplier)
            return
        }
        let key = PositionKey(instrument: instrument, product: try row.keptWord("product"))
        accounts[account].setPosition(key, try Position(kept: row), of: instruments[instrument])
    }

    private mutating func restoreOrders(_ rows: [JSONValue]) throws {
        for row in rows {
            guard let instrument = try instrument(of: row) else {
                throw BooksProblem("\(try row.keptText("symbol")) is not listed")
            }
            let account = try account(of: row)
            let order = try Order(kept: row, account: account, instrument: instrument)
            let index = orders.count
            orders.append(order)
            orderIndices[order.number] = index
            accounts[account].orders.append(index)
            guard order.status.isWorking else { continue }
            accounts[account].openOrders.insert(index)
            accounts[account].orderMargin += order.margin.amount(remaining: order.remaining)
            try rest(index, sequence: row.keptNumber("sequence"))
        }
        restoreTrades()
    }

    /// Where it rested before, with the same place in time.
    private mutating func rest(_ index: Int, sequence: Int) throws {
        let isAggressive = orders[index].isAggressive
        if orders[index].status == .triggerPending {
            awaitTrigger(index, keeping: sequence)
        } else {
            rest(index, keeping: sequence)
        }
        orders[index].isAggressive = isAggressive
    }

    /// Fill ids ascend, so they tell the order in which everything was traded.
    private mutating func restoreTrades() {
        let trades = orders.indices.flatMap { index in
            orders[index].reports.compactMap { report in
                report.fill.map { Account.Trade(order: index, fill: $0, at: report.at, filled: report.filled) }
            }
        }
        for trade in trades.sorted(by: { $0.fill.id < $1.fill.id }) {
            accounts[orders[trade.order].account].trades.append(trade)
        }
    }

    private func instrument(of row: JSONValue) throws -> Int? {
        instruments.number(exchange: try row.keptText("exchange"), symbol: try row.keptText("symbol"))
    }

    private func account(of row: JSONValue) throws -> Int {
        let uid = try row.keptText("account")
        guard let account = accountNumbers[uid] else { throw BooksProblem("there is no account \(uid)") }
        return account
    }
}

// MARK: - Rows

extension Exchange.Counters {
    fileprivate var kept: JSONValue {
        [
            "order": JSONValue(order), "exchange": JSONValue(exchange), "fill": JSONValue(fill),
            "sequence": JSONValue(sequence), "session": JSONValue(session),
        ]
    }

    fileprivate init(kept row: JSONValue) throws {
        order = try row.keptNumber("order")
        exchange = try row.keptNumber("exchange")
        fill = try row.keptNumber("fill")
        sequence = try row.keptNumber("sequence")
        session = try row.keptNumber("session")
    }
}

extension Position {
    fileprivate func kept(_ key: PositionKey, of account: String, in instrument: Instrument) -> JSONValue {
        [
            "account": .string(account),
            "exchange": .string(instrument.exchange),
            "symbol": .string(instrument.tradingSymbol),
            "product": .string(key.product.rawValue),
            "bought": JSONValue(bought),
            "sold": JSONValue(sold),
            "carried_long": JSONValue(carriedLong),
            "carried_short": JSONValue(carriedShort),
            "opened_at": JSONValue(openedAt),
        ]
    }

    fileprivate init(kept row: JSONValue) throws {
        bought = try row.keptSum("bought")
        sold = try row.keptSum("sold")
        carriedLong = try row.keptSum("carried_long")
        carriedShort = try row.keptSum("carried_short")
        openedAt = try row.keptRupees("opened_at")
    }
}

extension Holding {
    fileprivate func kept(in instrument: Instrument) -> JSONValue {
        [
            "exchange": .string(instrument.exchange), "symbol": .string(instrument.tradingSymbol),
            "quantity": JSONValue(quantity), "price": JSONValue(price),
        ]
    }
}

extension Quote.Marks {
    fileprivate func kept(in instrument: Instrument) -> JSONValue {
        [
            "exchange": .string(instrument.exchange), "symbol": .string(instrument.tradingSymbol),
            "last": JSONValue(last), "previous_close": JSONValue(previousClose), "open": JSONValue(open),
            "high": JSONValue(high), "low": JSONValue(low),
            "lower_circuit": JSONValue(lowerCircuit), "upper_circuit": JSONValue(upperCircuit),
        ]
    }

    fileprivate init(kept row: JSONValue) throws {
        last = try row.keptRupees("last")
        previousClose = try row.keptRupees("previous_close")
        open = try row.keptRupees("open")
        high = try row.keptRupees("high")
        low = try row.keptRupees("low")
        lowerCircuit = try row.keptRupees("lower_circuit")
        upperCircuit = try row.keptRupees("upper_circuit")
    }
}
