/// Why the risk engine turns an order down. These answers come after the order number, as a REJECTED order.
struct RiskChecks {
    let instrument: Instrument
    let quote: Quote
    let uid: String

    /// The first rule that `price` breaks; nil if it breaks none. Margin is judged apart, because it needs the account.
    func refusal(_ price: PriceTerms) -> String? {
        freeze(price.quantity) ?? lot(price.quantity) ?? tick(price) ?? circuit(price)
    }

    private func freeze(_ quantity: Int) -> String? {
        guard quantity >= instrument.freeze else { return nil }
        return "RED:RULE:{Check Freeze qty including square off order}Current:\(quantity) Set:\(instrument.freeze)"
    }

    private func lot(_ quantity: Int) -> String? {
        guard quantity % instrument.lot != 0 else { return nil }
        return "RED:RULE:{Check order qty multiple of lot size}Current:\(quantity) LotSize:\(instrument.lot)"
    }

    private func tick(_ price: PriceTerms) -> String? {
        let prices = [price.type.isMarket ? nil : price.price, price.trigger].compactMap(\.self)
        guard let odd = prices.first(where: { !$0.isMultiple(of: instrument.tick) }) else { return nil }
        return
            "RED:RULE:{Check order price multiple of tick size}Current:\(odd.inReason) TickSize:\(instrument.tick.exactText)"
    }

    private func circuit(_ price: PriceTerms) -> String? {
        let prices = [price.type.isMarket ? nil : price.price, price.trigger].compactMap(\.self)
        let band = quote.lowerCircuit...quote.upperCircuit
        guard let outside = prices.first(where: { !band.contains($0) }) else { return nil }
        return "RED:RULE:{Check circuit limit including square off order}Current:\(outside.inReason)"
            + " LowerCircuit:\(quote.lowerCircuit.inReason) UpperCircuit:\(quote.upperCircuit.inReason)"
            + ":\(instrument.exchange).\(instrument.tradingSymbol) for C-\(uid) [DEFAULT]"
    }

    func shortfall(needed: Rupees, available: Rupees) -> String? {
        guard needed > available else { return nil }
        return "RED:Margin Shortfall:\(needed.inReason) Available:\(available.inReason) for C-\(uid) [SIMULATOR]"
    }
}
