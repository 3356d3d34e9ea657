import JSONText

extension Order {
    /// The whole order as it is kept; its contract and its owner go by their names, which outlive a restart.
    func kept(of account: String, in instrument: Instrument) -> JSONValue {
        [
            "number": .string(number),
            "account": .string(account),
            "exchange": .string(instrument.exchange),
            "symbol": .string(instrument.tradingSymbol),
            "side": .string(terms.side.rawValue),
            "product": .string(terms.product.rawValue),
            "validity": .string(terms.validity.rawValue),
            "remarks": JSONValue(terms.remarks),
            "disclosed": JSONValue(terms.disclosed),
            "source": .string(source.rawValue),
            "received": JSONValue(Int(receivedAt)),
            "terms": terms.price.kept,
            "price": price.kept,
            "previous": previousPrice?.kept ?? .null,
            "status": .string(status.rawValue),
            "version": JSONValue(version),
            "filled": JSONValue(filled),
            "cancelled": JSONValue(cancelled),
            "exchange_number": JSONValue(exchangeNumber),
            "sequence": place.map { JSONValue($0.sequence) } ?? .null,
            "aggressive": .bool(isAggressive),
            "margin": ["per_unit": JSONValue(margin.perUnit), "exposure": JSONValue(margin.exposure)],
            "reports": .array(reports.map(\.kept)),
        ]
    }

    /// The order without its place in the book: it has to be rested again.
    init(kept row: JSONValue, account: Int, instrument: Int) throws {
        self.init(
            number: try row.keptText("number"),
            account: account,
            terms: OrderTerms(
                instrument: instrument,
                side: try row.keptWord("side"),
                product: try row.keptWord("product"),
                validity: try row.keptWord("validity"),
                remarks: try row.keptTextIfAny("remarks"),
                disclosed: try row.keptNumber("disclosed"),
                price: try PriceTerms(kept: row.kept("terms"))
            ),
            source: try row.keptWord("source"),
            receivedAt: Int64(try row.keptNumber("received"))
        )
        price = try PriceTerms(kept: row.kept("price"))
        previousPrice = try PriceTerms(keptIfAny: row.kept("previous"))
        status = try row.keptWord("status")
        version = try row.keptNumber("version")
        filled = try row.keptSum("filled")
        cancelled = try row.keptNumber("cancelled")
        exchangeNumber = try row.keptTextIfAny("exchange_number")
        isAggressive = try row.keptFlag("aggressive")
        let hold = try row.kept("margin")
        margin = MarginHold(perUnit: try hold.keptRupees("per_unit"), exposure: try hold.keptNumber("exposure"))
        reports = try row.keptRows("reports").map { try OrderReport(kept: $0) }
        fills = reports.compactMap(\.fill)
    }
}

extension OrderReport {
    fileprivate var kept: JSONValue {
        [
            "type": .string(type.rawValue),
            "status": .string(status.rawValue),
            "at": JSONValue(Int(at)),
            "version": JSONValue(version),
            "terms": terms.kept,
            "previous": previousTerms?.kept ?? .null,
            "filled": JSONValue(filled),
            "cancelled": JSONValue(cancelled),
            "reason": JSONValue(reason),
            "exchange_number": JSONValue(exchangeNumber),
            "fill": fill?.kept ?? .null,
        ]
    }

    fileprivate init(kept row: JSONValue) throws {
        self.init(
            type: try row.keptWord("type"),
            status: try row.keptWord("status"),
            at: Int64(try row.keptNumber("at")),
            version: try row.keptNumber("version"),
            terms: try PriceTerms(kept: row.kept("terms")),
            previousTerms: try PriceTerms(keptIfAny: row.kept("previous")),
            filled: try row.keptSum("filled"),
            cancelled: try row.keptNumber("cancelled"),
            reason: try row.keptTextIfAny("reason"),
            exchangeNumber: try row.keptTextIfAny("exchange_number"),
            fill: try Fill(keptIfAny: row.kept("fill"))
        )
    }
}

extension PriceTerms {
    fileprivate var kept: JSONValue {
        [
            "type": .string(type.rawValue), "quantity": JSONValue(quantity), "price": JSONValue(price),
            "trigger": trigger.map { JSONValue($0) } ?? .null,
        ]
    }

    fileprivate init(kept row: JSONValue) throws {
        self.init(
            type: try row.keptWord("type"),
            quantity: try row.keptNumber("quantity"),
            price: try row.keptRupees("price"),
            trigger: try row.kept("trigger") == .null ? nil : try row.keptRupees("trigger")
        )
    }

    fileprivate init?(keptIfAny row: JSONValue) throws {
        guard row != .null else { return nil }
        try self.init(kept: row)
    }
}

extension Fill {
    fileprivate var kept: JSONValue {
        ["id": .string(id), "quantity": JSONValue(quantity), "price": JSONValue(price)]
    }

    fileprivate init?(keptIfAny row: JSONValue) throws {
        guard row != .null else { return nil }
        self.init(
            id: try row.keptText("id"),
            quantity: try row.keptNumber("quantity"),
            price: try row.keptRupees("price")
        )
    }
}
