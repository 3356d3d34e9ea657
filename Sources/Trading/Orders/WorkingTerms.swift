/// All of an order that can be changed while the broker has it.
public struct WorkingTerms: Hashable, Sendable {
    /// The order's whole quantity: what is filled already counts.
    public var quantity: Int
    public var type: OrderType
    /// Limit price; zero where the type has none.
    public var price: Price
    /// Zero where the type has none.
    public var triggerPrice: Price

    /// Prices that the type has no place for are left out.
    public init(quantity: Int, type: OrderType, price: Price = .zero, triggerPrice: Price = .zero) {
        self.quantity = quantity
        self.type = type
        self.price = type.hasLimit ? price : .zero
        self.triggerPrice = type.hasTrigger ? triggerPrice : .zero
    }

    /// Whether an order on `side` could bring more risk, or the same sooner, than under `old`: anything but fewer units,
    /// a limit further away or a trigger that comes later.
    public func addsRisk(over old: WorkingTerms, _ side: Side) -> Bool {
        func isBeyond(_ price: Price, _ other: Price) -> Bool { side == .buy ? price > other : price < other }
        guard type == old.type, quantity <= old.quantity else { return true }
        return isBeyond(price, old.price) || isBeyond(old.triggerPrice, triggerPrice)
    }
}

extension OrderCommand {
    /// The same command as if it had asked for these terms.
    public func with(_ terms: WorkingTerms) -> OrderCommand {
        var command = self
        command.type = terms.type
        command.quantity = terms.quantity
        command.askedQuantity = terms.quantity
        command.price = terms.price
        command.triggerPrice = terms.triggerPrice
        return command
    }

    /// What it asked for, with the quantity that it has come to.
    func workingTerms(quantity: Int) -> WorkingTerms {
        WorkingTerms(quantity: quantity, type: type, price: price, triggerPrice: triggerPrice)
    }
}
