/// The broker's margin rules, much simplified: buying costs the value (options: the premium), selling short and
/// futures need 15 % of the value (written options: of strike × quantity).
enum Margin {
    static func perUnit(_ instrument: Instrument, _ side: Side, price: Rupees) -> Rupees {
        let perUnit =
            switch (instrument.kind, side) {
            case (.option(_, let strike, _), .sell): strike.percent(15)
            case (.future, _), (_, .sell): price.percent(15)
            case (_, .buy): price
            }
        return perUnit * instrument.multiplier
    }

    /// `covered` units may be sold without any: they lie in the account's depository.
    static func ofPosition(_ position: Position, covered: Int = 0, in instrument: Instrument) -> Rupees {
        guard position.net < 0 else { return perUnit(instrument, .buy, price: position.netAverage) * position.net }
        return perUnit(instrument, .sell, price: position.netAverage) * max(0, -position.net - covered)
    }
}
