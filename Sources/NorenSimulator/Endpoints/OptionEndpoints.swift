import JSONText

extension Endpoint {
    static let optionEndpoints: [String: Endpoint] = [
        "GetOptionChain": .session(optionChain),
        "GetOptionGreek": .session(optionGreek),
        "SpanCalc": .session(span),
    ]

    /// The strikes nearest to the given one, `cnt` on each side and it, of the expiry that `tsym` names; of the nearest
    /// expiry if that contract is not listed.
    @Sendable private static func optionChain(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let market = try call.required("exch")
        guard let strike = Rupees(wire: try call.required("strprc")) else {
            throw .invalidInput("Invalid Strike Price")
        }
        guard let count = Int(try call.required("cnt")), (1...500).contains(count) else {
            throw .invalidInput("Invalid Count")
        }
        let table = exchange.instruments
        for symbol in try call.spellings("tsym", decoded: exchange.habits.decodesDataSymbols) {
            let contracts = table.derivatives(of: symbol, exchange: market)
            let asked = table.number(exchange: market, symbol: symbol).flatMap { table[$0].expiry }
            guard let expiry = asked ?? contracts.compactMap({ table[$0].expiry }).min() else { continue }
            let options = contracts.filter { table[$0].expiry == expiry && table[$0].strike != nil }
            let chosen = strikes(around: strike, count, of: options.compactMap { table[$0].strike })
            var row = Row()
            row.add(
                "values",
                value: .array(
                    options.filter { table[$0].strike.map(chosen.contains) ?? false }.map {
                        identification(table[$0]).json
                    }
                )
            )
            return call.ok(row)
        }
        throw .noData
    }

    private static func strikes(around strike: Rupees, _ count: Int, of all: [Rupees]) -> Set<Rupees> {
        let sorted = Set(all).sorted()
        let nearest = sorted.indices.min {
            abs((sorted[$0] - strike).units) < abs((sorted[$1] - strike).units)
        }
        guard let nearest else { return [] }
        return Set(sorted[max(0, nearest - count)..<min(sorted.count, nearest + count + 1)])
    }

    @Sendable private static func optionGreek(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        guard let expiry = CalendarDay(inMaster: try call.required("exd")) else {
            throw .invalidInput("Invalid Expiry")
        }
        func number(_ name: String) throws(Refusal) -> Double {
            guard let number = Double(try call.required(name)), number.isFinite, number >= 0 else {
                throw .invalidInput("Invalid \(name)")
            }
            return number
        }
        _ = try call.required("optt")
        let days = expiry.daysSince1970 - IndianTime(microseconds: call.now).day.daysSince1970
        let model = BlackScholes(
            spot: try number("sptprc"),
            strike: try number("strprc"),
            rate: try number("int_rate") / 100,
            volatility: try number("volatility") / 100,
            years: Double(max(0, days)) / 365
        )
        var row = Row()
        row.add("request_time", IndianTime(microseconds: call.now).clockFirst)
        row.add("stat", "OK")
        for (name, call, put) in model.figures {
            row.add("cal_\(name)", call.text(decimals: 4))
            row.add("put_\(name)", put.text(decimals: 4))
        }
        return row.json
    }

    /// A flat share of the value at stake stands in for the clearing house's scenarios; netting counts, spreads do not.
    @Sendable private static func span(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        guard let positions = call.fields["pos"]?.elements else { throw .invalidInput("Missing pos.") }
        var stake = Rupees.zero
        var stakeOfTrades = Rupees.zero
        for position in positions {
            let price = try exchange.stake(of: position)
            func count(_ name: String) -> Int { position[name]?.scalarText.flatMap { Int($0) } ?? 0 }
            let net = position["netqty"] == nil ? count("buyqty") - count("sellqty") : count("netqty")
            guard abs(net) <= 1_000_000_000, count("buyqty") <= 1_000_000_000, count("sellqty") <= 1_000_000_000 else {
                throw .invalidInput("Invalid Quantity")
            }
            let isLongOption = position["optt"]?.string != "XX" && net > 0
            stakeOfTrades += isLongOption ? .zero : price * abs(net)
            stake += isLongOption ? .zero : price * max(abs(net), count("buyqty"), count("sellqty"))
        }
        var row = Row()
        row.add("span", stake.percent(12))
        row.add("expo", stake.percent(3))
        row.add("span_trade", stakeOfTrades.percent(12))
        row.add("expo_trade", stakeOfTrades.percent(3))
        return call.ok(row)
    }
}

extension Exchange {
    /// What one unit of a position in `SpanCalc` puts at risk: its strike, or what the underlying costs.
    fileprivate func stake(of position: JSONValue) throws(Refusal) -> Rupees {
        if let text = position["strprc"]?.scalarText, let strike = Rupees(wire: text), strike > .zero { return strike }
        let symbol = position["symname"]?.string ?? ""
        guard
            let index = instruments.all.firstIndex(where: {
                $0.symbol == symbol && ($0.kind == .index || $0.optionType == "XX")
            })
        else {
            throw .invalidInput("Invalid symname")
        }
        return books[index].quote.last
    }
}
