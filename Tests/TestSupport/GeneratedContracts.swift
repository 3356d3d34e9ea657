public import Trading

/// Contracts as the masters of all exchanges hold them, as many as asked for: names, lengths and tokens of the real
/// layout, values invented. The same count gives the same contracts.
public enum GeneratedContracts {
    /// About what all six exchanges list together.
    public static let wholeMarket: [(exchange: Exchange, count: Int)] = [
        ("NSE", 9000), ("BSE", 13_000), ("NFO", 100_000), ("BFO", 70_000), ("CDS", 18_000), ("MCX", 40_000),
    ]

    /// Every contract of every exchange.
    public static func all() -> ContractTable {
        var builder = ContractTableBuilder()
        for (exchange, count) in wholeMarket {
            for number in 0..<count { builder.add(contract(number, on: exchange)) }
        }
        return builder.finish()
    }

    public static func contract(_ number: Int, on exchange: Exchange) -> Contract {
        switch exchange {
        case "NSE", "BSE": share(number, on: exchange)
        case "NFO": derivative(number, on: exchange, ["NIFTY", "BANKNIFTY", "FINNIFTY"], .indexOption, tick: 500)
        case "BFO": derivative(number, on: exchange, ["SENSEX", "BANKEX"], .indexOption, tick: 500)
        case "CDS": derivative(number, on: exchange, ["USDINR", "EURUSD", "GBPINR"], .currencyOption, tick: 25)
        default: derivative(number, on: exchange, ["CRUDEOIL", "GOLDM", "SILVER"], .commodityOption, tick: 1000)
        }
    }

    private static func share(_ number: Int, on exchange: Exchange) -> Contract {
        let name = letters(number) + (number % 3 == 0 ? "IND" : "LTD")
        return Contract(
            instrument: Instrument(exchange, exchange == "NSE" ? name + "-EQ" : name),
            token: String(exchange == "BSE" ? 500_000 + number : 20 + number),
            underlying: name,
            kind: .equity,
            lot: 1,
            tick: Price(tenThousandths: 500)
        )
    }

    /// Three in four are of the names given, the rest of shares.
    private static func derivative(
        _ number: Int,
        on exchange: Exchange,
        _ names: [String],
        _ kind: ContractKind,
        tick: Int64
    ) -> Contract {
        let isOfShare = kind == .indexOption && number % 4 == 3
        let underlying = isOfShare ? letters(number / 400) + "IND" : names[number % names.count]
        let month = ["NOV", "DEC", "JAN", "FEB", "MAR", "APR"][number / 7 % 6]
        let right: OptionRight = number % 2 == 0 ? .call : .put
        let strike = 20_000 + 50 * (number / 12)
        return Contract(
            instrument: Instrument(
                exchange,
                "\(underlying)29\(month)26\(right == .call ? "C" : "P")\(strike)\(number % 5)"
            ),
            token: String(35_000 + number),
            underlying: underlying,
            kind: isOfShare ? .stockOption : kind,
            lot: isOfShare ? 900 : 65,
            tick: Price(tenThousandths: tick),
            expiry: CivilDate(year: 2026, month: 12, day: 1 + number / 7 % 28),
            strike: Price(tenThousandths: Int64(strike) * 10_000),
            right: right
        )
    }

    private static func letters(_ number: Int) -> String {
        var rest = number
        var text = ""
        for _ in 0..<5 {
            text.append(Character(Unicode.Scalar(UInt8(0x41 + (rest * 7 + text.count * 11) % 26))))
            rest /= 26
        }
        return text + String(number % 10)
    }
}
