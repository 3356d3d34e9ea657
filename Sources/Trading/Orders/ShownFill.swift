/// What the broker says is filled of an order in all, where its fills are still to come.
public struct ShownFill: Hashable, Sendable {
    /// Units, those counted whose fills have come.
    public let quantity: Int
    /// Of all of it, rounded as the broker prints it.
    public let average: Price

    public init(quantity: Int, average: Price) {
        self.quantity = quantity
        self.average = average
    }

    /// All that is filled: what has come, and for what is missing the rest of what the broker shows.
    func completing(_ booked: FillSum) -> FillSum {
        let missing = Int128(quantity - booked.quantity)
        let rest = Int128(quantity) * Int128(average.tenThousandths) - booked.value
        // What has come may be of what was filled since.
        let worth = rest > 0 ? rest : missing * Int128(average.tenThousandths)
        return FillSum(quantity: quantity, value: booked.value + worth)
    }
}

/// Fills that have come, beside a larger quantity that the broker shows.
struct Inference: Hashable, Sendable {
    let booked: FillSum
    let shown: ShownFill
}
