import JSONText
import Testing

@testable import NorenSimulator

@Suite struct SettlementTests {
    private let user: JSONValue = ["uid": "FA00001", "actid": "FA00001"]
    private let morning = moment(10, 0, daysLater: 1)

    private func position(_ exchange: inout Exchange, _ symbol: String) throws -> JSONValue? {
        try exchange.request("PositionBook", user, at: morning).elements?.first { $0["tsym"]?.string == symbol }
    }

    @Test func `a new day begins with empty books`() throws {
        var exchange = Exchange.sample()
        _ = try exchange.order()
        _ = try exchange.order(["prc": "1850.00"])
        exchange.passTime(to: morning)
        for book in ["OrderBook", "TradeBook", "PositionBook"] {
            #expect(
                try exchange.request(book, user, at: morning)["emsg"] == "Error Occurred : 5 \"no data\"",
                "\(book)"
            )
        }
        #expect(exchange.accounts[0].marginUsed == .zero)
        exchange.setPrice("ACC-EQ", "1600")
        #expect(exchange.takeEvents().isEmpty)
    }

    @Test func `a margin position is carried at the last price`() throws {
        var exchange = Exchange.sample()
        let symbol = "NIFTY29DEC26C25000"
        exchange.setPrice(symbol, "420", exchange: "NFO")
        _ = try exchange.order(["exch": "NFO", "tsym": .string(symbol), "qty": "65", "prc": "425.00", "prd": "M"])
        exchange.setPrice(symbol, "430", exchange: "NFO")
        exchange.passTime(to: morning)
        let row = try #require(try position(&exchange, symbol))
        #expect(row["cfbuyqty"] == "65")
        #expect(row["daybuyqty"] == "0")
        #expect(row["netqty"] == "65")
        #expect(row["netavgprc"] == "430.00")
        #expect(row["cforgavgprc"] == "420.05")
        #expect(row["urmtom"] == "0.00")
        #expect(row["rpnl"] == "0.00")
        exchange.setPrice(symbol, "432", exchange: "NFO")
        #expect(try position(&exchange, symbol)?["urmtom"] == "130.00")
    }

    @Test func `a pair of currencies has four decimals, and a thousand dollars in each contract`() throws {
        var exchange = Exchange.sample()
        let symbol = "USDINR29DEC26F"
        exchange.setPrice(symbol, "90.9000", exchange: "CDS")
        let cash = exchange.accounts[0].cash
        let trade: [String: JSONValue] = ["exch": "CDS", "tsym": .string(symbol), "qty": "3", "prd": "M"]
        let index = try exchange.order(trade.merging(["prc": "90.9025"]) { $1 })
        #expect(exchange.orders[index].status == .complete)
        let order = try exchange.request("OrderBook", user).elements?.first
        #expect(order?["avgprc"] == "90.9025")
        #expect(order?["ti"] == "0.0025")
        #expect(order?["pp"] == "4")
        exchange.setPrice(symbol, "90.9100", exchange: "CDS")
        let row = try #require(try exchange.request("PositionBook", user).elements?.first)
        #expect(row["mult"] == "1000")
        #expect(row["lp"] == "90.9100")
        #expect(row["urmtom"] == "22.5000")
        #expect(exchange.accounts[0].marginUsed == Rupees(wire: "40905.90"))  // 15 % of three thousand dollars
        exchange.passTime(to: morning)
        #expect(exchange.accounts[0].cash - cash == Rupees(wire: "22.50"))
    }

    @Test func `selling a carried position realises against the carried price`() throws {
        var exchange = Exchange.sample()
        let symbol = "NIFTY29DEC26F"
        let trade: [String: JSONValue] = ["exch": "NFO", "tsym": .string(symbol), "qty": "65", "prd": "M"]
        exchange.setPrice(symbol, "25200", exchange: "NFO")
        _ = try exchange.order(trade.merging(["prctyp": "MKT", "prc": "0"]) { $1 })
        exchange.setPrice(symbol, "25300", exchange: "NFO")
        exchange.passTime(to: morning)
        _ = try exchange.order(trade.merging(["trantype": "S", "prctyp": "MKT", "prc": "0"]) { $1 }, at: morning)
        let row = try #require(try position(&exchange, symbol))
        #expect(row["netqty"] == "0")
        #expect(row["daysellqty"] == "65")
        #expect(row["rpnl"] == "-6.50")
    }

    @Test func `the day's result is paid in cash, nothing is lost or made`() throws {
        var exchange = Exchange.sample()
        let before = exchange.accounts[0].cash
        exchange.setPrice("ACC-EQ", "1800")
        _ = try exchange.order(["prctyp": "MKT", "prc": "0", "qty": "10"])
        exchange.setPrice("ACC-EQ", "1810")
        exchange.passTime(to: morning)
        // Bought at 1800.05, squared off at 1810.
        #expect(exchange.accounts[0].cash - before == Rupees(wire: "99.50"))
    }

    @Test func `shares bought for delivery become a holding at their average`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        _ = try exchange.order(["prctyp": "MKT", "prc": "0", "qty": "10", "prd": "C"])
        let before = exchange.accounts[0].cash
        exchange.passTime(to: morning)
        let rows = try #require(try exchange.request("Holdings", user, at: morning).elements)
        #expect(rows.count == 1)
        #expect(rows.first?["holdqty"] == "10")
        #expect(rows.first?["upldprc"] == "1800.05")
        #expect(rows.first?["exch_tsym"]?.elements?.map { $0["tsym"] } == ["ACC-EQ", "ACC"])
        #expect(before - exchange.accounts[0].cash == Rupees(wire: "18000.50"))
        #expect(try position(&exchange, "ACC-EQ") == nil)
    }

    @Test func `a sale out of a holding needs no margin and shows as used, then is gone`() throws {
        var exchange = Exchange.sample()
        let book = exchange.book("ACC-EQ")
        let holding = Holding(instrument: book, quantity: 10, price: .whole(1500))
        exchange.accounts[0].setHolding(holding, of: exchange.instruments[book])
        _ = try exchange.order(["trantype": "S", "prc": "1750.00", "qty": "4", "prd": "C"])
        #expect(exchange.accounts[0].marginUsed == .zero)
        let row = try exchange.request("PositionBook", user).elements?.first
        #expect(row?["netqty"] == "-4")
        #expect(try exchange.request("Holdings", user).elements?.first?["usedqty"] == "4")
        exchange.passTime(to: morning)
        let left = try exchange.request("Holdings", user, at: morning).elements?.first
        #expect(left?["holdqty"] == "6")
        #expect(left?["usedqty"] == "0")
        #expect(left?["upldprc"] == "1500.00")
    }

    @Test func `an expired contract is settled and listed no more, and a new one is listed`() throws {
        var exchange = Exchange.sample()
        let symbol = "NIFTY24NOV26F"
        _ = try exchange.order(["exch": "NFO", "tsym": .string(symbol), "qty": "65", "prc": "25100", "prd": "M"])
        exchange.passTime(to: moment(10, 0, daysLater: 1))
        #expect(exchange.instruments.number(exchange: "NFO", symbol: symbol) != nil)
        let after = moment(10, 0, daysLater: 2)
        exchange.passTime(to: after)
        #expect(exchange.instruments.number(exchange: "NFO", symbol: symbol) == nil)
        #expect(exchange.accounts[0].positionKeys.isEmpty)
        #expect(exchange.books.count == exchange.instruments.all.count)
        let number = try #require(exchange.instruments.number(exchange: "NFO", symbol: "NIFTY26JAN27F"))
        #expect(exchange.instruments.isListed(number))
        let gone = try exchange.request("GetQuotes", ["uid": "FA00001", "exch": "NFO", "token": "45001"], at: after)
        #expect(gone["stat"] == "Not_Ok")
    }

    @Test func `a price opens where it closed, with a new circuit`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1900")
        exchange.passTime(to: morning)
        let fields: JSONValue = ["uid": "FA00001", "exch": "NSE", "token": "22"]
        let quote = try exchange.request("GetQuotes", fields, at: morning)
        #expect(quote["c"] == "1900.00")
        #expect(quote["o"] == "1900.00")
        #expect(quote["uc"] == "2090.00")
        #expect(quote["pc"] == "0.00")
        let days = try exchange.request(
            "EODChartData",
            ["uid": "FA00001", "sym": "NSE:ACC-EQ", "from": "1795300000", "to": "1795600000"],
            at: morning
        )
        let yesterday = try #require(days.elements?.dropFirst().first?.string)
        #expect(try JSONValue.parse(Array(yesterday.utf8))["intc"] == "1900.00")
    }

    @Test func `only what was traded today is converted as DAY`() throws {
        var exchange = Exchange.sample()
        let symbol = "NIFTY29DEC26F"
        _ = try exchange.order(["exch": "NFO", "tsym": .string(symbol), "qty": "65", "prc": "25600", "prd": "M"])
        exchange.passTime(to: morning)
        func convert(_ kind: String) throws -> JSONValue {
            try exchange.request(
                "ProductConversion",
                [
                    "uid": "FA00001", "actid": "FA00001", "exch": "NFO", "tsym": .string(symbol), "qty": "65",
                    "prd": "I",
                    "prevprd": "M", "trantype": "B", "postype": .string(kind),
                ],
                at: morning
            )
        }
        #expect(try convert("DAY")["stat"] == "Not_Ok")
        #expect(try convert("sometimes")["emsg"] == "Invalid Input :  Invalid Position Type")
        #expect(try convert("CF")["stat"] == "Ok")
        let intraday = PositionKey(instrument: exchange.book(symbol, exchange: "NFO"), product: .intraday)
        #expect(exchange.accounts[0].position(intraday).net == 65)
        #expect(exchange.accounts[0].position(intraday).carriedLong.quantity == 65)
    }
}
