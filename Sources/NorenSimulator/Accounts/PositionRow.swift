import JSONText

/// A position as `PositionBook` prints it.
struct PositionRow {
    let uid: String
    let instrument: Instrument
    let product: Product
    let position: Position
    let last: Rupees
    /// Open orders, which would change it.
    let resting: (buy: FillSum, sell: FillSum)

    var json: JSONValue {
        var row = Row(decimals: instrument.decimals)
        row.add("stat", "Ok")
        row.add("uid", uid)
        row.add("actid", uid)
        row.add("exch", instrument.exchange)
        row.add("tsym", instrument.tradingSymbol)
        row.add("token", instrument.token)
        row.add("prd", product.rawValue)
        row.add("s_prdt_ali", product.alias)
        row.add("dname", instrument.displayName)
        row.add("symname", instrument.symbol)
        row.add("frzqty", instrument.freeze)
        addContract(of: instrument, to: &row)
        addDay(to: &row)
        addNet(to: &row)
        return row.json
    }

    private func addDay(to row: inout Row) {
        let (bought, sold) = (position.bought, position.sold)
        row.add("daybuyqty", bought.quantity)
        row.add("daysellqty", sold.quantity)
        row.add("daybuyamt", bought.value)
        row.add("daybuyavgprc", bought.average)
        row.add("daysellamt", sold.value)
        row.add("daysellavgprc", sold.average)
        row.add("cfbuyqty", position.carriedLong.quantity)
        row.add("cfsellqty", position.carriedShort.quantity)
        row.add("cfbuyamt", position.carriedLong.value)
        row.add("cfbuyavgprc", position.carriedLong.average)
        row.add("cfsellamt", position.carriedShort.value)
        row.add("cfsellavgprc", position.carriedShort.average)
        row.add("cforgavgprc", position.openedAt)
        row.add("openbuyqty", resting.buy.quantity)
        row.add("openbuyamt", resting.buy.value)
        row.add("openbuyavgprc", resting.buy.average)
        row.add("opensellqty", resting.sell.quantity)
        row.add("opensellamt", resting.sell.value)
        row.add("opensellavgprc", resting.sell.average)
        row.add("totbuyamt", position.totalBought.value)
        row.add("totsellamt", position.totalSold.value)
        row.add("totbuyavgprc", position.totalBought.average)
        row.add("totsellavgprc", position.totalSold.average)
    }

    private func addNet(to row: inout Row) {
        row.add("netqty", position.net)
        row.add("netavgprc", position.netAverage)
        row.add("netupldprc", position.openedAverage)
        row.add("upldprc", position.openedAt)
        row.add("bep", position.netAverage)
        row.add("lp", last)
        row.add("urmtom", position.unrealised(at: last, times: instrument.multiplier))
        row.add("rpnl", position.realised(at: last, times: instrument.multiplier))
    }
}
