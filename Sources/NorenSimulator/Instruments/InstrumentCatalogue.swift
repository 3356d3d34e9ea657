/// What is quoted, as data.
enum InstrumentCatalogue {
    private struct Underlying {
        var exchange = "NSE"
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
        Underlying(
            exchange: "BSE",
            symbol: "SENSEX",
            indexToken: "1",
            indexSymbol: "SENSEX",
            name: "SENSEX",
            spot: 80_000,
            lot: 20,
            strikeStep: 100,
            strikesEachSide: 20,
            freeze: 1001,
            firstToken: 830_000
        ),
    ]

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
        return shares.map { share($0, at: "NSE") } + underlyings.map(index)
            + underlyings.flatMap { derivatives(of: $0, expiries) } + shares.map { share($0, at: "BSE") }
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

    private static func index(_ underlying: Underlying) -> Instrument {
        Instrument(
            exchange: underlying.exchange,
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
        /// The BSE writes the year first, and the right behind the strike.
        func symbol(_ expiry: CalendarDay, _ strike: Int?, _ right: Instrument.Right?) -> String {
            let strike = strike.map { String($0) } ?? ""
            if underlying.exchange == "BSE" {
                return underlying.symbol + expiry.inMonthlySymbol + strike + (right?.rawValue ?? "FUT")
            }
            let letter = right.map { $0 == .call ? "C" : "P" } ?? "F"
            return underlying.symbol + expiry.inSymbol + letter + strike
        }
        func contract(
            _ symbol: String,
            _ kind: Instrument.Kind,
            tick: Int64,
            base: Rupees
        )
            -> Instrument
        {
            token += 1
            return Instrument(
                exchange: underlying.exchange == "BSE" ? "BFO" : "NFO",
                token: String(token),
                tradingSymbol: symbol,
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
            token = underlying.firstToken + expiry.monthNumber % 12 * 500
            let future = Rupees.whole(underlying.spot).percent(100 + Int64(month))
            let symbolOfFuture = symbol(expiry, nil, nil)
            contracts.append(contract(symbolOfFuture, .future(expiry: expiry), tick: 1000, base: future))
            for step in -underlying.strikesEachSide...underlying.strikesEachSide {
                let strike = Int(underlying.spot) + step * underlying.strikeStep
                for right in [Instrument.Right.call, .put] {
                    let premium = premium(right, strike: strike, spot: Int(underlying.spot), month: month)
                    let kind = Instrument.Kind.option(expiry: expiry, strike: strike, right)
                    contracts.append(contract(symbol(expiry, strike, right), kind, tick: 500, base: premium))
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
