@testable import Desk
import TestSupport
import Testing
import Trading

/// what ends with its day leaves the ledger by events, at the first believable books of the next one.
@Suite struct DayEndTests {
    private static let intraday = PositionKey(.sample, .intraday)
    private static let expired = PositionKey(Instrument("NFO", "NIFTY23NOV26C25000"), .margin)
    private static let shares = PositionKey(Instrument("NSE", "ACC-EQ"), .delivery)

    /// The next morning, at books that hold only what `carried` says.
    private func morning(_ driver: inout DeskDriver, carrying carried: [PositionKey: Int] = [:]) {
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.book.carried = carried
        driver.readBooks()
        driver.wait(.seconds(5))
        driver.readPositions()
    }

    @Test func `a position that the broker squared off ends in the morning, and its strategy may enter again`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        try driver.tradeOutside(.sell, 100, of: Self.intraday)
        #expect(driver.held(Self.intraday) == 100)
        morning(&driver)
        #expect(driver.held(Self.intraday) == 0)
        #expect(driver.held(Self.intraday, by: .external) == 0)
        #expect(driver.notified(.dayEnded).count == 1)
        #expect(driver.desk.unattributed?.isEmpty == true)
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: Self.intraday)])).first)
        #expect(entry.state == .sending)
    }

    @Test func `it ends too where nobody here saw the broker square it off`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.restart()
        morning(&driver)
        #expect(driver.held(Self.intraday) == 0)
        #expect(driver.notified(.drift).isEmpty)
    }

    @Test func `the clock alone ends nothing, nor do books that still show yesterday`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        driver.tick()
        driver.readBooks()
        #expect(driver.held(Self.intraday) == 100)
        #expect(driver.notified(.dayEnded).isEmpty)
    }

    @Test func `while the broker still carries it nothing is ended, and then it is`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        morning(&driver, carrying: [Self.intraday: 100])
        #expect(driver.held(Self.intraday) == 100)
        driver.book.carried = [Self.intraday: 0]
        driver.watch(seconds: 2)
        #expect(driver.held(Self.intraday) == 0)
    }

    @Test func `what was traded since midnight is not ended, over a restart either`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.readOrders()
        // By somebody else, before the first position book of the day.
        let number = driver.book.take(nil, Self.intraday, .buy, 30)
        try driver.fill(number)
        driver.watch(seconds: 3)
        #expect(driver.held(Self.intraday) == 0)
        #expect(driver.held(Self.intraday, by: .external) == 30)
        try driver.hold(5, of: Self.intraday)
        for _ in 0..<2 {
            driver.restart()
            driver.watch(seconds: 3)
            #expect(driver.held(Self.intraday, by: .external) == 30)
            #expect(driver.held(Self.intraday) == 5)
        }
        #expect(driver.notified(.dayEnded).count == 1)
    }

    @Test func `what a person moved today is not taken for yesterday's after a restart`() throws {
        var driver = DeskDriver()
        try driver.hold(20, of: Self.intraday)
        try driver.tradeOutside(.sell, 30, of: Self.intraday)
        let symbol = Instrument.sample.symbol
        let close = LedgerRequest(.forceCloseStrategy(.sample), symbol: symbol, by: "asha", reason: "in the app")
        driver.step(.operate(close))
        #expect(driver.held(Self.intraday, by: .external) == -10)
        driver.restart()
        driver.watch(seconds: 3)
        #expect(driver.held(Self.intraday, by: .external) == -10)
        #expect(driver.notified(.dayEnded).isEmpty)
    }

    @Test func `margin positions are carried, expired contracts are settled`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.hold(75, .sell, of: Self.expired, strategy: .other)
        morning(&driver, carrying: [.sample: 100])
        #expect(driver.held() == 100)
        #expect(driver.held(Self.expired, by: .other) == 0)
        #expect(driver.notified(.dayEnded).count == 1)
        #expect(driver.notified(.dayEnded).first?.text.contains("expired") == true)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test func `a carried position that is gone without an expiry is a difference, and ends by a person only`() throws {
        var driver = DeskDriver()
        try driver.hold()
        morning(&driver)
        driver.watch(seconds: 3)
        #expect(driver.held() == 100)
        #expect(driver.desk.unattributed?.map(\.quantity) == [-100])
    }

    @Test func `an end of a day that was not stored is made again`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.readOrders()
        driver.commits = false
        driver.readPositions()
        driver.wait(.seconds(1))
        driver.readPositions()
        #expect(driver.desk.ledger[HoldingKey(.sample, Self.intraday)].quantity == 0)
        driver.rollBack()
        #expect(driver.desk.ledger[HoldingKey(.sample, Self.intraday)].quantity == 100)
    }

    @Test func `an exit of an intraday position of yesterday waits for a book, and opens nothing without one`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        let exit = try #require(driver.alert(.exit([.exit(product: .intraday)])).first)
        #expect(exit.state == .received)
        driver.wait(.seconds(4))
        driver.tick()
        #expect(driver.reason(exit)?.tag == .noPosition)
        // One that the broker still shows is closed.
        driver.book = BrokerBook(day: 1)
        driver.book.carried = [Self.intraday: 100]
        driver.readBooks()
        let second = try #require(driver.alert(.exit([.exit(product: .intraday)])).first)
        #expect(second.state == .sending && second.quantity == 100)
    }

    @Test func `what others trade today is not taken for what is carried of an earlier day`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.readOrders()
        let number = driver.book.take(nil, Self.intraday, .buy, 40)
        try driver.fillUnseen(number)
        driver.wait(.seconds(1))
        driver.readPositions()
        let exit = try #require(driver.alert(.exit([.exit(product: .intraday)])).first)
        #expect(exit.state == .received)
        #expect(driver.actions.last == .read(.orders))
        driver.wait(.milliseconds(50))
        driver.readOrders()
        driver.tick()
        #expect(driver.state(exit) == .received)
        driver.wait(.milliseconds(50))
        driver.readPositions()
        #expect(driver.reason(exit)?.tag == .noPosition)
        #expect(driver.placements(of: exit) == 0)
        #expect(driver.held(Self.intraday) == 0)
        #expect(driver.held(Self.intraday, by: .external) == 40)
    }

    @Test func `where the broker shows another quantity than strategies hold, nothing is carried for sure`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        morning(&driver, carrying: [Self.intraday: 60])
        driver.readOrders()
        let exit = try #require(driver.alert(.exit([.exit(product: .intraday)])).first)
        driver.watch(seconds: 4)
        #expect(driver.reason(exit)?.code == "no_room")
        #expect(driver.placements(of: exit) == 0)
    }

    @Test func `what an open order of today may have filled is not carried`() throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = .netting })
        try driver.hold(of: Self.intraday)
        morning(&driver, carrying: [Self.intraday: 100])
        try driver.place(.sample(strategy: .other, legs: [.sample(.buy, 70, of: Self.intraday)]))
        driver.readBooks()
        let exit = try #require(driver.alert(.exit([.exit(product: .intraday)])).first)
        driver.watch(seconds: 4)
        #expect(driver.desk.order(exit.id)?.quantity == 30)
    }

    @Test func `a position ends too when the day's position book comes before its order book`() throws {
        var driver = DeskDriver()
        try driver.hold(of: Self.intraday)
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.book.carried = [Self.intraday: 0]
        driver.readPositions()
        #expect(driver.held(Self.intraday) == 100)
        driver.readOrders()
        #expect(driver.held(Self.intraday) == 0)
    }

    // MARK: Delivery

    @Test func `shares bought for delivery move to the depository overnight and stay the strategy's`() throws {
        var driver = DeskDriver()
        readShares(&driver, [])
        try driver.hold(10, of: Self.shares)
        #expect(driver.desk.unattributed?.isEmpty == true)
        morning(&driver)
        #expect(driver.desk.unattributed?.isEmpty == true, "not known yet")
        readShares(&driver, [share(10)])
        driver.watch(seconds: 3)
        #expect(driver.held(Self.shares) == 10)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test(arguments: [0, 4])
    func `a sale from the depository is counted once, whether the broker counts it as used or not`(
        used: Int
    ) throws {
        var driver = DeskDriver()
        readShares(&driver, [])
        try driver.hold(10, of: Self.shares)
        morning(&driver)
        readShares(&driver, [share(10)])
        let exit = try #require(driver.alert(.exit([.exit(4, of: Self.shares.instrument)])).first)
        try driver.fill(try driver.accept(exit))
        readShares(&driver, [share(10, used: used)])
        driver.watch(seconds: 3)
        #expect(driver.held(Self.shares) == 6)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test func `a sale of an earlier day that is not delivered yet is gone`() throws {
        var driver = DeskDriver()
        readShares(&driver, [])
        try driver.hold(10, of: Self.shares)
        let exit = try #require(driver.alert(.exit([.exit(4, of: Self.shares.instrument)])).first)
        try driver.fill(try driver.accept(exit))
        morning(&driver)
        readShares(&driver, [share(10, used: 4)])
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    /// The depository shows what was bought yesterday a day later.
    @Test func `shares that have not arrived at the depository can be sold`() throws {
        var driver = DeskDriver()
        readShares(&driver, [])
        try driver.hold(10, of: Self.shares)
        morning(&driver)
        readShares(&driver, [])
        let exit = try #require(driver.alert(.exit([.exit(of: Self.shares.instrument)])).first)
        #expect(exit.quantity == 10)
    }

    @Test func `shares that nobody here traded are no difference, and can be adopted`() throws {
        var driver = DeskDriver()
        readShares(&driver, [share(50)])
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
        let symbol = Self.shares.instrument.symbol
        let adopt = LedgerRequest(.adopt(.sample, quantity: 50, at: nil), symbol: symbol, by: "asha", reason: "mine")
        driver.step(.operate(adopt))
        #expect(driver.held(Self.shares) == 50)
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    private func share(_ quantity: Int, used: Int = 0) -> ShareReport {
        let listings = [Self.shares.instrument, Instrument("BSE", "ACC")]
        return ShareReport(instruments: listings, quantity: quantity, used: used)
    }

    private func readShares(_ driver: inout DeskDriver, _ rows: [ShareReport]) {
        driver.wait(.seconds(1))
        driver.step(.shares(.of(rows), began: driver.now))
        driver.readPositions()
    }
}
