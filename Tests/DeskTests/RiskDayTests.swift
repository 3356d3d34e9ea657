@testable import Desk
import TestSupport
import Testing
import Trading

extension DeskDriver {
    /// A read of the position book that tells this profit.
    mutating func profit(_ rupees: Int64, paise: Int64 = 0) {
        if book.nets.isEmpty { book.carried[.other] = 0 }
        book.profit = Money(tenThousandths: rupees * 10_000 + paise * 100)
        wait(.seconds(1))
        readPositions()
    }

    /// The next time the books are read it is `days` later, and they hold nothing but what is carried.
    mutating func nextDay(_ days: Int = 1, carrying carried: [PositionKey: Int] = [.other: 0]) {
        wait(.seconds(86_400 * days))
        book = BrokerBook(day: TradingDay(now).number % 1000)
        book.carried = carried
        readBooks()
        wait(.seconds(5))
        readPositions()
    }

    mutating func enter() -> OrderRecord? { alert(.sample(legs: [.sample(of: .third)])).first }
}

extension PositionKey {
    static let third = PositionKey(Instrument("NFO", "FINNIFTY29DEC26F"), .margin)
}

/// The loss of a day, its floor and what is kept of them.
@Suite struct RiskDayTests {
    private func trailing(_ step: Int64 = 1000) -> DeskDriver {
        DeskDriver(.sample { $0.risk.trailStep = .rupees(step) })
    }

    @Test(arguments: [(999, 99, -5000), (1000, 0, -4000), (1999, 99, -4000), (2000, 0, -3000), (7000, 0, 2000)])
    func `for each full step of the best profit the floor rises by one`(rupees: Int64, paise: Int64, floor: Int64) {
        var driver = trailing()
        driver.profit(rupees, paise: paise)
        #expect(driver.desk.riskDay?.floor == .rupees(floor))
        #expect(driver.desk.riskDay?.peak == Money(tenThousandths: rupees * 10_000 + paise * 100))
    }

    @Test func `a floor that has risen is the one that blocks`() throws {
        var driver = trailing()
        driver.profit(2500)
        driver.profit(-2999, paise: -99)
        #expect(driver.enter()?.state == .sending)
        driver.profit(-3000)
        let reason = try #require(driver.alert(.sample(strategy: .other)).first?.state.reason)
        #expect((reason.tag, reason.code) == (.riskLimitsExceeded, "day_loss"))
        #expect((reason.limit, reason.observed) == ("-3000.00", "-3000.00"))
    }

    @Test func `where nothing trails, the floor stays`() {
        var driver = DeskDriver()
        driver.profit(50_000)
        #expect(driver.desk.riskDay?.floor == .rupees(-5000))
    }

    @Test(arguments: 0..<40) func `floor and peak never fall on any path, over restarts too`(seed: Int) {
        //
        var random = SeededGenerator(seed: seed)
        let step = Int64.random(in: 1...3000, using: &random)
        let settings = DeskSettings.sample { $0.risk.trailStep = .rupees(step) }
        var driver = DeskDriver(settings)
        var best = Money.zero
        var last: Money?
        for _ in 0..<60 {
            let rupees = Int64.random(in: -4000...12_000, using: &random)
            driver.profit(rupees, paise: Int64.random(in: 0...99, using: &random))
            best = max(best, driver.book.profit)
            let steps = best.tenThousandths / (step * 10_000)
            let floor = Money.rupees(steps * step - 5000)
            #expect(driver.desk.riskDay?.floor == floor)
            #expect(last.map { $0 <= floor } ?? true)
            #expect(driver.desk.riskDay?.peak == best)
            last = floor
            if Int.random(in: 0..<6, using: &random) == 0 {
                let day = driver.desk.riskDay
                driver.restart(settings)
                #expect(driver.desk.riskDay == day)
                driver.readBooks()
            }
        }
    }

    @Test func `a breach lasts for the day, whatever the profit does and whoever restarts`() throws {
        //
        var driver = DeskDriver()
        driver.profit(-5000)
        driver.profit(3000)
        let reason = try #require(driver.enter()?.state.reason)
        #expect((reason.tag, reason.code) == (.riskLimitsExceeded, "day_loss"))
        #expect((reason.limit, reason.observed) == ("-5000.00", "3000.00"))
        driver.restart()
        driver.readBooks()
        #expect(driver.alert(.sample(strategy: .other)).first?.state.reason?.code == "day_loss")
        driver.nextDay()
        #expect(driver.alert(.sample(strategy: "gamma")).first?.state == .sending)
    }

