import JSONText
import Testing

@testable import NorenSimulator

@Suite struct MarketDataTests {
    private func chain(_ exchange: inout Exchange, _ symbol: String, _ market: String = "NFO") throws -> JSONValue {
        let fields: JSONValue = [
            "uid": "FA00001", "exch": .string(market), "tsym": .string(symbol), "strprc": "25010.5", "cnt": "2",
        ]
        return try exchange.request("GetOptionChain", fields)
    }

    @Test func `an option chain has both rights of the nearest strikes`() throws {
        var exchange = Exchange.sample()
        let rows = try #require(try chain(&exchange, "NIFTY29DEC26F")["values"]?.elements)
        let symbols = Set(rows.compactMap { $0["tsym"]?.string })
        let strikes = [24_900, 24_950, 25_000, 25_050, 25_100]
        #expect(symbols == Set(strikes.flatMap { ["NIFTY29DEC26C\($0)", "NIFTY29DEC26P\($0)"] }))
    }

    @Test func `a contract that is not listed stands for the nearest expiry of its underlying`() throws {
        var exchange = Exchange.sample()
        let rows = try #require(try chain(&exchange, "BANKNIFTY29SEP26F")["values"]?.elements)
        #expect(rows.allSatisfy { $0["tsym"]?.string?.hasPrefix("BANKNIFTY24NOV26") == true })
        #expect(try chain(&exchange, "NOSUCH")["stat"] == "Not_Ok")
    }

    @Test func `greeks obey put-call parity`() {
        let model = BlackScholes(spot: 24_990, strike: 25_000, rate: 0.06, volatility: 0.12, years: 36.0 / 365)
        let figures = Dictionary(uniqueKeysWithValues: model.figures.map { ($0.0, ($0.1, $0.2)) })
        let (call, put) = figures["price"] ?? (0, 0)
        #expect(abs(call - put - (24_990 - 25_000 * 0.994_099_6)) < 0.01)
        let (callDelta, putDelta) = figures["delta"] ?? (0, 0)
        #expect(abs(callDelta - putDelta - 1) < 1e-9)
        #expect((0.5...0.6).contains(callDelta))
        #expect(call > 0 && (figures["theta"]?.0 ?? 0) < 0)
    }

    @Test func `an option at its expiry is worth what it gives`() {
        let model = BlackScholes(spot: 110, strike: 100, rate: 0.06, volatility: 0.12, years: 0)
        #expect(model.figures.first.map { [$0.1, $0.2] } == [10, 0])
    }

    @Test func `figures are printed with their sign and decimals`() {
        #expect((-0.00004).text(decimals: 4) == "0.0000")
        #expect((-12.03).text(decimals: 4) == "-12.0300")
        #expect(Double.nan.text(decimals: 2) == "0.00")
        #expect(Double.infinity.text(decimals: 0).isEmpty == false)
    }

