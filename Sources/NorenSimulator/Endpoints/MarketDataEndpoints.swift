import JSONText

extension Endpoint {
    static let marketDataEndpoints: [String: Endpoint] = [
        "GetQuotes": .session(quotes),
        "SearchScrip": .session(search),
        "GetSecurityInfo": .session(securityInfo),
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
        for text in try call.spellings("stext") {
            let found = exchange.instruments.search(text, exchange: call.text("exch"))
            guard !found.isEmpty else { continue }
            var row = Row()
            row.add("values", value: .array(found.map { identification($0).json }))
            return call.ok(row)
        }
        throw Refusal("No Data :  ", status: 200)
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
        row.add("uc", quote.upperCircuit)
        row.add("lc", quote.lowerCircuit)
        return call.ok(row)
    }

    private static func instrument(_ exchange: Exchange, _ call: Call) throws(Refusal) -> Int {
        let token = try call.required("token")
        guard let number = exchange.instruments.number(exchange: try call.required("exch"), token: token) else {
            throw .noData
        }
        return number
    }

    private static func identification(_ instrument: Instrument) -> Row {
        var row = Row()
        row.add("exch", instrument.exchange)
        row.add("token", instrument.token)
        row.add("tsym", instrument.tradingSymbol)
        row.add("cname", instrument.name)
        row.add("symname", instrument.symbol)
        row.add("seg", instrument.exchange == "NSE" ? "EQT" : "DER")
        row.add("instname", instrument.instrumentName)
        row.add("dname", instrument.displayName)
        row.add("pp", "2")
        row.add("ls", instrument.lot)
        row.add("ti", instrument.tick)
        row.add("mult", "1")
        row.add("prcftr_d", "(1 / 1 ) * (1 / 1)")
        row.add("optt", ifKnown: instrument.optionType)
        row.add("strprc", ifKnown: instrument.strikePrice)
        row.add("exd", ifKnown: instrument.expiry?.inMaster)
        return row
    }
}
