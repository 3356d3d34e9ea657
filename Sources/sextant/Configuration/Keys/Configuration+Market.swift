internal import Desk
internal import Trading

extension Configuration.Noren {
    /// What becomes of orders at the market: some brokers refuse them from programs.
    struct Market: Sendable {
        /// Nil where they go out as they are.
        var protection: MarketProtection?
    }
}

extension Configuration.Noren.Market {
    init(_ section: ConfigurationSection, profile: Configuration.Noren.Profile?) {
        let isProtected = section.optional(
            "protect",
            .boolean,
            absent: "true with a `profile`",
            "Whether orders at the market go out with a limit just beyond what the market shows."
        )
        let shares = section.values(
            "slabs",
            .slab,
            default: ["2% below 100", "1% below 500", "0.5%"],
            "How far that limit may lie from the price of a share or a future, by price."
        )
        let options = section.values(
            "option_slabs",
            .slab,
            default: ["5% below 10", "3% below 100", "2% below 500", "1%"],
            "The same for options."
        )
        var protection = MarketProtection()
        for (name, list, field) in [("slabs", shares, \MarketProtection.shares), ("option_slabs", options, \.options)] {
            if let slabs = PriceSlabs(list) {
                protection[keyPath: field] = slabs
            } else if !list.isEmpty {
                section.refuse(name, "does not cover every price; write them ascending, the last without `below`")
            }
        }
        self.protection = isProtected ?? (profile != nil) ? protection : nil
    }
}

extension ValueKind<PriceSlabs.Slab> {
    static var slab: Self {
        ValueKind(
            name: "a share and the price it ends at",
            advice: "write it like `2% below 100`, and the last one without `below`",
            placeholder: PriceSlabs.Slab(below: nil, basisPoints: 100)
        ) { text in
            let words = text.split(separator: " ")
            guard let share = words.first, share.hasSuffix("%"), let percent = Price(String(share.dropLast())),
                percent.tenThousandths % 100 == 0, percent > .zero, percent.tenThousandths <= 500_000
            else { return nil }
            let points = Int(percent.tenThousandths / 100)
            switch words.count {
            case 1: return PriceSlabs.Slab(below: nil, basisPoints: points)
            case 3 where words[1] == "below":
                return Price(String(words[2])).map { PriceSlabs.Slab(below: $0, basisPoints: points) }
            default: return nil
            }
        }
    }
}
