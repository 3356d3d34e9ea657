import Desk
import Trading

extension OrderReport {
    /// Reads a row of the order book or an order message. A fill is looked for in messages only.
    init(_ row: NorenRow, isMessage: Bool, now: Timestamp) throws(RowFlaw) {
        let reportType = ReportType(wire: row.text("reporttype", "rpt"))
        let rejection = row.text("rejreason")
        var status = BrokerStatus(wire: try row.required("status"))
        let refusesRequest =
            reportType?.refusesRequest == true || status == .rejected && rejection?.hasPrefix("SAF:") == true
        if status.isEnd, reportType?.isOnItsWay == true {
            status = .unknown(try row.required("status") + " WITH " + (reportType?.rawValue ?? ""))
        }
        self.init(
            brokerOrderID: BrokerOrderID(try row.required("norenordno", "norenoordno")),
            tag: row.text("remarks").flatMap { ClientTag($0) },
            instrument: try row.instrument,
            product: try row.product,
            side: try row.side,
            type: row.text("prctyp").flatMap { OrderType(rawValue: $0.uppercased()) },
            quantity: try row.unitsFromZero("qty"),
            price: try row.priceIfPresent("prc") ?? .zero,
            triggerPrice: (try? row.priceIfPresent("trgprc")) ?? .zero,
            revision: row.text("kidid").flatMap { Int($0) },
            status: status,
            filled: try row.unitsFromZeroIfPresent("fillshares") ?? 0,
            averagePrice: row.priceIfKnown("avgprc"),
            rejection: rejection,
            refusesRequest: refusesRequest,
            refusedRequest: refusesRequest ? reportType?.refusedRequest ?? PendingRequest(refusedBy: rejection) : nil,
            fill: isMessage && reportType == .fill ? try Fill(row, now: now) : nil
        )
    }
}

extension PendingRequest {
    /// Reads it off the broker's words: `SAF:order is not open to cancel`. Nil where they name neither.
    fileprivate init?(refusedBy text: String?) {
        let words = (text ?? "").lowercased().split { !$0.isLetter }
        switch (words.contains("cancel"), words.contains("modify")) {
        case (true, false): self = .cancel
        case (false, true): self = .modify
        default: return nil
        }
    }
}

extension Fill {
    init(_ row: NorenRow, now: Timestamp) throws(RowFlaw) {
        let time = row.time("fltm", "filltm", "norentm") ?? now
        let quantity = try row.quantity("flqty")
        guard quantity > 0 else { throw row.flaw(["flqty"], "is not positive") }
        let price = try row.price("flprc")
        guard price > .zero else { throw row.flaw(["flprc"], "is not positive") }
        self.init(
            id: FillID(try row.required("flid")),
            brokerOrderID: BrokerOrderID(try row.required("norenordno", "norenoordno")),
            exchange: Exchange(try row.required("exch")),
            tradingDay: TradingDay(time),
            quantity: quantity,
            price: price,
            at: time
        )
    }
}

extension TradeReport {
    init(_ row: NorenRow, now: Timestamp) throws(RowFlaw) {
        self.init(fill: try Fill(row, now: now), tag: row.text("remarks").flatMap { ClientTag($0) })
    }
}

extension PositionReport {
    init(_ row: NorenRow) throws(RowFlaw) {
        var profit: Money?
        if let realised = row.moneyIfReadable("rpnl"), let unrealised = row.moneyIfReadable("urmtom", "unmtom") {
            let sum = realised.tenThousandths.addingReportingOverflow(unrealised.tenThousandths)
            profit = sum.overflow ? nil : Money(tenThousandths: sum.partialValue)
        }
        self.init(
            position: PositionKey(try row.instrument, try row.product),
            net: try row.quantity("netqty"),
            profit: profit,
            last: row.priceIfKnown("lp"),
            sold: try row.unitsFromZeroIfPresent("daysellqty")
        )
    }
}

extension NorenRow {
    fileprivate var instrument: Instrument {
        get throws(RowFlaw) { Instrument(Exchange(try required("exch")), try required("tsym")) }
    }

    fileprivate var product: Product {
        get throws(RowFlaw) { Product(try required("prd", "pcode").uppercased()) }
    }

    fileprivate var side: Side {
        get throws(RowFlaw) {
            switch try required("trantype").uppercased() {
            case "B", "BUY": return .buy
            case "S", "SELL": return .sell
            default: throw flaw(["trantype"], "is neither B nor S")
            }
        }
    }

    fileprivate func unitsFromZero(_ name: FieldName) throws(RowFlaw) -> Int {
        let units = try quantity(name)
        guard units >= 0 else { throw flaw([name], "is negative") }
        return units
    }

    fileprivate func unitsFromZeroIfPresent(_ name: FieldName) throws(RowFlaw) -> Int? {
        text(name) == nil ? nil : try unitsFromZero(name)
    }

    /// The first of these that is a moment.
    fileprivate func time(_ names: FieldName...) -> Timestamp? {
        for name in names {
            if let time = text(name).flatMap({ WireTime.timestamp($0) }) { return time }
        }
        return nil
    }
}
