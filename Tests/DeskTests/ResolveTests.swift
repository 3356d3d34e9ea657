import Desk
import TestSupport
import Testing
import Trading

/// A person's word about orders that the evidence leaves open.
@Suite struct ResolveTests {
    private let absent = Resolution(.absent, by: "asha", reason: "not in the order book")
    private let agreed = Resolution(.agreed, by: "asha", reason: "compared")

    @Test func `an unconfirmed order that a person did not find ends, and stops counting`() throws {
        var driver = DeskDriver()
        let order = try #require(driver.alert(.sample()).first)
        driver.answer(order, .unanswered("timed out"))
        driver.step(.resolve(order.id, absent))
        let reason = try #require(try driver.order(order).state.reason)
        #expect(try driver.order(order).state.word == .notSent)
        #expect(reason.tag == .resolvedByPerson)
        #expect(reason.text == "asha said: not in the order book")
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test func `what shows up after all is taken over, whatever was said`() throws {
        var driver = DeskDriver()
        let order = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(order)
        driver.step(.resolve(order.id, absent))
        try driver.push(number)
        #expect(try driver.order(order).state == .working(number))
        #expect(try driver.order(order).pending == .cancel)
        #expect(driver.notifications.contains { $0.kind == .appearedAfterAll })
    }

    @Test func `an unconfirmed order of an earlier day can be settled too`() throws {
        var driver = DeskDriver()
        let order = try #require(driver.alert(.sample()).first)
        driver.answer(order, .unanswered("timed out"))
        driver.wait(.seconds(86_400))
        driver.readBooks()
        #expect(try driver.order(order).state == .unconfirmed)
        driver.step(.resolve(order.id, absent))
        #expect(try driver.order(order).state.word == .notSent)
    }

    @Test func `a dispute is over when a person says that the row is right`() throws {
        var driver = DeskDriver()
        let order = try driver.place(.sample())
        let number = try #require(order.state.brokerOrderID)
        driver.answer(order, .refused("no such order", sessionExpired: false))
        #expect(try driver.order(order).isDisputed)
        driver.step(.resolve(order.id, agreed))
        #expect(try !driver.order(order).isDisputed)
        try driver.fill(number)
        #expect(try driver.order(order).state == .filled(number))
    }

    @Test func `a fill above the quantity that a person found right becomes the quantity`() throws {
        var driver = DeskDriver()
        let order = try driver.place(.sample())
        let number = try #require(order.state.brokerOrderID)
        let fill = Fill.sample("F1", of: number, 130)
        let report = try #require(driver.book.report(number, fill: fill))
        driver.step(.push(report))
        #expect(try driver.order(order).isDisputed)
        driver.step(.resolve(order.id, agreed))
        let settled = try driver.order(order)
        #expect(!settled.isDisputed)
        #expect(settled.quantity == 130)
        #expect(settled.state == .filled(number))
    }

    @Test func `a word that does not fit the order changes nothing`() throws {
        var driver = DeskDriver()
        let order = try driver.place(.sample())
        for resolution in [absent, agreed] {
            guard case .notResolved = driver.step(.resolve(order.id, resolution)).reply else {
                Issue.record("it is neither unconfirmed nor disputed")
                return
            }
        }
        #expect(try driver.order(order) == order)
        guard case .unknownOrder = driver.step(.resolve(.sample(999), absent)).reply else {
            Issue.record("nobody knows it")
            return
        }
    }

    @Test func `who halted, resumed and resolved is kept`() throws {
        var driver = DeskDriver()
        driver.commits = false
        driver.step(.halt(Halt(scope: .client, by: "asha", reason: "news", at: driver.now)))
        driver.step(.resume(.client, by: "ravi", reason: "over"))
        driver.step(.resume(.client, by: "ravi", reason: "again"))
        let audit = driver.desk.changes().audit
        #expect(
            audit.map { "\($0.action.rawValue) \($0.by) \($0.detail)" } == [
                "halt asha client: news", "resume ravi client: over",
            ]
        )
        driver.rollBack()
        #expect(driver.desk.changes().audit.isEmpty)
    }
}
