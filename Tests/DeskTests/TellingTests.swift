@testable import Desk
import TestSupport
import Testing
import Trading

/// What people are told of besides what went wrong, where somebody listens.
@Suite struct TellingTests {
    private static let told = DeskSettings.sample { $0.tellsPeople = true }

    private func close(_ driver: DeskDriver, days: Int = 0) throws -> Timestamp {
        let day = TradingDay(driver.now + .seconds(86_400 * days))
        return try #require(Self.told.calendar.sessions(of: day, on: .reference).last?.close)
    }

    private func wait(until time: Timestamp, _ driver: inout DeskDriver) {
        driver.wait(time - driver.now)
        driver.tick()
    }

    // MARK: Fills

    @Test func `a fill is told once, when the order has its whole quantity`() throws {
        var driver = DeskDriver(Self.told)
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        try driver.fill(number, 40)
        #expect(driver.notified(.filled).isEmpty)
        try driver.fill(number, 60)
        let notice = try #require(driver.notified(.filled).first)
        #expect(driver.notified(.filled).count == 1)
        #expect((notice.severity, notice.command) == (.notice, record.id))
        #expect(notice.text.contains("BUY 100 "))
        #expect(notice.text.hasSuffix(" filled at 100.00"))
    }

    @Test func `where nobody listens, nothing is told of fills, the session or the day`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.step(.session(.refused("no")))
        wait(until: try close(driver), &driver)
        #expect(driver.notifications.isEmpty)
    }

    // MARK: The session

    @Test func `a login that is refused is told at once, once, and so is its end`() {
        var driver = DeskDriver(Self.told)
        driver.step(.session(.refused("wrong password")))
        driver.watch(seconds: 90)
        driver.step(.session(.refused("wrong password")))
        #expect(driver.notified(.sessionLost).map(\.severity) == [.critical])
        #expect(driver.notified(.sessionLost).first?.text.contains("(wrong password)") == true)
        driver.step(.session(.live))
        driver.step(.session(.live))
        #expect(driver.notified(.sessionRenewed).map(\.severity) == [.notice])
    }

    @Test(arguments: [(29_999, 0), (30_000, 1), (30_001, 1)])
    func `a broker out of reach is told of after half a minute`(milliseconds: Int, count: Int) {
        var driver = DeskDriver(Self.told)
        driver.step(.session(.unreachable("no route")))
        driver.wait(.milliseconds(milliseconds))
        driver.step(.session(.unreachable("no route")))
        driver.tick()
        #expect(driver.notified(.sessionLost).count == count)
        driver.step(.session(.live))
        #expect(driver.notified(.sessionRenewed).count == count)
    }

    @Test func `a loss that comes to need a person is told once more, the other way round it is not`() {
        var driver = DeskDriver(Self.told)
        driver.step(.session(.unreachable("no route")))
        driver.wait(.seconds(31))
        driver.tick()
        driver.step(.session(.refused("blocked")))
        #expect(driver.notified(.sessionLost).count == 2)
        driver.step(.session(.unreachable("no route")))
        driver.wait(.seconds(31))
        driver.tick()
        #expect(driver.notified(.sessionLost).count == 2)
    }

    @Test func `when the exchanges are closed and nothing is open, a lost session is no alarm`() throws {
        var driver = DeskDriver(Self.told)
        driver.wait(try close(driver) - driver.now)
        driver.step(.session(.unreachable("no route")))
        driver.wait(.seconds(31))
        driver.tick()
        driver.step(.session(.refused("no")))
        #expect(driver.notified(.sessionLost).map(\.severity) == [.notice, .warning])
    }

    @Test func `what was told in a batch that was not stored is told again`() throws {
        var driver = DeskDriver(Self.told)
        driver.commits = false
        driver.step(.session(.refused("no")))
        driver.rollBack()
        #expect(driver.desk.changes().notifications.isEmpty)
        driver.tick()
        #expect(driver.desk.changes().notifications.map(\.kind) == [.sessionLost])
        wait(until: try close(driver), &driver)
        driver.rollBack()
        #expect(driver.desk.changes().notifications.isEmpty)
        driver.tick()
        #expect(driver.desk.changes().notifications.map(\.kind) == [.sessionLost, .daySummary])
    }

    // MARK: The day

    @Test func `the day is summed up once when the exchange has closed, over a restart too`() throws {
        var driver = DeskDriver(Self.told)
        try driver.hold()
        driver.profit(250)
        let close = try close(driver)
        wait(until: close - .milliseconds(1), &driver)
        #expect(driver.notified(.daySummary).isEmpty)
        wait(until: close, &driver)
        let text = try #require(driver.notified(.daySummary).first?.text)
        #expect(text.contains("profit and loss 250.00, floor -5000.00"))
        #expect(text.contains("holds 100 "))
        #expect(text.contains("1 filled"))
        driver.watch(seconds: 5)
        driver.restart(Self.told)
        driver.tick()
        #expect(driver.notified(.daySummary).count == 1)
        // The day after is a holiday.
        wait(until: close + .seconds(86_400), &driver)
        #expect(driver.notified(.daySummary).count == 1)
        wait(until: try self.close(driver, days: 1), &driver)
        #expect(driver.notified(.daySummary).count == 2)
    }

    @Test func `a day without trading has no summary`() {
        var driver = DeskDriver(Self.told)
        let saturday = (1...7).map { driver.now + .seconds(86_400 * $0) }.first {
            Self.told.calendar.sessions(of: TradingDay($0), on: .reference).isEmpty
        }
        wait(until: (saturday ?? driver.now) + .seconds(36_000), &driver)
        #expect(driver.notified(.daySummary).isEmpty)
    }
}
