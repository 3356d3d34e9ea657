import JSONText

/// A quote as feeds and quote requests print it.
struct QuoteFields {
    let instrument: Instrument
    let quote: Quote
    let now: Int64

    /// What a touchline carries and changes.
    var touchline: [JSONMember] {
        var row = Row(decimals: instrument.decimals)
        addPrices(to: &row)
        addBest(1, to: &row)
        row.add("ft", IndianTime(microseconds: now).epochSeconds)
        return row.members
    }

    /// The touchline, five levels, circuits and last trade.
    var depth: [JSONMember] {
        var row = Row(decimals: instrument.decimals)
        addPrices(to: &row)
        row.add("ltt", IndianTime(microseconds: now).clockOnly)
        row.add("ltq", instrument.lot)
        row.add("tbq", quote.levels(for: .sell).reduce(0) { $0 + $1.quantity })
        row.add("tsq", quote.levels(for: .buy).reduce(0) { $0 + $1.quantity })
        row.add("lc", quote.lowerCircuit)
        row.add("uc", quote.upperCircuit)
        row.add("52h", quote.yearHigh)
        row.add("52l", quote.yearLow)
        row.add("wk52_h", quote.yearHigh)
        row.add("wk52_l", quote.yearLow)
        addBest(5, to: &row)
        row.add("ft", IndianTime(microseconds: now).epochSeconds)
        return row.members
    }

    /// What never changes while subscribed; only in the acknowledgement.
    var identity: [JSONMember] {
        var row = Row(decimals: instrument.decimals)
        row.add("ts", instrument.tradingSymbol)
        row.add("pp", instrument.decimals)
        row.add("ls", instrument.lot)
        row.add("ti", instrument.tick)
        return row.members
    }

    private func addPrices(to row: inout Row) {
        row.add("lp", quote.last)
        let change = Rupees(units: (quote.last - quote.previousClose).units * 1_000_000 / quote.previousClose.units)
        row.add("pc", change)
        row.add("v", quote.volume)
        row.add("o", quote.open)
        row.add("h", quote.high)
        row.add("l", quote.low)
        row.add("c", quote.previousClose)
        row.add("ap", quote.last)
        if instrument.expiry != nil {
            row.add("oi", quote.openInterest)
            row.add("poi", quote.openInterest)
        }
    }

    private func addBest(_ depth: Int, to row: inout Row) {
        let bids = quote.levels(for: .sell)
        let asks = quote.levels(for: .buy)
        for level in 0..<depth {
            if level < bids.count { add(bids[level], "b", level + 1, to: &row) }
            if level < asks.count { add(asks[level], "s", level + 1, to: &row) }
        }
    }

    private func add(_ level: Quote.Level, _ side: String, _ number: Int, to row: inout Row) {
        row.add("\(side)p\(number)", level.price)
        row.add("\(side)q\(number)", level.quantity)
        row.add("\(side)o\(number)", level.orders)
    }
}
