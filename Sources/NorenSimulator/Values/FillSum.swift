/// What has been filled: Σq and Σ(q·p), so that an average never accumulates rounding.
struct FillSum: Hashable, Sendable {
    private(set) var quantity = 0
    private(set) var value = Rupees.zero

    mutating func add(_ quantity: Int, at price: Rupees) {
        self.quantity += quantity
        value += price * quantity
    }

    /// Takes `quantity` out at the average, and says what it was worth: moving it elsewhere loses nothing to rounding.
    mutating func remove(_ quantity: Int) -> Rupees {
        guard self.quantity > 0 else { return .zero }
        let part = value.share(quantity, of: self.quantity)
        self.quantity -= quantity
        value -= part
        return part
    }

    mutating func add(_ quantity: Int, worth value: Rupees) {
        self.quantity += quantity
        self.value += value
    }

    /// Undoes an `add`.
    mutating func takeBack(_ quantity: Int, at price: Rupees) {
        self.quantity -= quantity
        value -= price * quantity
    }

    static func + (left: FillSum, right: FillSum) -> FillSum {
        var sum = left
        sum.add(right.quantity, worth: right.value)
        return sum
    }

    /// Σ(q·p)/Σq rounded half up to 1/10000 rupee; zero while nothing is filled.
    var average: Rupees { quantity > 0 ? value.share(1, of: quantity) : .zero }
}
