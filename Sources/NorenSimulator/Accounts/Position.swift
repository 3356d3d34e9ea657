struct PositionKey: Hashable, Sendable {
    let instrument: Int
    let product: Product
}

/// The day's trading of one instrument under one product.
struct Position: Sendable {
    var bought = FillSum()
    var sold = FillSum()

    var net: Int { bought.quantity - sold.quantity }

    /// The average of the side that is open; zero when flat.
    var netAverage: Rupees { net > 0 ? bought.average : net < 0 ? sold.average : .zero }

    mutating func add(_ side: Side, _ quantity: Int, at price: Rupees) {
        if side == .buy { bought.add(quantity, at: price) } else { sold.add(quantity, at: price) }
    }

    /// What closing at `last` would add: the open quantity against its side's day average, in whole paise.
    func unrealised(at last: Rupees) -> Rupees {
        guard net != 0 else { return .zero }
        let side = net > 0 ? bought : sold
        let cost = side.value.share(abs(net), of: side.quantity)
        let worth = last * abs(net)
        return (net > 0 ? worth - cost : cost - worth).roundedToPaise
    }

    /// So that realised + unrealised is exactly sold − bought + net · last, whatever was rounded.
    func realised(at last: Rupees) -> Rupees {
        sold.value - bought.value + last * net - unrealised(at: last)
    }
}
