import Desk
import TestSupport
import Testing
import Trading

/// What is done while evidence can be read in two ways: never the thing that cannot be taken back.
@Suite struct DoubtTests {
    /// 100 were bought while the position book was read; the book that came has them already.
    private func boughtDuringARead() throws -> DeskDriver {
        var driver = DeskDriver()
        driver.readBooks()
        let began = driver.now
        driver.wait(.milliseconds(1500))
        try driver.hold()
        driver.step(.positions(.known([PositionReport(position: .sample, net: 100, profit: .zero)]), began: began))
        return driver
    }

    @Test func `a fill that may be in the position book twice never lets an exit flip the position`() throws {
        var driver = try boughtDuringARead()
        try driver.tradeOutside(.sell, 100)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(driver.placements(of: exit) == 0)
        driver.wait(.milliseconds(100))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 0, profit: .zero)]), began: driver.now))
        #expect(driver.placements(of: exit) == 0)
        #expect(driver.reason(exit)?.tag == .noPosition)
    }

    @Test func `a fill that may be in the position book twice does not cut an exit short`() throws {
        var driver = try boughtDuringARead()
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.milliseconds(100))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 100, profit: .zero)]), began: driver.now))
        #expect(try driver.order(exit).quantity == 100)
        #expect(driver.placements(of: exit) == 1)
    }

    @Test func `an order that the book goes on showing rejected is rejected, whatever words stand on its row`() throws {
        var driver = DeskDriver()
        driver.readBooks()
        let entry = try driver.place(.sample())
        let number = try #require(entry.state.brokerOrderID)
        var row = try #require(driver.book.report(number))
        row.status = .rejected
        row.rejection = "SAF:order is not open to cancel"
        row.refusesRequest = true
        driver.step(.orders(.known([row]), began: driver.now))
        #expect(driver.state(entry) == .working)
        driver.wait(.milliseconds(2999))
        driver.step(.orders(.known([row]), began: driver.now))
        #expect(driver.state(entry) == .working)
        driver.wait(.milliseconds(1))
        driver.step(.orders(.known([row]), began: driver.now))
        #expect(driver.state(entry) == .rejected)
    }

    @Test func `a moment of looking rejected changes nothing`() throws {
        var driver = DeskDriver()
        driver.readBooks()
        let entry = try driver.place(.sample())
        let number = try #require(entry.state.brokerOrderID)
        var row = try #require(driver.book.report(number))
        let open = row
        row.status = .rejected
        row.rejection = "SAF:order is not open to cancel"
        row.refusesRequest = true
        for _ in 0..<5 {
            driver.step(.orders(.known([row]), began: driver.now))
            driver.wait(.seconds(2))
            driver.step(.orders(.known([open]), began: driver.now))
            driver.wait(.seconds(2))
        }
        #expect(driver.state(entry) == .working)
    }

    @Test func `a number that is another order's leaves the order unconfirmed, not forgotten`() throws {
        var driver = DeskDriver()
        driver.readBooks()
        let first = try driver.place(.sample())
        let number = try #require(first.state.brokerOrderID)
        let second = try #require(driver.alert(.sample(strategy: "beta")).first)
        driver.answer(second, .accepted(number))
        #expect(driver.state(second) == .unconfirmed)
        #expect(driver.notified(.disputed).count == 1)
    }

    @Test func `an exit that a crash left waiting is never sent by itself, and reported with the first book`() throws {
        var driver = DeskDriver()
        driver.readBooks()
        try driver.hold()
        let more = Alert.Leg.sample(.buy, 50, type: .limit, price: .rupees(90))
        try driver.place(.sample(.adjust, legs: [more]))
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        driver.restart()
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.state(exit) == .expired)
        #expect(driver.reason(exit)?.tag == .expiredUnsent)
        #expect(driver.notified(.exitFailed).map(\.severity) == [.critical])
        #expect(driver.placements(of: exit) == 0)
    }
}
