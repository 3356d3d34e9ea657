import Desk
import JSONText
import Testing
import Trading

@testable import BrokerNoren

/// Rows as live servers write them.
enum Rows {
    static let order = #"""
        {"stat":"Ok","norenordno":"26112000000041","kidid":"1","uid":"FA00001","actid":"FA00001","exch":"NFO",
        "tsym":"NIFTY24NOV26C25000","qty":"65","ordenttm":"1795146480","trantype":"S","prctyp":"LMT","ret":"DAY",
        "token":"40123","mult":"1","prcftr":"1.000000","instname":"OPTIDX","pp":"2","ls":"65","ti":"0.05",
        "prc":"101.00","rprc":"101.00","avgprc":"101.253333333","dscqty":"0","s_prdt_ali":"NRML","prd":"M",
        "status":"COMPLETE","st_intrn":"COMPLETE","fillshares":"65","norentm":"09:18:00 20-11-2026",
        "exch_tm":"20-11-2026 09:18:00","remarks":"SX0123456789ABC","exchordid":"1200000004793558","rqty":"65"}
        """#

    static let trade = #"""
        {"stat":"Ok","norenordno":"26112000000018","uid":"FA00001","actid":"FA00001","exch":"NSE","prctyp":"LMT",
        "ret":"DAY","prd":"I","s_prdt_ali":"MIS","flid":"380225664","fltm":"20-11-2026 09:21:04","trantype":"B",
        "tsym":"ACC-EQ","qty":"2","token":"22","fillshares":"2","flqty":"2","pp":"2","ls":"1","ti":"0.05",
        "prc":"1801.00","flprc":"1800.00","norentm":"09:21:05 20-11-2026","exch_tm":"20-11-2026 09:21:04",
        "remarks":"s1-000043","exchordid":"1100000012345699","ordersource":"API"}
        """#

    static let position = #"""
        {"stat":"Ok","uid":"FA00001","actid":"FA00001","exch":"NSE","tsym":"ACC-EQ","s_prdt_ali":"MIS","prd":"I",
        "token":"22","daybuyqty":"2","netqty":"-65","netavgprc":"1800.00","lp":"1803.50","urmtom":"7.00",
        "rpnl":"-0.00","bep":"1800.00"}
        """#

    /// `row` with fields replaced; nil takes one away.
    static func changed(_ row: String, _ changes: [String: JSONValue?]) throws -> JSONValue {
        var members = try JSONValue.parse(row).members ?? []
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            if let value { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }
}

struct OrderBookTests {
    private func read(_ body: String, _ status: Int = 200) -> BookRead<OrderReport> {
        BookRead(.answered(body, status)) { row throws(RowFlaw) in
            try OrderReport(row, isMessage: false, now: .sample)
        }
    }

    private func row(_ changes: [String: JSONValue?]) throws -> OrderReport? {
        read(JSONValue.array([try Rows.changed(Rows.order, changes)]).text).rows?.first
    }

    private func failure(_ changes: [String: JSONValue?]) throws -> ReadFailure? {
        let good = try JSONValue.parse(Rows.order)
        return read(JSONValue.array([good, try Rows.changed(Rows.order, changes)]).text).failure
    }

    @Test func `a row is read whole`() throws {
        let report = try row([:])
        #expect(
            report
                == OrderReport(
                    brokerOrderID: "26112000000041",
                    tag: ClientTag("SX0123456789ABC"),
                    instrument: Instrument("NFO", "NIFTY24NOV26C25000"),
                    product: .margin,
                    side: .sell,
                    type: .limit,
                    quantity: 65,
                    price: Price(tenThousandths: 1_010_000),
                    revision: 1,
                    status: .complete,
                    filled: 65,
                    averagePrice: Price(tenThousandths: 1_012_533)
                )
        )
    }

    @Test func `numbers may be JSON numbers, and pcode stands for prd`() throws {
        let report = try row([
            "qty": 65, "fillshares": 10, "prc": .number("101.5"), "prd": .some(nil), "pcode": "I",
            "norenordno": .number("26112000000041"),
        ])
        #expect(report?.quantity == 65 && report?.filled == 10 && report?.product == .intraday)
        #expect(report?.price == Price(tenThousandths: 1_015_000) && report?.brokerOrderID == "26112000000041")
    }

    @Test func `what is absent or blank is nothing`() throws {
        let report = try row([
            "fillshares": .some(nil), "avgprc": .some(nil), "prc": .some(nil), "remarks": .some(nil),
            "rejreason": " ",
        ])
        #expect(report?.filled == 0 && report?.price == .zero && report?.tag == nil && report?.rejection == nil)
        #expect(try row(["fillshares": " "])?.filled == 0)
    }

    @Test func `remarks that are not ours are no tag`() throws {
        #expect(try row(["remarks": "s1-000042"])?.tag == nil)
        #expect(try row(["remarks": "SX0123456789ABCD"])?.tag == nil)
    }

    @Test func `the symbol is taken as it is, ampersand and all`() throws {
        #expect(try row(["tsym": "M&M-EQ"])?.instrument.symbol == "M&M-EQ")
    }

    @Test func `a multi-leg order has no type of ours`() throws {
        #expect(try row(["prctyp": "2L"])?.type == nil)
    }

    @Test(arguments: ["norenordno", "exch", "tsym", "trantype", "prd", "qty", "status"])
    func `a row that lacks what an order is known by makes the book unknown`(field: String) throws {
        let failure = try failure([field: .some(nil)])
        #expect(failure?.kind == .garbled)
        #expect(failure?.text.contains("row 2 of 2") == true && failure?.text.contains(field) == true)
        #expect(try self.failure([field: " "])?.kind == .garbled)
    }

    @Test(arguments: [
        ("qty", "sixty-five"), ("qty", "65.5"), ("qty", "-65"), ("qty", "1e2"), ("qty", "99999999999999999999"),
        ("fillshares", "x"), ("prc", "1,010.00"), ("prc", "abc"), ("prc", "99999999999999999999.00"),
        ("trantype", "X"),
    ])
    func `a number that cannot be read makes the book unknown`(field: String, text: String) throws {
        let failure = try failure([field: .string(text)])
        #expect(failure?.kind == .garbled)
        #expect(failure?.text.contains("order 26112000000041") == true && failure?.text.contains(field) == true)
    }

    @Test func `an average of any fineness harms nobody`() throws {
        #expect(try row(["avgprc": "not a number at all"]) != nil)
    }

    @Test func `a price finer than 1/10000 is rounded half up`() throws {
        #expect(try row(["prc": "1727.9500000000003"])?.price == Price(tenThousandths: 17_279_500))
        #expect(try row(["prc": "0.00005"])?.price == Price(tenThousandths: 1))
        #expect(try row(["prc": "0.000049999"])?.price == .zero)
        #expect(try row(["prc": "-0.00005"])?.price == .zero)
        #expect(try row(["prc": "-0.000051"])?.price == Price(tenThousandths: -1))
        #expect(try row(["prc": "-0.00"])?.price == .zero)
    }

    @Test(arguments: ["1,234.5", "1,00,000.00", "12 34", "+5", "0x10", "NaN", "1.2.3", "."])
    func `a price that is none makes the book unknown`(text: String) throws {
        let failure = try failure(["prc": .string(text)])
        #expect(failure?.kind == .garbled && failure?.text.contains("prc is no price") == true)
    }

    @Test(arguments: ["", " ", "-0.00", "0", "0.00"])
    func `an empty price is none, and minus zero is zero`(text: String) throws {
        #expect(try row(["prc": .string(text)])?.price == .zero)
        #expect(try row(["prc": .string(text)])?.filled == 65)
    }

    @Test(arguments: [
        #"{"stat":"Not_Ok","emsg":"Error Occurred : 5 \"no data\""}"#,
        #"{"stat":"Not_Ok","emsg":"Error Occurred :  5 {\"no data\"}"}"#,
        #"{"request_time":"09:00:00 20-11-2026","stat":"Not_Ok","emsg":"No Data :  "}"#,
        #"[{"stat":"Not_Ok","emsg":"Error Occurred : 5 \"no data\""}]"#, "[]",
    ])
    func `the broker's own word that there is nothing is an empty book`(body: String) {
        #expect(read(body).isEmpty)
    }

    @Test(arguments: [200, 400, 403, 429, 500])
    func `a refusal is read whatever the HTTP status`(status: Int) {
        func kind(_ text: String) -> ReadFailure.Kind? {
            read(#"{"stat":"Not_Ok","emsg":"\#(text)"}"#, status).failure?.kind
        }
        #expect(kind("Session Expired :  Invalid Session Key") == .sessionExpired)
        #expect(kind("Invalid Input : Order Recieved 121 in a current minute exceeds Limit 120 for user") == .throttled)
        #expect(kind("Invalid Input : jData is Missing.") == .refused)
        #expect(kind("Server Timeout : ") == .refused)
        #expect(kind("") == .refused)
    }

    @Test(arguments: [
        "<html>502 Bad Gateway</html>", "", "  ", #"[{"stat":"Ok","norenordno":"2611"#, #"{"stat":"Ok"}"#, "null", "{}",
        "[7]", "[null]", "[[]]", #"{"stat":"Ok","values":[]}"#,
    ])
    func `what is no list of rows is garbled, never empty`(body: String) {
        #expect(read(body).failure?.kind == .garbled)
        #expect(read(body, 502).failure?.kind == .garbled)
    }

    @Test func `a list under an error status is no book`() {
        #expect(read("[\(Rows.order)]", 503).failure?.kind == .garbled)
    }

    @Test func `no answer is unreachable, too long an answer is garbled`() {
        func kind(_ outcome: CallOutcome) -> ReadFailure.Kind? {
            BookRead<PositionReport>(outcome) { row throws(RowFlaw) in try PositionReport(row) }.failure?.kind
        }
        #expect(kind(.lost("x")) == .unreachable)
        #expect(kind(.notSent("x")) == .unreachable)
        #expect(kind(.oversized("x")) == .garbled)
    }
}

struct StatusTests {
    @Test(arguments: [
        ("PENDING", BrokerStatus.pending), ("OPEN", .open), ("Open", .open), ("open", .open),
        ("TRIGGER_PENDING", .triggerPending), ("TRIGGER PENDING", .triggerPending),
        ("Trigger Pending", .triggerPending), ("COMPLETE", .complete), ("Complete", .complete), ("EXECUTED", .complete),
        ("REJECTED", .rejected), ("REJECT", .rejected), ("rejected", .rejected), ("CANCELED", .cancelled),
        ("CANCELLED", .cancelled), ("Cancelled", .cancelled), ("INVALID_STATUS_TYPE", .unknown("INVALID_STATUS_TYPE")),
        ("New", .unknown("NEW")), ("Replaced", .unknown("REPLACED")),
        ("After market order", .unknown("AFTER_MARKET_ORDER")),
    ])
    func `every spelling of a status is read, and an unknown one is no end`(text: String, status: BrokerStatus) {
        #expect(BrokerStatus(wire: text) == status)
    }

    private func report(_ changes: [String: JSONValue?]) throws -> OrderReport {
        try OrderReport(try NorenRow(try Rows.changed(Rows.order, changes)), isMessage: false, now: .sample)
    }

    @Test func `a refused cancel in the guise of a dead order is told apart`() throws {
        let late = try report(["status": "REJECTED", "rejreason": "SAF:order is not open to cancel"])
        #expect(late.refusesRequest && late.rejection == "SAF:order is not open to cancel")
        #expect(try report(["status": "OPEN", "rpt": "ReplaceRejected"]).refusesRequest)
        #expect(try report(["status": "OPEN", "reporttype": "CancelRejected"]).refusesRequest)
    }

    @Test func `which request was refused is read off the report or its words`() throws {
        #expect(try report(["status": "OPEN", "rpt": "ReplaceRejected"]).refusedRequest == .modify)
        #expect(try report(["status": "OPEN", "rpt": "CancelRejected"]).refusedRequest == .cancel)
        for (words, request) in [("cancel", PendingRequest.cancel), ("modify", .modify), ("it", nil)] {
            let row = try report(["status": "REJECTED", "rejreason": .string("SAF:order is not open to \(words)")])
            #expect(row.refusesRequest && row.refusedRequest == request)
        }
        #expect(try report(["status": "OPEN", "rejreason": "SAF:order is not open to modify"]).refusedRequest == nil)
    }

    @Test func `a row tells its trigger and how often it was changed, or nothing of either`() throws {
        let stop = try report(["prctyp": "SL-LMT", "trgprc": "99.95", "kidid": "3"])
        #expect(stop.triggerPrice == Price("99.95") && stop.revision == 3)
        let silent = try report(["trgprc": nil, "kidid": nil])
        #expect(silent.triggerPrice == .zero && silent.revision == nil)
        let odd = try report(["trgprc": "None", "kidid": "x"])
        #expect(odd.triggerPrice == .zero && odd.revision == nil)
    }

    @Test func `a rejected order is rejected`() throws {
        let text = "RED:Margin Shortfall:INR 100.33 Available:INR 86.68 for C-FA00001 [...]"
        let dead = try report(["status": "REJECTED", "rejreason": .string(text)])
        #expect(!dead.refusesRequest && dead.status == .rejected && dead.rejection == text)
    }

    @Test func `an old refusal that stays visible on a live or finished row refuses nothing`() throws {
        for status in ["OPEN", "CANCELED", "COMPLETE"] {
            let row = try report(["status": .string(status), "rejreason": "SAF:order is not open to cancel"])
            #expect(!row.refusesRequest)
        }
    }

    @Test(arguments: ["NewAck", "ModAck", "CanAck", "PendingNew", "PendingReplace", "PendingCancel"])
    func `a request on its way ends no order, whatever status is printed beside it`(type: String) throws {
        for status in ["CANCELED", "REJECTED", "COMPLETE"] {
            let report = try report(["status": .string(status), "reporttype": .string(type)])
            #expect(!report.status.isEnd)
        }
        #expect(try report(["status": "OPEN", "reporttype": .string(type)]).status == .open)
    }
}

struct TradeBookTests {
    private func fill(_ changes: [String: JSONValue?]) throws -> Fill {
        try TradeReport(try NorenRow(try Rows.changed(Rows.trade, changes)), now: .sample).fill
    }

    @Test func `a row is read whole`() throws {
        let report = try TradeReport(try NorenRow(try JSONValue.parse(Rows.trade)), now: .sample)
        let fill = report.fill
        #expect(fill.id == "380225664" && fill.brokerOrderID == "26112000000018" && fill.exchange == "NSE")
        #expect(fill.quantity == 2 && fill.price == Price(tenThousandths: 18_000_000) && report.tag == nil)
        #expect(fill.at.description == "2026-11-20T03:51:04.000000Z" && fill.tradingDay.number == 20_261_120)
    }

    @Test func `without its own time a fill has the server's, else the present`() throws {
        let server = "2026-11-20T03:51:05.000000Z"
        #expect(try fill(["fltm": .some(nil)]).at.description == server)
        #expect(try fill(["fltm": "01-01-1980 00:00:00"]).at.description == server)
        #expect(try fill(["fltm": "nonsense"]).at.description == server)
        #expect(try fill(["fltm": "01-01-1980 00:00:00", "norentm": .some(nil)]).at == .sample)
        #expect(try fill(["fltm": .some(nil), "norentm": " "]).at == .sample)
    }

    @Test func `the parts of a time may stand in either order`() throws {
        #expect(try fill(["fltm": "09:21:04 20-11-2026"]).at == fill([:]).at)
    }

    @Test func `the trading day is the day in India`() throws {
        #expect(try fill(["fltm": "21-11-2026 00:00:01"]).tradingDay.number == 20_261_121)
        #expect(try fill(["fltm": "20-11-2026 23:59:59"]).tradingDay.number == 20_261_120)
    }

    @Test func `a fill's price is rounded half up to 1/10000`() throws {
        #expect(try fill(["flprc": "1800.123450"]).price == Price(tenThousandths: 18_001_235))
        #expect(try fill(["flprc": "1800.1234499"]).price == Price(tenThousandths: 18_001_234))
    }

    @Test(arguments: ["flid", "flqty", "flprc", "norenordno", "exch"])
    func `a fill without what it is known by is unreadable`(field: String) throws {
        #expect(throws: RowFlaw.self) { try fill([field: .some(nil)]) }
    }

    @Test(arguments: ["1,234.5", "-0.00", "0.00", "-5.00", "", " ", "x"])
    func `a fill at no price is unreadable: nothing is booked at it`(price: String) throws {
        #expect(throws: RowFlaw.self) { try fill(["flprc": .string(price)]) }
    }

    @Test(arguments: ["0", "-2", "x", "2.5"])
    func `a fill of no units is unreadable`(quantity: String) throws {
        #expect(throws: RowFlaw.self) { try fill(["flqty": .string(quantity)]) }
    }
}

struct PositionBookTests {
    private func report(_ changes: [String: JSONValue?]) throws -> PositionReport {
        try PositionReport(try NorenRow(try Rows.changed(Rows.position, changes)))
    }

    @Test func `a row is read whole`() throws {
        let report = try report([:])
        #expect(report.position == PositionKey(Instrument("NSE", "ACC-EQ"), .intraday))
        #expect(report.net == -65 && report.profit == Money("7.00"))
    }

    @Test func `profit is nil when half of it is absent or unreadable`() throws {
        #expect(try report(["rpnl": .some(nil)]).profit == nil)
        #expect(try report(["urmtom": "n/a"]).profit == nil)
        #expect(try report(["urmtom": "-12.5", "rpnl": .number("3")]).profit == Money("-9.5"))
        #expect(try report(["urmtom": "922337203685477.5807", "rpnl": "1"]).profit == nil)
    }

    @Test func `a profit that is no amount is not known, and minus zero is zero`() throws {
        for text in ["1,234.5", "", " ", "-"] {
            let report = try report(["rpnl": .string(text)])
            #expect(report.profit == nil && report.net == -65)
        }
        #expect(try report(["rpnl": "-0.00", "urmtom": "-0.00"]).profit == .zero)
    }

    @Test(arguments: ["1,234", "", " ", "-", "6.5"])
    func `a net quantity that is none is unreadable`(text: String) throws {
        #expect(throws: RowFlaw.self) { try report(["netqty": .string(text)]) }
    }

    @Test(arguments: ["exch", "tsym", "prd", "netqty"])
    func `a row without what it is known by is unreadable`(field: String) throws {
        #expect(throws: RowFlaw.self) { try report([field: .some(nil)]) }
    }
}
