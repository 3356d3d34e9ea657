import Desk
public import Trading

extension SecurityReport {
    /// The broker's freeze quantity is the first that is too large.
    init(_ row: NorenRow) throws(RowFlaw) {
        let frozen = row.text("frzqty") == nil ? nil : try row.quantity("frzqty")
        self.init(
            largestQuantity: frozen.flatMap { $0 > 1 ? $0 - 1 : nil },
            lot: row.text("ls").flatMap { Int(units: $0) },
            tick: row.priceIfKnown("ti"),
            lowerCircuit: row.priceIfKnown("lc"),
            upperCircuit: row.priceIfKnown("uc")
        )
    }
}

extension FundsReport {
    init(_ row: NorenRow) throws(RowFlaw) {
        guard row.text("cash") != nil || row.text("marginused") != nil else {
            throw row.flaw(["cash"], "is missing")
        }
        let parts: [FieldName] = [
            "cash", "payin", "payout", "daycash", "unclearedcash", "brkcollamt", "collateral", "aux_brkcollamt",
        ]
        var total = Money.zero
        for part in parts { total = try total + row.money(part) }
        self.init(total: total, used: try row.money("marginused"))
    }
}

/// What an order would take of the margin.
public struct MarginReport: Hashable, Sendable {
    public let needed: Money
    /// The broker's words where it would not fit; nil where it would.
    public let objection: String?

    init(_ row: NorenRow) throws(RowFlaw) {
        guard row.text("ordermargin") != nil else { throw row.flaw(["ordermargin"], "is missing") }
        needed = try row.money("ordermargin")
        objection = row.text("remarks")
    }
}

/// A contract that a search found.
public struct SearchHit: Hashable, Sendable {
    public let instrument: Instrument
    public let token: String

    init(_ row: NorenRow) throws(RowFlaw) {
        instrument = Instrument(Exchange(try row.required("exch")), try row.required("tsym"))
        token = try row.required("token")
    }
}

extension ShareReport {
    /// The broker's own formula of what an account has, but for what was sold: that is told apart.
    init(_ row: NorenRow) throws(RowFlaw) {
        var instruments: [Instrument] = []
        for listing in row.list("exch_tsym") ?? [] {
            instruments.append(Instrument(Exchange(try listing.required("exch")), try listing.required("tsym")))
        }
        guard !instruments.isEmpty else { throw row.flaw(["exch_tsym"], "names no share") }
        var quantity = 0
        for part in ["btstqty", "holdqty", "brkcolqty", "unplgdqty", "benqty"] as [FieldName] {
            quantity += try row.units(part)
        }
        let deposited = max(try row.units("npoadqty"), try row.units("npoaqty"), try row.units("dpqty"))
        self.init(instruments: instruments, quantity: quantity + deposited, used: try row.units("usedqty"))
    }
}

extension NorenRow {
    /// Zero where the row does not say.
    fileprivate func units(_ name: FieldName) throws(RowFlaw) -> Int { text(name) == nil ? 0 : try quantity(name) }

    /// Zero where there is none.
    fileprivate func money(_ name: FieldName) throws(RowFlaw) -> Money {
        guard let text = text(name) else { return .zero }
        guard let value = TenThousandths(text) else { throw flaw([name], "is no amount") }
        return Money(tenThousandths: value.rounded)
    }
}