    @Test(arguments: ["1", "3", "5", "10", "15", "30", "60", "120", "240"])
    func `bars come newest first, aligned, and without a gap in their prices`(interval: String) throws {
        var exchange = Exchange.sample()
        let start = noon / 1_000_000 - 6 * 3600
        let fields: JSONValue = [
            "uid": "FA00001", "exch": "NSE", "token": "22", "st": .string("\(start).0"), "intrv": .string(interval),
        ]
        let rows = try #require(try exchange.request("TPSeries", fields).elements)
        let starts = rows.compactMap { $0["ssboe"]?.string.flatMap { Int($0) } }
        #expect(starts == starts.sorted(by: >))
        #expect(starts.allSatisfy { $0 % (60 * (Int(interval) ?? 1)) == 0 })
        for row in rows {
            let prices = ["intl", "into", "intc", "inth"].compactMap { row[$0]?.string.flatMap { Rupees(wire: $0) } }
            #expect(prices.count == 4 && prices.min() == prices[0] && prices.max() == prices[3])
        }
        for (later, earlier) in zip(rows, rows.dropFirst()) { #expect(later["into"] == earlier["intc"]) }
        #expect(try exchange.request("TPSeries", fields).elements == rows)
    }

    @Test func `bars of the running market show its prices`() throws {
        var exchange = Exchange.sample()
        exchange.isFrozen = false
        for second in 0..<120 { exchange.tick(at: noon + Int64(second) * 1_000_000) }
        let now = noon + 119_000_000
        let fields: JSONValue = [
            "uid": "FA00001", "exch": "NSE", "token": "22", "st": .string(String(noon / 1_000_000)),
        ]
        let rows = try #require(try exchange.request("TPSeries", fields, at: now).elements)
        #expect(rows.count == 2)
        #expect(rows.first?["intc"]?.string == exchange.books[exchange.book("ACC-EQ")].quote.last.text)
    }

    @Test func `exchange hours have bars of trading hours only`() throws {
        var exchange = Exchange.sample(hours: .exchange)
        let fields: JSONValue = [
            "uid": "FA00001", "exch": "NSE", "token": "22", "intrv": "15",
            "st": .string(String(moment(0, 0, daysLater: -4) / 1_000_000)),
        ]
        let rows = try #require(try exchange.request("TPSeries", fields).elements)
        let clocks = Set(rows.compactMap { $0["time"]?.string?.suffix(8) }.map { String($0) })
        #expect(clocks.min() == "09:15:00")
        #expect(clocks.max() == "15:15:00")
        #expect(!rows.contains { $0["time"]?.string?.hasPrefix("22-11-2026") == true })
    }

    @Test func `daily bars are texts that hold objects, on weekdays, and at most 1201`() throws {
        var exchange = Exchange.sample()
        let fields: JSONValue = ["uid": "FA00001", "sym": "NSE:Nifty 50", "from": "0", "to": "1795419000.0"]
        let rows = try #require(try exchange.request("EODChartData", fields).elements)
        #expect(rows.count == 1201)
        let bars = try rows.prefix(5).map { try JSONValue.parse(Array(($0.string ?? "").utf8)) }
        #expect(bars.map { $0["time"] } == ["23-NOV-2026", "20-NOV-2026", "19-NOV-2026", "18-NOV-2026", "17-NOV-2026"])
        #expect(bars.first?["intc"] == "25000.00")
    }

    @Test func `charts can ask for the key in the body`() throws {
        var exchange = Exchange.sample()
        exchange.habits.charts = .jkey
        let endpoint = try #require(Endpoint.all["TPSeries"])
        var call = Call(
            fields: ["uid": "FA00001", "exch": "NSE", "token": "22"],
            token: exchange.openSession(for: 0, at: noon),
            now: noon
        )
        #expect(exchange.answer(endpoint, call).body.elements != nil)
        call.isTokenInBody = false
        #expect(exchange.answer(endpoint, call).body["emsg"] == "Session Expired :  Invalid Session Key")
    }

    @Test func `watch lists keep what is added until it is deleted`() throws {
        var exchange = Exchange.sample()
        func list(_ name: String) throws -> [JSONValue]? {
            try exchange.request("MarketWatch", ["uid": "FA00001", "wlname": .string(name)])["values"]?.elements
        }
        #expect(try list("1") == nil)
        try exchange.request(
            "AddMultiScripsToMW",
            ["uid": "FA00001", "wlname": "mine", "scrips": "NSE|22#NSE|2031#NSE|22"]
        )
        #expect(try list("mine")?.map { $0["tsym"] } == ["ACC-EQ", "M&M-EQ"])
        try exchange.request("DeleteMultiMWScrips", ["uid": "FA00001", "wlname": "mine", "scrips": "NSE|22"])
        #expect(try list("mine")?.map { $0["tsym"] } == ["M&M-EQ"])
        #expect(try exchange.request("MWList", ["uid": "FA00001"])["values"] == ["1", "mine"])
        let bad = try exchange.request(
            "AddMultiScripsToMW",
            ["uid": "FA00001", "wlname": "1", "scrips": "NSE|nothing"]
        )
        #expect(bad["emsg"] == "Invalid Input :  Invalid Scrips")
    }

    @Test func `a symbol of a data endpoint stays encoded where that is the habit`() throws {
        var exchange = Exchange.sample()
        let search: JSONValue = ["uid": "FA00001", "exch": "NSE", "stext": "M%26M"]
        #expect(try exchange.request("SearchScrip", search)["stat"] == "Ok")
        exchange.habits.decodesDataSymbols = false
        #expect(try exchange.request("SearchScrip", search)["stat"] == "Not_Ok")
        #expect(try exchange.request("PlaceOrder", .order(["tsym": "M%26M-EQ", "prc": "2900"]))["stat"] == "Ok")
    }

    @Test func `a position's margin in the span calculator follows its net quantity`() throws {
        var exchange = Exchange.sample()
        let short: JSONValue = [
            "prd": "M", "exch": "NFO", "instname": "OPTIDX", "symname": "NIFTY", "exd": "29-DEC-2026", "optt": "PE",
            "strprc": "25000", "buyqty": "0", "sellqty": "65", "netqty": "-65",
        ]
        let answer = try exchange.request("SpanCalc", ["actid": "FA00001", "pos": .array([short])])
        #expect(answer["span"] == "195000.00")
        #expect(answer["expo"] == "48750.00")
        #expect(try exchange.request("SpanCalc", ["actid": "FA00001"])["stat"] == "Not_Ok")
    }
}
