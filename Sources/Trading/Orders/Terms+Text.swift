extension WorkingTerms {
    public var text: String {
        let price = type.hasLimit ? " at \(price)" : ""
        return "\(quantity) \(type.rawValue)" + price + (type.hasTrigger ? " trigger \(triggerPrice)" : "")
    }
}

extension OrderTerms {
    /// The order as it stands at the broker, and what a protecting limit was made from.
    public var text: String {
        var text = type.rawValue
        if type.hasLimit { text += " at \(price)" }
        if type.hasTrigger { text += " trigger \(triggerPrice)" }
        guard let protection else { return text }
        let percent = Price(tenThousandths: Int64(protection.basisPoints) * 100)
        return text + ", \(percent) % from \(protection.basis.text) \(protection.reference)"
    }
}

extension MarketLimit.Basis {
    fileprivate var text: String {
        switch self {
        case .opposite: "the best opposite price"
        case .last: "the last price"
        case .trigger: "its trigger"
        case .position: "the position book's price (no quote was to be had)"
        case .stale: "the last price known (no quote was to be had)"
        }
    }
}
