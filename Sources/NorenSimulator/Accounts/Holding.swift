import JSONText

/// Shares in the account's depository, bought on earlier days.
struct Holding: Sendable, Equatable {
    let instrument: Int
    var quantity: Int
    /// What they were bought at, on average.
    var price: Rupees
}

/// A holding as `Holdings` prints it.
struct HoldingRow {
    let holding: Holding
    /// Sold today.
    let used: Int
    /// The same share on every exchange.
    let listings: [Instrument]

    var json: JSONValue {
        var row = Row()
        row.add("stat", "Ok")
        row.add("exch_tsym", value: .array(listings.map(Self.listing)))
        row.add("holdqty", holding.quantity)
        for absent in [
            "dpqty", "npoadqty", "colqty", "benqty", "unplgdqty", "brkcolqty", "btstqty", "btstcolqty",
        ] { row.add(absent, 0) }
        row.add("usedqty", used)
        row.add("upldprc", holding.price)
        row.add("prd", Product.delivery.rawValue)
        row.add("s_prdt_ali", Product.delivery.alias)
        return row.json
    }

    private static func listing(_ instrument: Instrument) -> JSONValue {
        var row = Row()
        row.add("exch", instrument.exchange)
        row.add("token", instrument.token)
        row.add("tsym", instrument.tradingSymbol)
        row.add("pp", "2")
        row.add("ti", instrument.tick)
        row.add("ls", instrument.lot)
        row.add("cname", instrument.name)
        return row.json
    }
}
