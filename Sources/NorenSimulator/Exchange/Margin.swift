/// The broker's margin rules, much simplified: buying costs the value (options: the premium), selling short and
/// futures need 15 % of the value (written options: of strike × quantity).
enum Margin {
    static func perUnit(_ instrument: Instrument, _ side: Side, price: Rupees) -> Rupees {
        switch (instrument.kind, side) {
        case (.option(_, let strike, _), .sell): Rupees.whole(Int64(strike)).percent(15)
        case (.future, _), (_, .sell): price.percent(15)
        case (_, .buy): price
        }
    }

    static func ofPosition(_ position: Position, in instrument: Instrument) -> Rupees {
        let side: Side = position.net > 0 ? .buy : .sell
        return perUnit(instrument, side, price: position.netAverage) * abs(position.net)
    }
}
