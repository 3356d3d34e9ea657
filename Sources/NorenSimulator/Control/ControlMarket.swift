import JSONText

extension Simulation {
    func setPrice(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let instrument = try instrument(input)
        let price = try input.price("price")
        let tick = exchange.instruments[instrument].tick
        guard price.isMultiple(of: tick) else { throw ControlError("price is a multiple of \(tick.exactText)") }
        exchange.books[instrument].quote.set(price)
        exchange.keptPrices.insert(instrument)
        exchange.hasUnkeptPrice = true
        exchange.books[instrument].note(at: now)
        exchange.settle(instrument, at: now)
        return Control.done
    }

    func limitFills(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let instrument = try instrument(input)
        guard let quantity = input["quantity"] else { throw ControlError("quantity is missing; null lifts the limit") }
        let limit = quantity == .null ? nil : try input.count("quantity", in: 0...1_000_000_000)
        exchange.books[instrument].liquidity = limit
        exchange.settle(instrument, at: now)
        return Control.done
    }

    func hold(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let instrument = try instrument(input)
        exchange.books[instrument].isHeld = try input.flag("held")
        if !exchange.books[instrument].isHeld { exchange.reopen(instrument, at: now) }
        return Control.done
    }
}

extension Exchange {
    /// Everything tradable that fits the filter, for tests that pick contracts.
    func contracts(_ filter: JSONValue) -> JSONValue {
        let (market, underlying) = (filter["exchange"]?.string, filter["underlying"]?.string)
        let rows = instruments.listed.compactMap { number -> JSONValue? in
            let instrument = instruments[number]
            guard instrument.isTradable, market == nil || market == instrument.exchange,
                underlying == nil || underlying == instrument.symbol
            else { return nil }
            var row = Row(decimals: instrument.decimals)
            row.add("exch", instrument.exchange)
            row.add("token", instrument.token)
            row.add("tsym", instrument.tradingSymbol)
            row.add("ls", instrument.lot)
            row.add("ti", instrument.tick)
            row.add("lp", books[number].quote.last)
            row.add("optt", ifKnown: instrument.optionType)
            row.add("strprc", ifKnown: instrument.strikePrice)
            row.add("exd", ifKnown: instrument.expiry?.inMaster)
            return row.json
        }
        return .array(rows)
    }
}
