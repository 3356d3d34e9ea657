import JSONText
import Testing

@testable import NorenSimulator

@Suite struct MatchingTests {
    @Test func `a limit order below the market rests`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order()
        #expect(exchange.orders[order].status == .open)
        #expect(exchange.reports(order) == [.newAck, .pendingNew, .new])
    }

    @Test func `a marketable order fills at the touch and not at its limit`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let order = try exchange.order(["prc": "1850.00"])
        #expect(exchange.orders[order].status == .complete)
        #expect(exchange.orders[order].filled.average == Rupees(wire: "1800.05"))
        #expect(exchange.reports(order) == [.newAck, .pendingNew, .new, .fill])
    }

    @Test func `an order larger than the touch walks the levels`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("SBIN-EQ", "800")
        let order = try exchange.order(["tsym": "SBIN-EQ", "qty": "12000", "prc": "810.00"])
        #expect(exchange.orders[order].status == .complete)
        let prices = exchange.orders[order].fills.map(\.price)
        #expect(prices.count > 1)
        #expect(prices == prices.sorted())
    }

    @Test func `a resting order fills at its own price when the market reaches it`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(["prc": "1700.00"])
        exchange.setPrice("ACC-EQ", "1700.05")
        #expect(exchange.orders[order].status == .open)
        exchange.setPrice("ACC-EQ", "1690")
        #expect(exchange.orders[order].status == .complete)
        #expect(exchange.orders[order].filled.average == Rupees(wire: "1700"))
    }

    @Test func `another account's order inside the spread is met first and both sides fill`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let sale = try exchange.order(["trantype": "S", "prc": "1800.00", "qty": "5"], account: 1)
        let purchase = try exchange.order(["prc": "1810.00", "qty": "3"])
        #expect(exchange.orders[purchase].filled.average == Rupees(wire: "1800"))
        #expect(exchange.orders[sale].filled.quantity == 3)
        #expect(exchange.orders[sale].status == .open)
    }

    @Test func `at one price the older order goes first`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let older = try exchange.order(["trantype": "S", "prc": "1800.00"], account: 1)
        let newer = try exchange.order(["trantype": "S", "prc": "1800.00"], account: 1)
        _ = try exchange.order(["prc": "1800.00", "qty": "2"])
        #expect(exchange.orders[older].status == .complete)
        #expect(exchange.orders[newer].filled.quantity == 0)
    }

    @Test func `an account does not trade with itself`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let sale = try exchange.order(["trantype": "S", "prc": "1800.00"])
        let purchase = try exchange.order(["prc": "1800.00"])
        #expect(exchange.orders[sale].status == .open)
        #expect(exchange.orders[purchase].status == .open)
    }

    @Test func `a fill limit leaves the rest waiting until it is lifted`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        exchange.books[exchange.book("ACC-EQ")].liquidity = 60
        let order = try exchange.order(["prc": "1850.00", "qty": "100"])
        #expect(exchange.orders[order].status == .open)
        #expect(exchange.orders[order].filled.quantity == 60)
        exchange.books[exchange.book("ACC-EQ")].liquidity = nil
        exchange.settle(exchange.book("ACC-EQ"), at: noon)
        #expect(exchange.orders[order].status == .complete)
        #expect(exchange.orders[order].filled.average == Rupees(wire: "1800.05"))
    }

    @Test func `a held book lets orders rest and trades them when it is released`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        exchange.books[exchange.book("ACC-EQ")].isHeld = true
        let order = try exchange.order(["prctyp": "MKT", "prc": "0"])
        #expect(exchange.orders[order].status == .open)
        exchange.books[exchange.book("ACC-EQ")].isHeld = false
        exchange.reopen(exchange.book("ACC-EQ"), at: noon)
        #expect(exchange.orders[order].status == .complete)
    }

    @Test func `what an IOC order cannot trade at once is cancelled`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        exchange.books[exchange.book("ACC-EQ")].liquidity = 1
        let order = try exchange.order(["prc": "1850.00", "ret": "IOC"])
        #expect(exchange.orders[order].status == .canceled)
        #expect(exchange.orders[order].filled.quantity == 1)
        #expect(exchange.orders[order].cancelled == 1)
    }

    @Test func `a stop order waits for its trigger and then trades`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let order = try exchange.order(["prctyp": "SL-LMT", "prc": "1825.00", "trgprc": "1820.00"])
        #expect(exchange.orders[order].status == .triggerPending)
        exchange.setPrice("ACC-EQ", "1819.95")
        #expect(exchange.orders[order].status == .triggerPending)
        exchange.setPrice("ACC-EQ", "1820")
        #expect(exchange.orders[order].status == .complete)
        #expect(exchange.orders[order].filled.average == Rupees(wire: "1820.05"))
    }

    @Test func `a stop market sell triggers when the price falls to it`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let order = try exchange.order(["trantype": "S", "prctyp": "SL-MKT", "prc": "0", "trgprc": "1790.00"])
        exchange.setPrice("ACC-EQ", "1780")
        #expect(exchange.orders[order].status == .complete)
        #expect(exchange.orders[order].filled.average == Rupees(wire: "1779.95"))
    }

    @Test func `the same seed and calls give the same market`() throws {
        var first = Exchange.sample()
        var second = Exchange.sample()
        first.isFrozen = false
        second.isFrozen = false
        for step in 0..<50 {
            first.tick(at: noon + Int64(step))
            second.tick(at: noon + Int64(step))
        }
        #expect(first.books.map(\.quote.last) == second.books.map(\.quote.last))
        #expect(first.books.map(\.quote.last) != Exchange.sample().books.map(\.quote.last))
    }
}
