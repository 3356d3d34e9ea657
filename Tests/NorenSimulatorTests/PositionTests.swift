import JSONText
import Testing

@testable import NorenSimulator

@Suite struct PositionTests {
    @Test func `realised and unrealised add up to the money that moved`() {
        var position = Position()
        for (quantity, price) in [(3, "100.05"), (4, "101.10"), (7, "99.95")] {
            position.add(.buy, quantity, at: Rupees(wire: price) ?? .zero)
        }
        position.add(.sell, 5, at: Rupees(wire: "103.35") ?? .zero)
        let last = Rupees(wire: "98.70") ?? .zero
        let total = position.sold.value - position.bought.value + last * position.net
        #expect(position.net == 9)
        #expect(position.realised(at: last, times: 1) + position.unrealised(at: last, times: 1) == total)
        #expect(position.unrealised(at: last, times: 1).units % 100 == 0)
    }

    @Test func `a short position gains when the price falls`() {
        var position = Position()
        position.add(.sell, 65, at: .whole(100))
        #expect(position.unrealised(at: .whole(90), times: 1) == .whole(650))
        #expect(position.realised(at: .whole(90), times: 1) == .zero)
    }

    @Test func `a closed position keeps its row and its result`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        _ = try exchange.order(["prctyp": "MKT", "prc": "0"])
        exchange.setPrice("ACC-EQ", "1810")
        _ = try exchange.order(["prctyp": "MKT", "prc": "0", "trantype": "S"])
        let rows = try exchange.request("PositionBook", ["uid": "FA00001", "actid": "FA00001"]).elements ?? []
        #expect(rows.count == 1)
        #expect(rows.first?["netqty"] == "0")
        #expect(rows.first?["rpnl"] == "19.80")
        #expect(rows.first?["urmtom"] == "0.00")
        #expect(rows.first?["daybuyamt"] == "3600.10")
    }

    @Test func `products are separate positions, and converting moves the money exactly`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        _ = try exchange.order(["prc": "1800.05", "qty": "3"])
        exchange.setPrice("ACC-EQ", "1801")
        _ = try exchange.order(["prc": "1801.05", "qty": "4"])
        try exchange.request(
            "ProductConversion",
            [
                "uid": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "qty": "2", "prd": "C", "prevprd": "I",
                "trantype": "B", "postype": "DAY",
            ]
        )
        let book = exchange.book("ACC-EQ")
        let intraday = exchange.accounts[0].position(PositionKey(instrument: book, product: .intraday))
        let delivery = exchange.accounts[0].position(PositionKey(instrument: book, product: .delivery))
        #expect(intraday.net == 5)
        #expect(delivery.net == 2)
        #expect(intraday.bought.value + delivery.bought.value == Rupees(wire: "12604.35"))
    }

    @Test func `the book, the trades and the position agree`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(["qty": "10", "remarks": "s1-000042"])
        exchange.fill(order, 4, at: .whole(1700), noon)
        exchange.fill(order, 6, at: Rupees(wire: "1699.50") ?? .zero, noon)
        let trades = try exchange.request("TradeBook", ["uid": "FA00001", "actid": "FA00001"]).elements ?? []
        #expect(trades.compactMap { $0["flqty"]?.integer }.reduce(0, +) == 10)
        #expect(trades.map { $0["fillshares"] } == ["10", "4"])
        let row = try exchange.request("OrderBook", ["uid": "FA00001"]).elements?.first
        #expect(row?["avgprc"] == "1699.70")
        #expect(row?["status"] == "COMPLETE")
        #expect(row?["remarks"] == "s1-000042")
    }
}
