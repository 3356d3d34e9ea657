import JSONText
import Testing

@testable import NorenSimulator

@Suite struct PhaseTests {
    @Test func `the day's phases follow the clock`() {
        let phases = [(8, 59), (9, 0), (9, 14), (9, 15), (15, 29), (15, 30), (23, 59)].map {
            TradingHours.phase(at: moment($0.0, $0.1))
        }
        #expect(phases == [.closed, .preOpen, .preOpen, .open, .open, .closed, .closed])
        #expect(TradingHours.phase(at: moment(12, 0, daysLater: 5)) == .closed)
    }

    @Test func `before the open orders rest, and at the open they trade`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(9, 5))
        let order = try exchange.order(["prc": "1850.00"], at: moment(9, 5))
        #expect(exchange.orders[order].status == .open)
        exchange.setPrice("ACC-EQ", "1700")
        #expect(exchange.orders[order].status == .open)
        exchange.passTime(to: moment(9, 14, 59))
        #expect(exchange.orders[order].status == .open)
        exchange.passTime(to: moment(9, 15))
        #expect(exchange.orders[order].status == .complete)
    }

    @Test func `a closed exchange rejects after the number`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(16, 0))
        let order = try exchange.order(at: moment(16, 0))
        #expect(exchange.orders[order].status == .rejected)
        #expect(exchange.lastReason(order) == "ORA:Exchange is closed")
    }

    @Test func `at 15.20 intraday orders are cancelled and intraday positions closed`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(10, 0))
        _ = try exchange.order(["prc": "1850.00"], at: moment(10, 0))
        let resting = try exchange.order(at: moment(10, 0))
        let carried = try exchange.order(["tsym": "SBIN-EQ", "prc": "850.00", "prd": "C"], at: moment(10, 0))
        exchange.passTime(to: moment(15, 20))
        #expect(exchange.orders[resting].status == .canceled)
        let intraday = PositionKey(instrument: exchange.book("ACC-EQ"), product: .intraday)
        #expect(exchange.accounts[0].position(intraday).net == 0)
        let square = try #require(exchange.orders.last)
        #expect(square.source == .terminal && square.terms.remarks == nil && square.status == .complete)
        #expect(exchange.orders[carried].status == .complete)
        let delivery = PositionKey(instrument: exchange.book("SBIN-EQ"), product: .delivery)
        #expect(exchange.accounts[0].position(delivery).net == 2)
    }

    @Test func `after the square-off only other products are taken`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(15, 21))
        let intraday = try exchange.order(at: moment(15, 21))
        #expect(exchange.orders[intraday].status == .rejected)
        let delivery = try exchange.order(["prd": "C"], at: moment(15, 21))
        #expect(exchange.orders[delivery].status == .open)
    }

    @Test func `at the close what is open is cancelled without a request`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(10, 0))
        let order = try exchange.order(["prd": "C"], at: moment(10, 0))
        exchange.passTime(to: moment(15, 30))
        #expect(exchange.orders[order].status == .canceled)
        #expect(exchange.reports(order) == [.newAck, .pendingNew, .new, .canceled])
        #expect(exchange.phase == .closed)
    }

    @Test func `prices stand still while the exchange is closed`() {
        var exchange = Exchange.sample(hours: .exchange, at: moment(16, 0))
        exchange.isFrozen = false
        let before = exchange.books.map(\.quote.last)
        for _ in 0..<20 { exchange.tick(at: moment(16, 0)) }
        #expect(exchange.books.map(\.quote.last) == before)
    }

    @Test func `sessions end in the morning`() throws {
        var exchange = Exchange.sample(hours: .exchange, at: moment(10, 0))
        let token = exchange.openSession(for: 0, at: moment(10, 0))
        exchange.passTime(to: moment(5, 59, daysLater: 1))
        #expect(exchange.sessions[token] != nil)
        exchange.passTime(to: moment(6, 0, daysLater: 1))
        #expect(exchange.sessions[token] == nil)
    }

    @Test func `with hours always nothing ends but the day`() throws {
        var exchange = Exchange.sample(at: moment(10, 0))
        let token = exchange.openSession(for: 0, at: moment(10, 0))
        let order = try exchange.order(at: moment(10, 0))
        exchange.passTime(to: moment(23, 59, 59))
        #expect(exchange.orders[order].status == .open)
        #expect(exchange.phase == .open)
        exchange.passTime(to: moment(0, 0, daysLater: 1))
        #expect(exchange.orders.isEmpty)
        #expect(exchange.sessions[token] == 0)
        let next = try exchange.request("PlaceOrder", .order(), at: moment(0, 0, daysLater: 1))
        #expect(next["norenordno"]?.string?.hasPrefix("261124") == true)
    }
}
