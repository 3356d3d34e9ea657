import JSONText
import Testing

@testable import NorenSimulator

/// Every endpoint against the wire format: the fields that callers need, and text everywhere.
@Suite struct ShapeTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let endpoint: String
        let request: JSONValue
        let fields: [String]
        var testDescription: String { endpoint }

        init(_ endpoint: String, _ request: JSONValue, _ fields: String) {
            self.endpoint = endpoint
            self.request = request
            self.fields = fields.split(separator: " ").map { String($0) }
        }
    }

    static let user: JSONValue = ["uid": "FA00001", "actid": "FA00001"]
    static let share: JSONValue = ["uid": "FA00001", "exch": "NSE", "token": "22"]
    static let draft: JSONValue = [
        "uid": "FA00001", "actid": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": "2", "prc": "1700.00", "prd": "I",
        "trantype": "B", "prctyp": "LMT",
    ]

    // swift-format-ignore
    static let lists = [
        Shape("OrderBook", user, "stat norenordno kidid uid actid exch tsym token qty prc rqty rprc trantype prctyp ret prd s_prdt_ali dscqty status st_intrn fillshares avgprc exchordid remarks norentm ordenttm exch_tm pp ls ti mult prcftr instname dname ordersource"),
        Shape("TradeBook", user, "stat norenordno uid actid exch tsym token trantype prd s_prdt_ali prctyp ret qty prc fillshares flid flqty flprc fltm avgprc exchordid norentm exch_tm remarks pp ls ti mult prcftr ordersource"),
        Shape("PositionBook", user, "stat uid actid exch tsym token prd s_prdt_ali instname dname symname frzqty pp ls ti mult prcftr daybuyqty daybuyamt daybuyavgprc daysellqty daysellamt daysellavgprc cfbuyqty cfbuyamt cfbuyavgprc cfsellqty cfsellamt cfsellavgprc cforgavgprc openbuyqty openbuyamt openbuyavgprc opensellqty opensellamt opensellavgprc totbuyamt totbuyavgprc totsellamt totsellavgprc netqty netavgprc upldprc netupldprc bep lp urmtom rpnl"),
        Shape("SingleOrdHist", ["uid": "FA00001", "norenordno": "26112300000001"], "stat norenordno kidid uid actid exch tsym qty trantype prctyp ret token prc prd s_prdt_ali status rpt norentm remarks"),
        Shape("SingleOrdStatus", ["uid": "FA00001", "actid": "FA00001", "exch": "NSE", "norenordno": "26112300000001"], "stat norenordno status rpt fillshares"),
        Shape("TPSeries", ["uid": "FA00001", "exch": "NSE", "token": "22", "st": "1795415400.0"], "stat time ssboe into inth intl intc intvwap intv intoi v oi"),
        Shape("Holdings", ["uid": "FA00001", "actid": "FA00001", "prd": "C"], "stat exch_tsym holdqty dpqty npoadqty colqty benqty unplgdqty brkcolqty btstqty btstcolqty usedqty upldprc prd"),
    ]

    // swift-format-ignore
    static let objects = [
        Shape("Limits", user, "request_time stat actid prfname cash payin payout brkcollamt unclearedcash daycash turnoverlmt pendordvallmt turnover pendordval marginused urmtom rpnl peak_mar"),
        Shape("UserDetails", user, "request_time stat uid actid brkname brnchid email m_num uprev exarr orarr prarr access_type"),
        Shape("GetQuotes", share, "request_time stat exch tsym cname symname seg instname pp ls ti mult uc lc prcftr_d token lp o h l c ap v ltq ltt tbq tsq bp1 bp5 bq1 bq5 bo1 bo5 sp1 sp5 sq1 sq5 so1 so5 wk52_h wk52_l"),
        Shape("GetSecurityInfo", share, "request_time stat exch tsym cname symname seg instname pp ls ti mult prcftr_d token frzqty uc lc trdunt delunt varmrg"),
        Shape("SearchScrip", ["uid": "FA00001", "exch": "NSE", "stext": "ACC"], "stat values"),
        Shape("GetOptionChain", ["uid": "FA00001", "exch": "NFO", "tsym": "NIFTY29DEC26F", "strprc": "25000", "cnt": "2"], "stat values"),
        Shape("GetOptionGreek", ["source": "API", "actid": "FA00001", "exd": "29-DEC-2026", "strprc": "25000", "sptprc": "24990", "int_rate": "6", "volatility": "12", "optt": "CE"], "stat cal_price put_price cal_delta put_delta cal_gamma put_gamma cal_theta put_theta cal_rho put_rho cal_vego put_vego"),
        Shape("SpanCalc", ["actid": "FA00001", "pos": []], "request_time stat span expo span_trade expo_trade"),
        Shape("GetOrderMargin", draft, "request_time stat remarks cash marginused ordermargin marginusedprev"),
        Shape("GetBasketMargin", draft, "request_time stat remarks marginused marginusedtrade"),
        Shape("MWList", user, "stat values"),
        Shape("AddMultiScripsToMW", ["uid": "FA00001", "wlname": "1", "scrips": "NSE|22#NSE|2885"], "request_time stat"),
        Shape("MarketWatch", ["uid": "FA00001", "wlname": "1"], "stat values"),
        Shape("DeleteMultiMWScrips", ["uid": "FA00001", "wlname": "1", "scrips": "NSE|2885"], "request_time stat"),
        Shape("GetLinkedScrips", ["uid": "FA00001", "exch": "NSE", "token": "26000"], "stat equity fut opt"),
        Shape("GetIndexList", ["uid": "FA00001", "exch": "NSE"], "stat values"),
        Shape("ProductConversion", ["uid": "FA00001", "actid": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": "1", "prd": "C", "prevprd": "I", "trantype": "B", "postype": "DAY"], "request_time stat"),
        Shape("ForgotPassword", ["source": "API", "uid": "FA00001", "pan": "A", "dob": "B"], "request_time stat"),
        Shape("FgtPwdOTP", ["source": "API", "uid": "FA00001", "pan": "A"], "request_time stat"),
        Shape("Logout", ["ordersource": "API", "uid": "FA00001"], "request_time stat"),
    ]

    /// An account with a filled order, a position, a holding and a watch list.
    private func exchange() throws -> Exchange {
        var exchange = Exchange.sample()
        _ = try exchange.order(["prc": "1850.00", "remarks": "s1-000042"])
        exchange.accounts[0].watchLists.add([exchange.book("ACC-EQ")], to: "1")
        let book = exchange.book("RELIANCE-EQ")
        exchange.accounts[0].setHolding(
            Holding(instrument: book, quantity: 10, price: .whole(1201)),
            of: exchange.instruments[book]
        )
        return exchange
    }

    private func hasOnlyText(_ value: JSONValue) -> Bool {
        switch value {
        case .string: true
        case .array(let elements): elements.allSatisfy(hasOnlyText)
        case .object(let members): members.allSatisfy { hasOnlyText($0.value) }
        default: false
        }
    }

    @Test(arguments: lists) func `a list's rows have the fields that callers need`(shape: Shape) throws {
        var exchange = try exchange()
        let rows = try #require(try exchange.request(shape.endpoint, shape.request).elements)
        let row = try #require(rows.first)
        for field in shape.fields { #expect(row[field] != nil, "\(field)") }
        #expect(rows.allSatisfy { $0["stat"] == "Ok" && hasOnlyText($0) })
    }

    @Test(arguments: objects) func `an object has the fields that callers need`(shape: Shape) throws {
        var exchange = try exchange()
        let answer = try exchange.request(shape.endpoint, shape.request)
        for field in shape.fields { #expect(answer[field] != nil, "\(field)") }
        #expect(answer["stat"]?.string?.uppercased() == "OK")
        #expect(hasOnlyText(answer))
    }

    @Test func `every endpoint that a Python client calls is served`() {
        let called =
            "QuickAuth GenAcsTok Logout ForgotPassword FgtPwdOTP PlaceOrder ModifyOrder CancelOrder ExitSNOOrder "
            + "ProductConversion SingleOrdHist OrderBook TradeBook PositionBook Holdings Limits SearchScrip GetOptionChain "
            + "GetSecurityInfo GetQuotes TPSeries EODChartData SpanCalc GetOptionGreek MWList MarketWatch "
            + "AddMultiScripsToMW DeleteMultiMWScrips ExchMsg GetLinkedScrips"
        for endpoint in called.split(separator: " ") { #expect(Endpoint.all[String(endpoint)] != nil, "\(endpoint)") }
    }

    @Test func `what is missing is refused by every endpoint, and nothing breaks`() throws {
        for (name, endpoint) in Endpoint.all {
            for fields in [[:], ["uid": "", "exch": "", "norenordno": "", "qty": "-1"]] as [JSONValue] {
                var exchange = Exchange.sample()
                let token = exchange.openSession(for: 0, at: noon)
                let reply = exchange.answer(endpoint, Call(fields: fields, token: token, now: noon))
                #expect([200, 400].contains(reply.status), "\(name)")
            }
        }
    }
}
