/// What futures and options are on, and how its exchange lists them.
struct Underlying: Sendable {
    /// How the underlying itself is quoted.
    struct Index: Sendable {
        let exchange: String
        let token: String
        let symbol: String
    }

    /// Where its contracts trade.
    let exchange: String
    let symbol: String
    let name: String
    /// Nil for what only its contracts are quoted of.
    var index: Index?
    let spot: Rupees
    let lot: Int
    /// Orders from this quantity on are rejected.
    let freeze: Int
    let strikeStep: Rupees
    let strikesEachSide: Int
    let firstToken: Int
    let futureTick: Rupees
    let optionTick: Rupees
}

extension Underlying {
    static let all = [
        Underlying(
            exchange: "NFO",
            symbol: "NIFTY",
            name: "Nifty 50",
            index: Index(exchange: "NSE", token: "26000", symbol: "NIFTY INDEX"),
            spot: .whole(25_000),
            lot: 65,
            freeze: 1801,
            strikeStep: .whole(50),
            strikesEachSide: 20,
            firstToken: 40_000,
            futureTick: Rupees(units: 1000),
            optionTick: Rupees(units: 500)
        ),
        Underlying(
            exchange: "NFO",
            symbol: "BANKNIFTY",
            name: "Nifty Bank",
            index: Index(exchange: "NSE", token: "26009", symbol: "NIFTY BANK INDEX"),
            spot: .whole(60_000),
            lot: 30,
            freeze: 601,
            strikeStep: .whole(100),
            strikesEachSide: 30,
            firstToken: 50_000,
            futureTick: Rupees(units: 1000),
            optionTick: Rupees(units: 500)
        ),
        Underlying(
            exchange: "BFO",
            symbol: "SENSEX",
            name: "SENSEX",
            index: Index(exchange: "BSE", token: "1", symbol: "SENSEX"),
            spot: .whole(80_000),
            lot: 20,
            freeze: 1001,
            strikeStep: .whole(100),
            strikesEachSide: 20,
            firstToken: 830_000,
            futureTick: Rupees(units: 1000),
            optionTick: Rupees(units: 500)
        ),
        Underlying(
            exchange: "MCX",
            symbol: "CRUDEOIL",
            name: "CRUDE OIL",
            spot: .whole(5500),
            lot: 100,
            freeze: 10_001,
            strikeStep: .whole(50),
            strikesEachSide: 10,
            firstToken: 440_000,
            futureTick: .whole(1),
            optionTick: Rupees(units: 500)
        ),
        Underlying(
            exchange: "MCX",
            symbol: "NATURALGAS",
            name: "NATURAL GAS",
            spot: .whole(300),
            lot: 1250,
            freeze: 75_001,
            strikeStep: .whole(5),
            strikesEachSide: 5,
            firstToken: 450_000,
            futureTick: Rupees(units: 1000),
            optionTick: Rupees(units: 500)
        ),
        Underlying(
            exchange: "CDS",
            symbol: "USDINR",
            name: "US DOLLAR",
            spot: .whole(90),
            lot: 1,
            freeze: 10_001,
            strikeStep: Rupees(units: 2500),
            strikesEachSide: 12,
            firstToken: 17_000,
            futureTick: Rupees(units: 25),
            optionTick: Rupees(units: 25)
        ),
    ]

    /// A contract's trading symbol, by the rules of its exchange: the BSE writes the year first and the right behind the
    /// strike, and the MCX marks no futures.
    func tradingSymbol(_ expiry: CalendarDay, _ option: (strike: Rupees, right: Instrument.Right)?) -> String {
        guard exchange != "BFO" else {
            let end = option.map { $0.strike.shortText + $0.right.rawValue } ?? "FUT"
            return symbol + expiry.inMonthlySymbol + end
        }
        guard let option else { return symbol + expiry.inSymbol + (exchange == "MCX" ? "" : "F") }
        return symbol + expiry.inSymbol + (option.right == .call ? "C" : "P") + option.strike.shortText
    }

    /// A future's price: a percent more for every month.
    func futurePrice(month: Int) -> Rupees { spot.percent(100 + Int64(month)) }

    /// Intrinsic value plus a time value that falls with the distance from the spot: plausible, cheap and exact.
    func premium(_ right: Instrument.Right, strike: Rupees, month: Int) -> Rupees {
        let distance = Int128(abs((strike - spot).units))
        let width = Int128(spot.units) * 16 / 1000
        let atTheMoney = Int128(spot.units) * Int128(12 + 5 * month) / 1000  // 1.2 %, 1.7 % a month later
        let timeValue = Rupees(units: Int64(atTheMoney * width * width / (width * width + distance * distance)))
        let intrinsic = max(.zero, right == .call ? spot - strike : strike - spot)
        return max(optionTick, (intrinsic + timeValue).floored(to: optionTick))
    }
}