    @Test func `a new day begins with books of its own, not with the clock`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.profit(-5000)
        driver.wait(.seconds(86_400))
        driver.tick()
        driver.readBooks()  // they still show yesterday
        #expect(driver.state(record) == .working)
        #expect(driver.desk.riskDay?.breachedAt != nil)
        driver.book.profit = .rupees(-100)
        driver.readPositions()
        #expect(driver.enter()?.state.reason?.code == "day_loss")
        let yesterday = driver.desk.riskDay
        driver.nextDay(0)
        #expect(driver.desk.riskDay?.day == TradingDay(driver.now))
        #expect(driver.desk.riskDay?.breachedAt == nil)
        #expect(yesterday?.profit == .rupees(-5000))
    }

    @Test(arguments: [(3999, 99, 0), (4000, 0, 1), (4000, 1, 1)])
    func `a person is warned once when a share of the loss is gone`(rupees: Int64, paise: Int64, count: Int) {
        var driver = DeskDriver()
        driver.profit(-rupees, paise: -paise)
        driver.profit(-rupees, paise: -paise)
        #expect(driver.notified(.dayLossNear).map(\.severity) == Array(repeating: .warning, count: count))
        driver.restart()
        driver.readBooks()
        driver.profit(-rupees, paise: -paise)
        #expect(driver.notified(.dayLossNear).count == count)
    }

    @Test func `whoever has breached is not warned any more`() {
        var driver = DeskDriver()
        driver.profit(-6000)
        driver.profit(-4500)
        #expect(driver.notified(.dayLossNear).isEmpty)
        #expect(driver.notified(.dayLoss).count == 1)
    }

    @Test func `what was not stored of the day never happened, and is found again`() {
        var driver = trailing()
        driver.profit(1500)
        let before = driver.desk.riskDay
        driver.commits = false
        driver.profit(9000)
        driver.profit(-9000)
        #expect(driver.desk.riskDay != before)
        driver.rollBack()
        #expect(driver.desk.riskDay == before)
        driver.commits = true
        driver.readPositions()
        #expect(driver.desk.riskDay?.breachedAt == driver.now)
    }

    @Test func `a profit that means nothing new is not written again`() {
        var driver = DeskDriver()
        driver.profit(-10)
        driver.commits = false
        for rupees: Int64 in [-20, -3000, -1] { driver.profit(rupees) }
        #expect(driver.desk.changes().riskEvents.isEmpty)
        driver.profit(1)
        #expect(driver.desk.changes().riskEvents.map(\.kind) == [.moved])
    }
}

/// Days lost in a row, and what follows.
@Suite struct CooldownTests {
    private static func settings(_ after: Int = 3, _ days: Int = 2) -> DeskSettings {
        .sample { $0.risk.cooldown = RiskSettings.Cooldown(afterDays: after, days: days) }
    }

    /// Wednesday, 9 September 2026, 09:30 in Kolkata; Monday the 14th is a holiday.
    private static let wednesday = Timestamp(microseconds: 1_795_406_400_000_000 - 75 * 86_400_000_000)

    /// A day is lost, and the night restarts.
    private func lose(_ driver: inout DeskDriver, _ rupees: Int64 = -5000, thenWait days: Int) {
        driver.profit(rupees)
        driver.restart(driver.desk.settings)
        driver.nextDay(days)
    }

