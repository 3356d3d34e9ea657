import Desk
import TestSupport
import Testing
import Trading

/// What a start came to is told of once, when the books are known.
@Suite struct RecoveryTests {
    @Test func `what was open is matched, adopted or unresolved`() throws {
        var driver = DeskDriver()
        let resting = Alert.Leg.sample(.buy, 10, type: .limit, price: .rupees(90))
        let working = try driver.place(.sample(legs: [resting]))
        let found = try #require(driver.alert(.sample(strategy: .other, legs: [.sample(of: .other)])).first)
        try driver.loseAnswer(found)
        let lost = try #require(driver.alert(.sample(strategy: "gamma", legs: [resting])).first)
        driver.answer(lost, .unanswered("timed out"))
        driver.book.carried[PositionKey(.other, .intraday)] = 5
        driver.restart()
        #expect(driver.desk.recovery == nil)
        let foreign = driver.book.take(nil, .sample, .buy, 5, type: .limit, price: .rupees(80))
        driver.readBooks()
        driver.step(.recovered)
        let report = try #require(driver.desk.recovery)
        #expect(report.matched == [working.id])
        let outside = try #require(driver.records.first { $0.state.brokerOrderID == foreign })
        #expect(Set(report.adopted) == [found.id, outside.id])
        #expect(report.unresolved == [lost.id])
        #expect(report.unattributed.map(\.quantity) == [5])
        let told = driver.notified(.recovered)
        #expect(told.map(\.severity) == [.warning])
        #expect(told.first?.text.contains("1 orders matched, 2 adopted") == true)
        #expect(told.first?.text.contains("\(lost.id)") == true)
        #expect(driver.desk.openQuestions.map(\.record.id) == [lost.id])
        #expect(driver.desk.openQuestions.map(\.difference) == [0])
    }

    @Test func `a clean start is a notice`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.restart()
        driver.readBooks()
        driver.step(.recovered)
        #expect(driver.notified(.recovered).map(\.severity) == [.notice])
        #expect(driver.desk.recovery?.unresolved.isEmpty == true)
    }

    @Test func `an unconfirmed order of an earlier day needs a person, with what its position has too much of`() throws
    {
        var driver = DeskDriver()
        let order = try #require(driver.alert(.sample()).first)
        driver.answer(order, .unanswered("timed out"))
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook(day: 1)
        driver.book.carried[.sample] = 100
        driver.readBooks()
        #expect(driver.desk.openQuestions.map(\.difference) == [100])
        // It stands in nobody's way, and is settled by a person's word.
        driver.watch(seconds: 2)
        #expect(driver.alert(.sample(legs: [.sample(.buy, 10)])).first?.state == .sending)
        driver.step(.resolve(order.id, Resolution(.absent, by: "asha", reason: "adopted by hand")))
        #expect(driver.desk.openQuestions.isEmpty)
    }
}
