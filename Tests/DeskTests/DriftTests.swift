import Desk
import TestSupport
import Testing
import Trading

/// What the broker holds and no strategy owns is shown and told of, and never given away by itself.
@Suite struct DriftTests {
    /// The broker holds `quantity` of which nobody here has heard.
    private func driver(carrying quantity: Int) -> DeskDriver {
        var driver = DeskDriver()
        driver.book.carried[.sample] = quantity
        return driver
    }

    @Test func `a difference is shown with the first book, and told of with the second, once`() throws {
        var driver = driver(carrying: 75)
        driver.wait(.seconds(1))
        let first = driver.now
        driver.readBooks()
        #expect(driver.desk.unattributed?.map(\.quantity) == [75])
        #expect(driver.notified(.drift).isEmpty)
        driver.watch(seconds: 20)
        #expect(driver.notified(.drift).map(\.severity) == [.critical])
        #expect(driver.desk.unattributed?.map(\.since) == [first])
        #expect(driver.held(by: .external) == 0)
        #expect(driver.held() == 0)
    }

    @Test func `a difference that changes is told of again, and so is its end`() throws {
        var driver = driver(carrying: 75)
        driver.watch(seconds: 5)
        driver.book.carried[.sample] = 50
        driver.watch(seconds: 5)
        #expect(driver.notified(.drift).count == 2)
        driver.book.carried[.sample] = 0
        driver.watch(seconds: 5)
        #expect(driver.notified(.drift).map(\.severity) == [.critical, .critical, .notice])
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test func `a fill that the position book shows first is no difference to tell of`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        _ = try driver.fillUnseen(try #require(record.state.brokerOrderID))
        driver.wait(.seconds(1))
        let reads = driver.actions.count
        driver.readPositions()
        #expect(driver.desk.unattributed?.map(\.quantity) == [100])
        #expect(driver.actions.dropFirst(reads).contains(.read(.orders)))
        driver.watch(seconds: 5)
        #expect(driver.notified(.drift).isEmpty)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test func `without an order book that could explain it, a difference is told of with the third`() throws {
        var driver = driver(carrying: 75)
        for count in [0, 0, 1, 1] {
            driver.wait(.seconds(5))
            driver.readPositions()
            #expect(driver.notified(.drift).count == count)
        }
    }

    @Test func `what was told of in a batch that was not stored is told of again`() throws {
        var driver = driver(carrying: 75)
        driver.commits = false
        driver.watch(seconds: 3)
        #expect(driver.notified(.drift).count == 1)
        driver.rollBack()
        driver.commits = true
        driver.watch(seconds: 2)
        #expect(driver.notified(.drift).count == 2)
    }

    @Test func `a position that was closed in the broker's app is told of, once, with what to do`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.tradeOutside(.sell, 100)
        driver.watch(seconds: 10)
        let told = driver.notified(.closedByHand)
        #expect(told.count == 1)
        #expect(told.first?.text.contains("force-close-strategy alpha") == true)
        #expect(driver.held() == 100)
        #expect(driver.held(by: .external) == -100)
        #expect(driver.notified(.drift).isEmpty)
    }

    @Test func `a position closed by hand in two parts is told of for each`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.tradeOutside(.sell, 40)
        driver.watch(seconds: 3)
        try driver.tradeOutside(.sell, 60)
        driver.watch(seconds: 3)
        #expect(driver.notified(.closedByHand).count == 2)
    }
}
