extension Position {
    /// How much of the open quantity earlier days opened: all that may be converted as `CF`.
    func openCarried(_ side: Side) -> Int {
        max(0, min(net * side.sign, (side == .buy ? carriedLong : carriedShort).quantity))
    }

    /// Moves carried quantity at its carried price. Where the other one carries the opposite side, it comes as trading
    /// of the day: a position carries one side at most.
    mutating func moveCarried(_ quantity: Int, _ side: Side, to target: inout Position) {
        let worth = side == .buy ? carriedLong.remove(quantity) : carriedShort.remove(quantity)
        let opposite = side == .buy ? target.carriedShort : target.carriedLong
        guard opposite.quantity == 0 else {
            if side == .buy {
                target.bought.add(quantity, worth: worth)
            } else {
                target.sold.add(quantity, worth: worth)
            }
            return
        }
        var opened = FillSum()
        opened.add((side == .buy ? target.carriedLong : target.carriedShort).quantity, at: target.openedAt)
        opened.add(quantity, at: openedAt)
        target.openedAt = opened.average
        if side == .buy {
            target.carriedLong.add(quantity, worth: worth)
        } else {
            target.carriedShort.add(quantity, worth: worth)
        }
        if carriedLong.quantity == 0, carriedShort.quantity == 0 { openedAt = .zero }
    }
}
