import Desk
import TestSupport
import Testing
import Trading

/// the order book shows more filled than fills have come for. The position is true at once.
@Suite struct InferredFillTests {
    /// An order of 100 of which the broker has filled 60 in two parts, at 100.00 and 103.00, and pushed neither.
    private func filledUnseen() throws -> (DeskDriver, OrderRecord, [Fill]) {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let parts = [(20, 100), (40, 103)].map { driver.book.fill(number, $0.0, at: .rupees(Int64($0.1))) }
        return (driver, record, try parts.map { try #require($0) })
    }

    @Test func `what the order book shows filled is held at once, while the trade book is asked`() throws {
        var (driver, record, _) = try filledUnseen()
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.held() == 60)
        #expect(try driver.order(record).filled.averagePrice == .rupees(102))
        #expect(try driver.order(record).booked.quantity == 0)
        #expect(driver.actions.last == .read(.trades))
        #expect(driver.desk.owesFills)
        driver.readPositions()
        #expect(driver.desk.unattributed?.isEmpty == true)
        // Shown again, it is no more.
        driver.watch(seconds: 0)
        driver.readOrders()
        #expect(driver.held() == 60)
    }

    @Test(arguments: [[0, 1], [1, 0], [1, 1, 0, 0], [0, 1, 0, 1]])
    func `fills replace what was inferred, in any order and however often they come`(order: [Int]) throws {
        var (driver, record, fills) = try filledUnseen()
        driver.wait(.seconds(1))
        driver.readOrders()
        for index in order {
            let number = try #require(record.state.brokerOrderID)
            driver.wait(.milliseconds(50))
            try driver.push(number, fill: fills[index])
            #expect(driver.held() == 60)
            #expect(try driver.order(record).filled.quantity == 60)
        }
        let exact = FillSum(quantity: 60, value: 61_200_000)
        #expect(try driver.order(record).filled == exact)
        #expect(try driver.order(record).shown == nil)
        #expect(driver.holding() == Holding(quantity: 60, cost: exact.value))
        #expect(!driver.desk.owesFills)
        #expect(driver.notified(.lateFill).isEmpty && driver.notified(.disputed).isEmpty)
    }

    @Test func `the trade book replaces it too, and the average ends exact where the broker prints two decimals`()
        throws
    {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        for (quantity, price) in [(33, 1_000_001), (67, 999_999)] {
            driver.book.fill(number, quantity, at: Price(tenThousandths: Int64(price)))
        }
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.state(record) == .filled)
        driver.readTrades()
        let value: Int128 = 33_000_033 + 66_999_933
        #expect(try driver.order(record).filled == FillSum(quantity: 100, value: value))
        #expect(driver.holding() == Holding(quantity: 100, cost: value))
    }

    @Test func `an order that the book shows cancelled ends with what it shows filled`() throws {
        var (driver, record, _) = try filledUnseen()
        driver.book.cancel(try #require(record.state.brokerOrderID))
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.state(record) == .cancelled)
        #expect(driver.held() == 60)
        driver.readTrades()
        #expect(driver.held() == 60)
        #expect(driver.notified(.lateFill).isEmpty)
    }

    @Test func `a row that is complete without a price is held at the best price that is known`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample(legs: [.sample(type: .limit, price: .rupees(99))]))
        let number = try #require(record.state.brokerOrderID)
        var row = try #require(driver.book.report(number))
        row.status = .complete
        driver.wait(.seconds(1))
        driver.step(.orders(.known([row]), began: driver.now))
        #expect(driver.state(record) == .filled)
        #expect(driver.held() == 100)
        #expect(try driver.order(record).filled.averagePrice == .rupees(99))
    }

    @Test func `an exit closes what was inferred, and no more`() throws {
        var (driver, _, _) = try filledUnseen()
        driver.wait(.seconds(1))
        driver.readOrders()
        driver.readPositions()
        driver.book.cancel(try #require(driver.records.first?.state.brokerOrderID))
        driver.readOrders()
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .sending && exit.quantity == 60)
    }

    @Test func `a book that shows less than one before it is not believed`() throws {
        var (driver, _, _) = try filledUnseen()
        let before = driver.book.orderRows
        driver.wait(.seconds(1))
        driver.readOrders()
        driver.wait(.seconds(1))
        var lagging = before
        lagging[0].filled = 20
        let output = driver.step(.orders(.known(lagging), began: driver.now))
        #expect(output.trusted == nil)
        #expect(driver.held() == 60)
    }

    @Test func `fills of an order that is done are asked for until they are stored`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        try driver.fillUnseen(try #require(record.state.brokerOrderID))
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.state(record) == .filled)
        driver.commits = false
        driver.readTrades()
        driver.rollBack()
        driver.commits = true
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.actions.last == .read(.trades))
        #expect(driver.desk.owesFills)
    }

    @Test func `it survives a restart, and is replaced afterwards`() throws {
        var (driver, record, _) = try filledUnseen()
        driver.wait(.seconds(1))
        driver.readOrders()
        driver.restart()
        #expect(try driver.order(record).filled.quantity == 60)
        driver.readBooks()
        #expect(driver.held() == 60)
        #expect(try driver.order(record).shown == nil)
        #expect(try driver.order(record).filled.value == 61_200_000)
    }

    @Test func `a fill that comes before the book shows it is counted in it, not beside it`() throws {
        var (driver, record, fills) = try filledUnseen()
        let number = try #require(record.state.brokerOrderID)
        driver.wait(.seconds(1))
        driver.readOrders()
        let last = driver.book.fill(number, 40, at: .rupees(110), when: driver.now)
        let later = try #require(last)
        try driver.push(number, fill: later)
        #expect(driver.held() == 100)
        #expect(driver.state(record) == .filled)
        for fill in fills { try driver.push(number, fill: fill) }
        let value: Int128 = 105_200_000
        #expect(try driver.order(record).filled == FillSum(quantity: 100, value: value))
        #expect(driver.held() == 100)
    }

    @Test(arguments: [false, true])
    func `more filled than ordered is disputed, told of, and stops the strategy's entries`(isShown: Bool) throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let all = driver.book.fill(number, 130)
        let fill = try #require(all)
        if isShown {
            driver.wait(.seconds(1))
            driver.readOrders()
        } else {
            try driver.push(number, fill: fill)
        }
        #expect(try driver.order(record).isDisputed)
        #expect(driver.notified(.disputed).count == 1)
        #expect(driver.notified(.halted).count == 1)
        #expect(driver.held() == 130)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.notified(.halted).count == 1)
        let adjust = try #require(driver.alert(.sample(.adjust, legs: [.sample(.buy, 10)])).first)
        #expect(adjust.state.reason?.tag == .tradingHalted)
        let other = try #require(driver.alert(.sample(strategy: .other, legs: [.sample(of: .other)])).first)
        #expect(other.state == .sending)
        // What it holds can be closed all the same.
        let exit = try #require(driver.alert(.exit()).first)
        driver.step(.cancelAnswer(record.id, .refused("SAF:order is not open to cancel")))
        #expect(driver.state(exit) == .sending)
        #expect(try driver.order(exit).quantity == 130)
        driver.step(.resume(.strategy(.sample), by: "asha", reason: "compared"))
        #expect(driver.audit.map(\.by) == ["sextant", "asha"])
    }
}
