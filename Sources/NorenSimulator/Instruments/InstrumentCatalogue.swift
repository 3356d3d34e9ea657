/// What is quoted, as data.
enum InstrumentCatalogue {
    /// Symbol, token at the NSE and at the BSE, company, tick in 1/10000 rupee, previous close in rupees.
    private static let shares: [(String, String, String, String, Int64, Int64)] = [
        ("ACC", "22", "500410", "ACC LIMITED", 500, 1800),
        ("M&M", "2031", "500520", "MAHINDRA & MAHINDRA LTD", 500, 3000),
        ("SBIN", "3045", "500112", "STATE BANK OF INDIA", 500, 800),
        ("RELIANCE", "2885", "500325", "RELIANCE INDUSTRIES LTD", 1000, 1400),
    ]

    /// Shares, indices, and the futures and option chains of the two monthly expiries that come next after `today`
    /// (an expiry today still counts).
    static func instruments(today: CalendarDay) -> [Instrument] {
        let expiries = nextExpiries(after: today)
        let home = Underlying.all.filter { $0.index != nil }
        let others = Underlying.all.filter { $0.index == nil }
        return shares.map { share($0, at: "NSE") } + home.compactMap(index)
            + home.flatMap { derivatives(of: $0, expiries) } + shares.map { share($0, at: "BSE") }
            + others.flatMap { derivatives(of: $0, expiries) }
    }

    static func nextExpiries(after today: CalendarDay) -> [CalendarDay] {
        let months = (0...2).map { today.lastTuesday(monthsAhead: $0) }
        return Array(months.drop { $0 < today }.prefix(2))
    }

    private static func share(
        _ row: (String, String, String, String, Int64, Int64),
        at exchange: String
    )
        -> Instrument
    {
        Instrument(
            exchange: exchange,
            token: exchange == "NSE" ? row.1 : row.2,
            tradingSymbol: exchange == "NSE" ? row.0 + "-EQ" : row.0,
            symbol: row.0,
            name: row.3,
            kind: .equity,
            lot: 1,
            tick: Rupees(units: row.4),
            freeze: 100_001,
            basePrice: .whole(row.5)
        )
    }

    private static func index(_ underlying: Underlying) -> Instrument? {
        underlying.index.map { index in
            Instrument(
                exchange: index.exchange,
                token: index.token,
                tradingSymbol: index.symbol,
                symbol: underlying.symbol,
                name: underlying.name,
                kind: .index,
                lot: 1,
                tick: Rupees(units: 500),
                freeze: 1,
                basePrice: underlying.spot
            )
        }
    }

    /// Each month's future, then its options; a contract's token stays while months pass.
    private static func derivatives(of underlying: Underlying, _ expiries: [CalendarDay]) -> [Instrument] {
        expiries.enumerated().flatMap { month, expiry in
            let options = strikes(of: underlying).flatMap { strike in
                [Instrument.Right.call, .put].map { (strike: strike, right: $0) }
            }
            let firstToken = underlying.firstToken + expiry.monthNumber % 12 * 500 + 1
            let future = contract(on: underlying, expiry, option: nil, month: month, token: firstToken)
            return [future]
                + options.enumerated().map { number, option in
                    contract(on: underlying, expiry, option: option, month: month, token: firstToken + 1 + number)
                }
        }
    }

    private static func strikes(of underlying: Underlying) -> [Rupees] {
        (-underlying.strikesEachSide...underlying.strikesEachSide).map { underlying.spot + underlying.strikeStep * $0 }
    }

    private static func contract(
        on underlying: Underlying,
        _ expiry: CalendarDay,
        option: (strike: Rupees, right: Instrument.Right)?,
        month: Int,
        token: Int
    ) -> Instrument {
        let premium = option.map { underlying.premium($0.right, strike: $0.strike, month: month) }
        return Instrument(
            exchange: underlying.exchange,
            token: String(token),
            tradingSymbol: underlying.tradingSymbol(expiry, option),
            symbol: underlying.symbol,
            name: underlying.name,
            kind: option.map { .option(expiry: expiry, strike: $0.strike, $0.right) } ?? .future(expiry: expiry),
            lot: underlying.lot,
            tick: option == nil ? underlying.futureTick : underlying.optionTick,
            freeze: underlying.freeze,
            basePrice: premium ?? underlying.futurePrice(month: month)
        )
    }
}
