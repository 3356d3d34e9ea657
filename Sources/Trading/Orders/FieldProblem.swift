/// A field that is missing or wrong: where it stands, and what would be right.
public struct FieldProblem: Hashable, Sendable, CustomStringConvertible {
    /// Path in what was sent: `legs[1].qty`.
    public let field: String
    public let problem: String

    public init(_ field: String, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { "\(field): \(problem)" }
}

extension OrderCommand {
    /// The largest quantity one order may carry, in units; with the largest price its value still fits 64 bits.
    public static let largestQuantity = 10_000_000

    /// What is wrong with the command in itself, whatever the market and the account are like.
    public var problems: [FieldProblem] {
        var found: [FieldProblem] = []
        func check(_ passes: Bool, _ field: String, _ problem: @autoclosure () -> String) {
            if !passes { found.append(FieldProblem(field, problem())) }
        }
        if let asked = askedQuantity {
            check(asked > 0, "qty", "must be at least 1, was \(asked)")
            check(asked <= Self.largestQuantity, "qty", "must be at most \(Self.largestQuantity), was \(asked)")
        }
        check(Exchange.tradable.contains(instrument.exchange), "exchange", "\(instrument.exchange) is not traded here")
        for (name, value) in [("price", price), ("trigger_price", triggerPrice)] {
            check(value >= .zero, name, "must not be negative, was \(value)")
            check(value <= .largest, name, "must be at most \(Price.largest), was \(value)")
        }
        if type.hasLimit { check(price != .zero, "price", "a \(type.rawValue) order needs a price above 0") }
        if type.hasTrigger {
            check(triggerPrice != .zero, "trigger_price", "a \(type.rawValue) order needs a trigger price above 0")
        }
        if type == .stopLimit, price > .zero, triggerPrice > .zero {
            let fits = side == .buy ? price >= triggerPrice : price <= triggerPrice
            check(
                fits,
                "trigger_price",
                "a \(side.rawValue) stop triggers \(side == .buy ? "at or below" : "at or above") its limit \(price), "
                    + "was \(triggerPrice)"
            )
        }
        return found + protectionProblems
    }

    /// A stop must stand on the losing side of the entry and a target on the winning one, where the price is known.
    private var protectionProblems: [FieldProblem] {
        var found: [FieldProblem] = []
        let named = [
            ("stop_loss", protection.stopLoss), ("target", protection.target),
            ("trailing_value", protection.trailingValue),
            ("trailing_activation_price", protection.trailingActivationPrice),
        ]
        for case (let name, .some(let value)) in named where value <= .zero || value > .largest {
            found.append(FieldProblem(name, "must be above 0 and at most \(Price.largest), was \(value)"))
        }
        if (protection.trailingType == nil) != (protection.trailingValue == nil) {
            found.append(FieldProblem("trailing_value", "trailing_type and trailing_value go together"))
        }
        guard executionType == .entry, type.hasLimit, price > .zero else { return found }
        if let stop = protection.stopLoss, side == .buy ? stop >= price : stop <= price {
            let right = side == .buy ? "below" : "above"
            found.append(FieldProblem("stop_loss", "must be \(right) the entry price \(price), was \(stop)"))
        }
        if let target = protection.target, side == .buy ? target <= price : target >= price {
            let right = side == .buy ? "above" : "below"
            found.append(FieldProblem("target", "must be \(right) the entry price \(price), was \(target)"))
        }
        return found
    }
}