    @Test func `three breaches over nightly restarts end trading until the second trading day, a holiday left out`()
        throws
    {
        //
        var driver = DeskDriver(Self.settings(), at: Self.wednesday)
        #expect(TradingDay(driver.now).number == 20_260_909)
        lose(&driver, thenWait: 1)
        #expect(driver.enter()?.state == .sending)
        lose(&driver, thenWait: 1)
        #expect(driver.notified(.cooldown).isEmpty)
        lose(&driver, thenWait: 4)
        #expect(TradingDay(driver.now).number == 20_260_915)
        let reason = try #require(driver.alert(.sample(strategy: .other)).first?.state.reason)
        #expect((reason.tag, reason.code) == (.riskLimitsExceeded, "cooldown"))
        #expect((reason.limit, reason.observed) == ("2026-09-16", "2026-09-15"))
        #expect(driver.notified(.cooldown).map(\.severity) == [.critical])
        driver.restart(driver.desk.settings)
        driver.readBooks()
        #expect(driver.alert(.sample(strategy: "gamma")).first?.state.reason?.code == "cooldown")
        driver.nextDay()
        #expect(driver.alert(.sample(strategy: "delta")).first?.state == .sending)
        lose(&driver, thenWait: 1)
        #expect(driver.alert(.sample(strategy: "epsilon")).first?.state == .sending)
    }

    @Test(arguments: [(-1, true), (0, true), (1, false)])
    func `a profit ends the series, a day without one or a loss is passed over`(rupees: Int64, isCooling: Bool) {
        var driver = DeskDriver(Self.settings(rupees < 0 ? 3 : 2), at: Self.wednesday)
        lose(&driver, thenWait: 1)
        if rupees != 0 { driver.profit(rupees) }
        driver.nextDay()
        lose(&driver, thenWait: 4)
        #expect((driver.desk.riskDay?.cooldownUntil != nil) == isCooling)
    }

    @Test(arguments: [(-1, false), (0, true), (1, true)])
    func `entries pass again on the very day that was named`(days: Int, passes: Bool) {
        let now = Timestamp.sample
        let until = TradingDay(now)
        var circumstances = Circumstances(now: now + .seconds(86_400 * days), since: now)
        let yesterday = TradingDay(now - .seconds(86_400))
        circumstances.riskDay = RiskDay(day: yesterday, maxLoss: .rupees(5000), cooldownUntil: until, updatedAt: now)
        #expect((CooldownBlocker().verdict(on: .sample(), in: circumstances) == .pass) == passes)
    }

    @Test func `where it is not asked for nothing cools down`() {
        var driver = DeskDriver(DeskSettings.sample(), at: Self.wednesday)
        for _ in 0..<5 { lose(&driver, thenWait: 1) }
        #expect(driver.enter()?.state == .sending)
    }

    @Test func `exits pass a cooldown`() throws {
        var driver = DeskDriver(Self.settings(1), at: Self.wednesday)
        try driver.hold()
        driver.profit(-1)
        driver.restart(driver.desk.settings)
        driver.nextDay(carrying: [.sample: 100])
        #expect(driver.enter()?.state.reason?.code == "cooldown")
        #expect(driver.alert(.exit()).first?.state == .sending)
    }

    @Test func `holidays of a year that is not known are told of when it begins`() {
        var driver = DeskDriver(
            DeskSettings.sample(),
            at: Timestamp(microseconds: 1_795_406_400_000_000 + 38 * 86_400_000_000)
        )
        #expect(TradingDay(driver.now).number == 20_261_231)
        driver.nextDay()
        #expect(driver.notified(.calendarUnknown).count == 1)
        driver.nextDay()
        #expect(driver.notified(.calendarUnknown).count == 1)
    }

    @Test(arguments: [(59, false), (60, true), (61, true)])
    func `a strategy enters again only some time after its exit`(seconds: Int, passes: Bool) throws {
        let settings = DeskSettings.sample {
            $0.risk.cooldownAfterExit = .seconds(60)
            $0.maxProfitAge = .seconds(600)
        }
        var driver = DeskDriver(settings)
        try driver.hold()
        let exit = try driver.place(.exit())
        try driver.fill(try #require(exit.state.brokerOrderID))
        driver.restart(settings)
        driver.readBooks()
        #expect(driver.alert(.sample(strategy: .other)).first?.state == .sending)
        driver.wait(.seconds(seconds))
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .third)])).first)
        #expect((entry.state == .sending) == passes)
        guard !passes else { return }
        let reason = try #require(entry.state.reason)
        #expect((reason.tag, reason.code) == (.riskLimitsExceeded, "cooldown_after_exit"))
        #expect((reason.limit, reason.observed) == ("60s", "\(seconds)s"))
    }
}
