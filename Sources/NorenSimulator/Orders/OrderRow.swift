import JSONText

/// Orders as Noren prints them. The book, the history and the push share most fields and differ in a few names.
struct OrderRow {
    let order: Order
    let report: OrderReport
    let uid: String
    let instrument: Instrument
    /// How statuses are spelt where not by their own name.
    var spellings: [OrderStatus: String] = [:]

    /// A row of `OrderBook`. It shows what the order is, whatever the latest report said.
    var book: JSONValue {
        var row = listed(as: order.status)
        row.add("rqty", report.terms.quantity)
        row.add("rprc", report.terms.price)
        row.add("dname", instrument.displayName)
        row.add("brnchid", "HO")
        row.add("C", "C")
        return row.json
    }

    /// A row of `SingleOrdHist`.
    var history: JSONValue {
        var row = listed(as: report.status)
        row.add("rpt", report.type.rawValue)
        addFill(to: &row)
        return row.json
    }

    /// An `om` message.
    var push: JSONValue {
        var row = Row(decimals: instrument.decimals)
        row.add("t", "om")
        addIdentity(to: &row)
        row.add("pcode", order.terms.product.rawValue)
        addState(report.status, to: &row)
        row.add("reporttype", report.type.rawValue)
        addFill(to: &row)
        row.add("rejreason", report.reason ?? " ")
        row.add("rejby", ifKnown: rejectedBy)
        row.add("tm", IndianTime(microseconds: report.at).epochSeconds)
        row.add("ntm", IndianTime(microseconds: report.at).epochNanoseconds)
        return row.json
    }

    private func listed(as status: OrderStatus) -> Row {
        var row = Row(decimals: instrument.decimals)
        row.add("stat", "Ok")
        addIdentity(to: &row)
        row.add("token", instrument.token)
        row.add("prd", order.terms.product.rawValue)
        row.add("s_prdt_ali", order.terms.product.alias)
        addState(status, to: &row)
        row.add("rejreason", ifKnown: report.reason)
        row.add("rejby", ifKnown: rejectedBy)
        if let previous = report.previousTerms {
            row.add("rorgqty", previous.quantity)
            row.add("rorgprc", previous.price)
        }
        row.add("ordenttm", IndianTime(microseconds: order.receivedAt).epochSeconds)
        row.add("ordersource", order.source.rawValue)
        addContract(of: instrument, to: &row)
        return row
    }

    private func addIdentity(to row: inout Row) {
        row.add("norenordno", order.number)
        row.add("kidid", report.version)
        row.add("uid", uid)
        row.add("actid", uid)
        row.add("exch", instrument.exchange)
        row.add("tsym", instrument.tradingSymbol)
        row.add("qty", report.terms.quantity)
        row.add("prc", report.terms.price)
        if report.terms.type.isStop, let trigger = report.terms.trigger { row.add("trgprc", trigger) }
        row.add("trantype", order.terms.side.rawValue)
        row.add("prctyp", report.terms.type.rawValue)
        row.add("ret", order.terms.validity.rawValue)
        row.add("dscqty", order.terms.disclosed)
    }

    private func addState(_ status: OrderStatus, to row: inout Row) {
        let word = spellings[status] ?? status.rawValue
        row.add("status", word)
        row.add("st_intrn", report.type == .newAck ? "ORDER ACK" : word)
        if report.filled.quantity > 0 {
            row.add("fillshares", report.filled.quantity)
            row.add("avgprc", report.filled.average)
        }
        if report.cancelled > 0 { row.add("cancelqty", report.cancelled) }
        row.add("remarks", ifKnown: order.terms.remarks)
        row.add("norentm", IndianTime(microseconds: report.at).clockFirst)
        if let number = report.exchangeNumber {
            row.add("exchordid", number)
            row.add("exch_tm", IndianTime(microseconds: report.at).dateFirst)
        }
    }

    private func addFill(to row: inout Row) {
        guard let fill = report.fill else { return }
        row.add("flid", fill.id)
        row.add("flqty", fill.quantity)
        row.add("flprc", fill.price)
        row.add("fltm", IndianTime(microseconds: report.at).dateFirst)
    }

    /// The component that refused: the reason's own prefix.
    private var rejectedBy: String? {
        guard let reason = report.reason, let colon = reason.firstIndex(of: ":") else { return nil }
        return String(reason[..<colon])
    }
}

/// The contract facts that rows of every book repeat.
func addContract(of instrument: Instrument, to row: inout Row) {
    row.add("pp", instrument.decimals)
    row.add("ls", instrument.lot)
    row.add("ti", instrument.tick)
    row.add("mult", instrument.multiplier)
    row.add("prcftr", "1.000000")
    row.add("instname", instrument.instrumentName)
}
