import JSONText
import Testing

@testable import NorenSimulator

@Suite struct MarginTests {
    private func margin(_ exchange: inout Exchange, _ changes: [String: JSONValue] = [:]) throws -> JSONValue {
        try exchange.request("GetOrderMargin", .order(changes))
    }

    @Test func `an order's margin is what placing it then blocks`() throws {
        for changes in [
            [:], ["trantype": "S", "prc": "1900.00"],
            ["exch": "NFO", "tsym": "NIFTY29DEC26P25000", "qty": "65", "prc": "420", "prd": "M", "trantype": "S"],
            ["exch": "NFO", "tsym": "NIFTY29DEC26F", "qty": "65", "prc": "25000", "prd": "M"],
        ] as [[String: JSONValue]] {
            var exchange = Exchange.sample()
            exchange.isFrozen = true
            for book in exchange.books.indices { exchange.books[book].isHeld = true }
            let answer = try margin(&exchange, changes)
            _ = try exchange.order(changes)
            let used = exchange.accounts[0].marginUsed
            #expect(used > .zero)
            #expect(answer["ordermargin"]?.string == used.text)
            #expect(answer["marginused"]?.string == used.text)
            #expect(answer["marginusedprev"] == "0.00")
        }
    }

    @Test func `an order that does not fit is answered Ok with remarks`() throws {
        var exchange = Exchange.sample()
        #expect(try margin(&exchange)["remarks"] == "")
        let large = try margin(&exchange, ["qty": "99999"])
        #expect(large["stat"] == "Ok")
        #expect(large["remarks"] == "Insufficient Balance")
    }

    @Test func `an order that closes a position needs none`() throws {
        var exchange = Exchange.sample()
        _ = try exchange.order(["prc": "1850.00"])
        #expect(try margin(&exchange, ["trantype": "S", "prc": "1800.00"])["ordermargin"] == "0.00")
    }

    @Test func `a modification gives back what the order holds`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order()
        let number = JSONValue.string(exchange.orders[order].number)
        let answer = try margin(&exchange, ["norenordno": number, "qty": "3"])
        #expect(answer["marginusedprev"] == "3400.00")
        #expect(answer["marginused"] == "5100.00")
    }

    @Test func `a basket nets what its trades close`() throws {
        var exchange = Exchange.sample()
        let leg: JSONValue = [
            "exch": "NSE", "tsym": "ACC-EQ", "qty": "2", "prc": "1700.00", "prd": "I", "trantype": "S", "prctyp": "LMT",
        ]
        let answer = try exchange.request("GetBasketMargin", .order(["basketlists": .array([leg])]))
        #expect(answer["marginused"] == "3910.00")
        #expect(answer["marginusedtrade"] == "0.00")
        let market = try exchange.request("GetBasketMargin", .order(["prctyp": "MKT", "prc": "0"]))
        #expect(market["stat"] == "Not_Ok")
        #expect(exchange.accounts[0].marginUsed == .zero)
    }

    @Test func `limits move with orders, fills and the day's result`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        _ = try exchange.order()
        _ = try exchange.order(["prctyp": "MKT", "prc": "0"])
        exchange.setPrice("ACC-EQ", "1810")
        let limits = try exchange.request("Limits", ["uid": "FA00001", "actid": "FA00001"])
        #expect(limits["pendordval"] == "3400.00")
        #expect(limits["marginused"] == "7000.10")
        #expect(limits["turnover"] == "3600.10")
        #expect(limits["urmtom"] == "19.90")
    }
}
