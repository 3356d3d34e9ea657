import JSONText

extension Endpoint {
    static let marketDataEndpoints: [String: Endpoint] = [
        "GetQuotes": .session(quotes),
        "SearchScrip": .session(search),
        "GetSecurityInfo": .session(securityInfo),
        "GetLinkedScrips": .session(linkedScrips),
        "GetIndexList": .session(indices),
        "ExchMsg": .session(exchangeMessages),
    ]

    @Sendable private static func quotes(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    ) throws(Refusal)
        -> JSONValue
    {
        let number = try instrument(exchange, call)
        let quote = exchange.books[number].quote
        var row = identification(exchange.instruments[number])
        row.add("lut", IndianTime(microseconds: call.now).epochSeconds)
        row.add("ltd", IndianTime(microseconds: call.now).date)
        row.add("ord_msg", "")
        if let underlying = exchange.instruments.underlying(of: number) {
            row.add("und_exch", exchange.instruments[underlying].exchange)
            row.add("und_tk", exchange.instruments[underlying].token)
        }
        let fields = QuoteFields(instrument: exchange.instruments[number], quote: quote, now: call.now).depth
        for field in fields { row.add(field.name, value: field.value) }
        return call.ok(row)
    }

    @Sendable private static func search(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    ) throws(Refusal)
        -> JSONValue
    {
        for text in try call.spellings("stext", decoded: exchange.habits.decodesDataSymbols) {
            let found = exchange.instruments.search(text, exchange: call.text("exch"))
            guard !found.isEmpty else { continue }
            var row = Row()
            row.add("values", value: .array(found.map { identification($0).json }))
            return call.ok(row)
        }
        throw Refusal("No Data :  ")
    }

    @Sendable private static func securityInfo(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let number = try instrument(exchange, call)
        let quote = exchange.books[number].quote
        var row = identification(exchange.instruments[number])
        row.add("frzqty", exchange.instruments[number].freeze)
        row.add("trdunt", "units")
        row.add("delunt", "units")
        row.add("varmrg", "12.00")
        row.add("expmrg", "3.00")
        row.add("exestrd", 0)
        row.add("last_trd_d", ifKnown: exchange.instruments[number].expiry?.inMaster)
        row.add("uc", quote.upperCircuit)
        row.add("lc", quote.lowerCircuit)
        return call.ok(row)
    }

    /// The same share elsewhere, and the contracts on it.
    @Sendable private static func linkedScrips(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let number = try instrument(exchange, call)
        let table = exchange.instruments
        func list(_ numbers: [Int]) -> JSONValue { .array(numbers.map { identification(table[$0]).json }) }
        let derived = table.listed.filter { table.underlying(of: $0) == number }
        var row = Row()
        row.add("equity", value: list(table.listings(of: number).filter { $0 != number }))
        row.add("fut", value: list(derived.filter { table[$0].optionType == "XX" }))
        row.add("opt", value: list(derived.filter { table[$0].optionType != "XX" }))
        return call.ok(row)
    }

    @Sendable private static func indices(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let market = try call.required("exch")
        let found = exchange.instruments.listed.map { exchange.instruments[$0] }
            .filter { $0.kind == .index && $0.exchange == market }
        guard !found.isEmpty else { throw .noData }
        var row = Row()
        row.add(
            "values",
            value: .array(found.map { ["idxname": .string($0.name), "token": .string($0.token)] })
        )
        return call.ok(row)
    }

    /// The exchanges of a simulator have nothing to say.
    @Sendable private static func exchangeMessages(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        _ = try call.required("exch")
        throw .noData
    }

    static func instrument(_ exchange: Exchange, _ call: Call) throws(Refusal) -> Int {
        let token = try call.required("token")
        guard let number = exchange.instruments.number(exchange: try call.required("exch"), token: token) else {
            throw .noData
        }
        return number
    }

    /// How every answer about an instrument names it.
    static func identification(_ instrument: Instrument) -> Row {
        var row = Row(decimals: instrument.decimals)
        row.add("exch", instrument.exchange)
        row.add("token", instrument.token)
        row.add("tsym", instrument.tradingSymbol)
        row.add("cname", instrument.name)
        row.add("symname", instrument.underlyingName)
        row.add("seg", instrument.expiry == nil ? "EQT" : "DER")
        row.add("instname", instrument.instrumentName)
        row.add("dname", instrument.displayName)
        row.add("pp", instrument.decimals)
        row.add("ls", instrument.lot)
        row.add("ti", instrument.tick)
        row.add("mult", instrument.multiplier)
        row.add("prcftr_d", "(1 / 1 ) * (1 / 1)")
        row.add("optt", ifKnown: instrument.optionType)
        row.add("strprc", ifKnown: instrument.strikePrice)
        row.add("exd", ifKnown: instrument.expiry?.inMaster)
        return row
    }
}
