/// What is quoted, as data. A stand-in until symbol masters are served.
enum InstrumentCatalogue {
    private struct Underlying {
        let symbol: String
        let indexToken: String
        let indexSymbol: String
        let name: String
        let spot: Int64
        let lot: Int
        let strikeStep: Int
        let strikesEachSide: Int
        let freeze: Int
        let firstToken: Int
    }

    private static let underlyings = [
        Underlying(
            symbol: "NIFTY",
            indexToken: "26000",
            indexSymbol: "NIFTY INDEX",
            name: "Nifty 50",
            spot: 25_000,
            lot: 65,
            strikeStep: 50,
            strikesEachSide: 20,
            freeze: 1801,
            firstToken: 40_000
        ),
        Underlying(
            symbol: "BANKNIFTY",
            indexToken: "26009",
            indexSymbol: "NIFTY BANK INDEX",
            name: "Nifty Bank",
            spot: 60_000,
            lot: 30,
            strikeStep: 100,
            strikesEachSide: 30,
            freeze: 601,
            firstToken: 50_000
        ),
    ]

    /// Symbol, token, company, tick in 1/10000 rupee, previous close in rupees.
    private static let shares: [(String, String, String, Int64, Int64)] = [
        ("ACC", "22", "ACC LIMITED", 500, 1800),
        ("M&M", "2031", "MAHINDRA & MAHINDRA LTD", 500, 3000),
        ("SBIN", "3045", "STATE BANK OF INDIA", 500, 800),
        ("RELIANCE", "2885", "RELIANCE INDUSTRIES LTD", 1000, 1400),
    ]

    /// Shares, indices, and the futures and option chains of the two monthly expiries that come next after `today`
    /// (an expiry today still counts).
    static func instruments(today: CalendarDay) -> [Instrument] {
        let expiries = nextExpiries(after: today)
        return shares.map(share) + underlyings.map(index) + underlyings.flatMap { derivatives(of: $0, expiries) }
    }

    static func nextExpiries(after today: CalendarDay) -> [CalendarDay] {
        let months = (0...2).map { today.lastTuesday(monthsAhead: $0) }
        return Array(months.drop { $0 < today }.prefix(2))
    }

    private static func share(_ row: (String, String, String, Int64, Int64)) -> Instrument {
        Instrument(
            exchange: "NSE",
            token: row.1,
            tradingSymbol: row.0 + "-EQ",
            symbol: row.0,
            name: row.2,
            kind: .equity,
            lot: 1,
            tick: Rupees(units: row.3),
            freeze: 100_001,
            basePrice: .whole(row.4)
        )
    }

    private static func index(_ underlying: Underlying) -> Instrument {
        Instrument(
            exchange: "NSE",
            token: underlying.indexToken,
            tradingSymbol: underlying.indexSymbol,
            symbol: underlying.symbol,
            name: underlying.name,
            kind: .index,
            lot: 1,
            tick: Rupees(units: 500),
            freeze: 1,
            basePrice: .whole(underlying.spot)
        )
    }

    private static func derivatives(of underlying: Underlying, _ expiries: [CalendarDay]) -> [Instrument] {
        var token = underlying.firstToken
        func contract(
            _ suffix: String,
            _ kind: Instrument.Kind,
            tick: Int64,
            base: Rupees,
            _ expiry: CalendarDay
        )
            -> Instrument
        {
            token += 1
            return Instrument(
                exchange: "NFO",
                token: String(token),
                tradingSymbol: underlying.symbol + expiry.inSymbol + suffix,
                symbol: underlying.symbol,
                name: underlying.name,
                kind: kind,
                lot: underlying.lot,
                tick: Rupees(units: tick),
                freeze: underlying.freeze,
                basePrice: base
            )
        }
        var contracts: [Instrument] = []
        for (month, expiry) in expiries.enumerated() {
            let future = Rupees.whole(underlying.spot).percent(100 + Int64(month))
            contracts.append(contract("F", .future(expiry: expiry), tick: 1000, base: future, expiry))
            for step in -underlying.strikesEachSide...underlying.strikesEachSide {
                let strike = Int(underlying.spot) + step * underlying.strikeStep
                for right in [Instrument.Right.call, .put] {
                    let premium = premium(right, strike: strike, spot: Int(underlying.spot), month: month)
                    let kind = Instrument.Kind.option(expiry: expiry, strike: strike, right)
                    let suffix = (right == .call ? "C" : "P") + String(strike)
                    contracts.append(contract(suffix, kind, tick: 500, base: premium, expiry))
                }
            }
        }
        return contracts
    }

    /// Intrinsic value plus a time value that falls with the distance from the spot: plausible, cheap and exact.
    private static func premium(_ right: Instrument.Right, strike: Int, spot: Int, month: Int) -> Rupees {
        let distance = Int128(abs(strike - spot))
        let width = Int128(spot) * 16 / 1000
        let atTheMoney = Int128(spot) * Int128(12 + 5 * month) * 10  // 1.2 % of the spot, 1.7 % a month later
        let timeValue = atTheMoney * width * width / (width * width + distance * distance)
        let intrinsic = max(0, right == .call ? spot - strike : strike - spot)
        return (Rupees.whole(Int64(intrinsic)) + Rupees(units: Int64(timeValue))).floored(to: Rupees(units: 500))
    }
}
