import Trading

/// One limit beside what was counted against it, the order that is checked included.
struct LimitFigure: Hashable, Sendable {
    var kind: LimitKind
    var scope: LimitScope
    /// In units, orders, or 1/10000 rupee.
    var limit: Int128
    var observed: Int128

    var refusal: Reason {
        let (most, seen) = (text(limit), text(observed))
        return Reason(
            .riskLimitsExceeded,
            code: kind.rawValue,
            "\(kind.rawValue) of \(scope): \(seen), the limit is \(most)",
            limit: most,
            observed: seen
        )
    }

    private func text(_ value: Int128) -> String {
        kind.unit == .rupees ? Money(clamping: value).description : "\(value)"
    }
}

extension Money {
    /// The nearest amount there is.
    init(clamping value: Int128) { self.init(tenThousandths: Int64(clamping: value)) }
}

/// What the limits are told of an order.
struct LimitCircumstances: Hashable, Sendable {
    var figures: [LimitFigure] = []
    /// The share of the last price, in hundredths of a percent, that the order's price may lie from it; and that price.
    var collar: (points: Int, scope: LimitScope)? { collarPoints.map { ($0, collarScope) } }
    var collarPoints: Int?
    var collarScope = LimitScope.client
    var lastPrice: Price?
    /// An instrument whose price is needed and not known.
    var unpriced: Instrument?
    /// Whether it is judged by the margin that is free, and that; nil while it is not known.
    var asksMargin = false
    var freeMargin: Money?
    /// An own resting order that this one could trade against.
    var crossed: CommandID?
    /// What the restricted list says of it, and whether the allowed list lets it pass.
    var restriction: String?
    var isAllowed = true
    /// Whether its exchange trades now, and whether its contract does not expire today.
    var isOpen = true
    var isBeforeExpiry = true
}
