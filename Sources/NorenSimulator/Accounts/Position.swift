struct PositionKey: Hashable, Sendable {
    let instrument: Int
    let product: Product
}

/// The day's trading of one instrument under one product, on top of what earlier days left open.
struct Position: Equatable, Sendable {
    var bought = FillSum()
    var sold = FillSum()
    /// What earlier days left open, at the price it was carried at: one of the two at most.
    var carriedLong = FillSum()
    var carriedShort = FillSum()
    /// What the carried quantity was opened at, on average; zero without one.
    var openedAt = Rupees.zero

    var totalBought: FillSum { carriedLong + bought }
    var totalSold: FillSum { carriedShort + sold }
    var net: Int { totalBought.quantity - totalSold.quantity }

    /// The average of the side that is open; zero when flat.
    var netAverage: Rupees { net > 0 ? totalBought.average : net < 0 ? totalSold.average : .zero }

    /// The same with the carried quantity at what it was opened at.
    var openedAverage: Rupees {
        guard net != 0 else { return .zero }
        let carried = net > 0 ? carriedLong.quantity : carriedShort.quantity
        var side = net > 0 ? bought : sold
        side.add(carried, at: openedAt)
        return side.average
    }

    /// How much of the open quantity the day's own trading opened: all that may be converted as `DAY`.
    func opened(today side: Side) -> Int { max(0, min(net * side.sign, (side == .buy ? bought : sold).quantity)) }

    /// The open quantity as the next day finds it, priced at `last`; nil when nothing is open.
    func carried(at last: Rupees) -> Position? {
        guard net != 0 else { return nil }
        var position = Position()
        position.openedAt = openedAverage
        if net > 0 { position.carriedLong.add(net, at: last) } else { position.carriedShort.add(-net, at: last) }
        return position
    }

    mutating func add(_ side: Side, _ quantity: Int, at price: Rupees) {
        if side == .buy { bought.add(quantity, at: price) } else { sold.add(quantity, at: price) }
    }

    /// What closing at `last` would add: the open quantity against its side's average, in whole paise. `multiplier` is
    /// what one unit is worth.
    func unrealised(at last: Rupees, times multiplier: Int) -> Rupees {
        guard net != 0 else { return .zero }
        let side = net > 0 ? totalBought : totalSold
        let cost = side.value.share(abs(net), of: side.quantity)
        let worth = last * abs(net)
        return ((net > 0 ? worth - cost : cost - worth) * multiplier).roundedToPaise
    }

    /// So that realised + unrealised is exactly sold − bought + net · last, whatever was rounded.
    func realised(at last: Rupees, times multiplier: Int) -> Rupees {
        result(at: last, times: multiplier) - unrealised(at: last, times: multiplier)
    }

    /// Both together.
    func result(at last: Rupees, times multiplier: Int) -> Rupees {
        (totalSold.value - totalBought.value + last * net) * multiplier
    }
}
