import Desk
import TestSupport
import Testing
import Trading

@Suite struct ExecutionGuardTests {
    @Test func `a strategy that holds anything enters nothing more`() throws {
        //
        var driver = DeskDriver()
        try driver.hold()
        let record = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(record.state.reason?.tag == .executionGuardBlocked)
        #expect(record.state.reason?.code == "strategy_holds")
    }

    @Test func `another strategy's position does not block`() throws {
        //
        var driver = DeskDriver()
        try driver.hold(strategy: .other)
        #expect(driver.alert(.sample(legs: [.sample(of: .other)])).first?.state == .sending)
    }

    @Test func `the legs of one alert do not block each other`() {
        //
        var driver = DeskDriver()
        let records = driver.alert(.sample(legs: [.sample(), .sample(.sell, of: .other, index: 1)]))
        #expect(records.allSatisfy { $0.state == .sending })
        let places = driver.actions.compactMap { if case .place(let id, _, _) = $0 { id } else { nil } }
        #expect(places == records.map(\.id))
    }

    @Test(arguments: [StateWord.sending, .unconfirmed, .working])
    func `an open entry blocks the next one`(state: StateWord) throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample()).first)
        if state == .unconfirmed { try driver.loseAnswer(first) }
        if state == .working { try driver.accept(first) }
        let record = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(record.state.reason?.tag == .executionGuardBlocked)
        #expect(record.state.reason?.blocking == first.id)
    }

    @Test func `a blocked leg holds back the others, naming it`() throws {
        var driver = DeskDriver()
        try driver.hold(.init(100), .sell, strategy: .other)
        let records = driver.alert(.sample(legs: [.sample(of: .other), .sample(.buy, index: 1)]))
        #expect(records.map { $0.state.reason?.tag } == [.groupBlocked, .executionGuardBlocked])
        #expect(records[0].state.reason?.blocking == records[1].id)
        #expect(records[0].state.reason?.text.contains("leg 2") == true)
    }

    @Test func `legs alone pass without the blocked one`() throws {
        var driver = DeskDriver(.sample { $0.legs = .alone })
        try driver.hold(100, .sell, strategy: .other)
        let records = driver.alert(.sample(legs: [.sample(of: .other), .sample(.buy, index: 1)]))
        #expect(records.map(\.state.word) == [.sending, .blocked])
    }

    @Test func `an adjustment is not guarded`() throws {
        var driver = DeskDriver()
        try driver.hold()
        #expect(driver.alert(.sample(.adjust, legs: [.sample(.buy, 30)])).first?.state == .sending)
    }
}

/// Close-then-open on one bar.
@Suite struct WaitForFlatTests {
    private func closing(_ position: PositionKey = .sample) throws -> (DeskDriver, exit: OrderRecord) {
        var driver = DeskDriver()
        try driver.hold(of: position)
        let exit = try driver.place(.exit([.exit(of: position.instrument)]))
        return (driver, exit)
    }

    @Test(arguments: [PositionKey.sample, .other])
    func `an entry waits while all that is held is being closed, then goes`(position: PositionKey) throws {
        // The same instrument too: turning a position round is the common case.
        var (driver, exit) = try closing()
        let entry = try #require(driver.alert(.sample(legs: [.sample(.sell, of: position)])).first)
        #expect(entry.state == .received)
        driver.wait(.seconds(1))
        try driver.fill(try #require(exit.state.brokerOrderID))
        #expect(driver.state(entry) == .sending)
        #expect(driver.placements(of: entry) == 1)
    }

    @Test func `an entry waits no longer than it may`() throws {
        var (driver, _) = try closing()
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        driver.wait(.milliseconds(4999))
        driver.tick()
        #expect(driver.state(entry) == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.reason(entry)?.tag == .executionGuardBlocked)
    }

    @Test func `an entry does not wait when a part stays held`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.place(.exit([.exit(60)]))
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(entry.state.reason?.code == "strategy_holds")
    }

    @Test func `what a part of an exit has closed already closes nothing more`() throws {
        var driver = DeskDriver()
        try driver.hold(150)
        let exit = try driver.place(.exit([.exit(100)]))
        try driver.fill(try #require(exit.state.brokerOrderID), 60)  // 90 held, 40 of them on their way out
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(entry.state.reason?.code == "strategy_holds")
    }

    @Test func `an exit that fails ends the wait`() throws {
        var (driver, exit) = try closing()
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        let number = try #require(exit.state.brokerOrderID)
        driver.book.reject(number)
        try driver.push(number)
        #expect(driver.reason(entry)?.tag == .executionGuardBlocked)
    }

    @Test func `an order of the same instrument that is no exit is a duplicate all the same`() throws {
        //
        var driver = DeskDriver()
        let first = try driver.place(.sample(.adjust))
        let second = try #require(driver.alert(.sample(.adjust)).first)
        #expect(second.state.reason?.tag == .duplicateOrderBlocked)
        #expect(second.state.reason?.blocking == first.id)
    }

    @Test func `an adjustment beside an exit of the same position is a duplicate`() throws {
        var (driver, exit) = try closing()
        let record = try #require(driver.alert(.sample(.adjust)).first)
        #expect(record.state.reason?.tag == .duplicateOrderBlocked)
        #expect(record.state.reason?.blocking == exit.id)
    }

    @Test func `another product or strategy is no duplicate`() throws {
        //
        var driver = DeskDriver()
        try driver.place(.sample(.adjust))
        let intraday = PositionKey(.sample, .intraday)
        #expect(driver.alert(.sample(.adjust, legs: [.sample(of: intraday)])).first?.state == .sending)
        #expect(driver.alert(.sample(.adjust, strategy: .other)).first?.state == .sending)
    }
}

/// three policies, the same and the opposite direction, held and on the way.
@Suite struct CrossStrategyTests {
    static let passes: [(policy: DeskSettings.CrossStrategy, side: Side, passes: Bool)] = [
        (.exclusive, .buy, false), (.exclusive, .sell, false), (.sameDirection, .buy, true),
        (.sameDirection, .sell, false), (.netting, .buy, true), (.netting, .sell, true),
    ]

    @Test(arguments: passes)
    func `another strategy's long position`(policy: DeskSettings.CrossStrategy, side: Side, passes: Bool) throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = policy })
        try driver.hold(strategy: .other)
        let record = try #require(driver.alert(.sample(legs: [.sample(side)])).first)
        #expect((record.state == .sending) == passes)
        if !passes { #expect(record.state.reason?.tag == .executionGuardBlocked) }
        if !passes { #expect(record.state.reason?.code == "cross_strategy") }
    }

    @Test(arguments: passes)
    func `another strategy's open buy`(policy: DeskSettings.CrossStrategy, side: Side, passes: Bool) throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = policy })
        let other = try driver.place(.sample(strategy: .other))
        let record = try #require(driver.alert(.sample(legs: [.sample(side)])).first)
        #expect((record.state == .sending) == passes)
        if !passes { #expect(record.state.reason?.blocking == other.id) }
    }

    @Test(arguments: passes)
    func `what was bought outside Sextant`(policy: DeskSettings.CrossStrategy, side: Side, passes: Bool) throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = policy })
        try driver.tradeOutside(.buy, 50)
        #expect(driver.held(by: .external) == 50)
        #expect((driver.alert(.sample(legs: [.sample(side)])).first?.state == .sending) == passes)
    }

    @Test(arguments: passes)
    func `an open buy placed outside Sextant`(policy: DeskSettings.CrossStrategy, side: Side, passes: Bool) throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = policy })
        driver.book.take(nil)
        driver.readOrders()
        #expect((driver.alert(.sample(legs: [.sample(side)])).first?.state == .sending) == passes)
    }

    @Test func `another strategy's exit is no conflict`() throws {
        var driver = DeskDriver()
        try driver.hold(strategy: .other)
        try driver.place(.exit(strategy: .other))
        #expect(driver.alert(.sample(legs: [.sample(.buy)])).first?.state == .sending)
    }
}

@Suite struct AdjustmentTests {
    @Test func `an adjustment against what is held reduces it, without checks`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.seconds(500))
        let record = try #require(driver.alert(.sample(.adjust, legs: [.sample(.sell, 40)])).first)
        #expect(record.state == .sending)
        #expect(record.command.reduces)
        #expect(record.quantity == 40)
    }

    @Test func `an adjustment with what is held is checked as new risk`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.seconds(500))
        #expect(driver.alert(.sample(.adjust, legs: [.sample(.buy, 40)])).first?.state == .received)
    }

    @Test(arguments: [(100, StateWord.sending), (101, .blocked)])
    func `an adjustment never crosses zero`(quantity: Int, state: StateWord) throws {
        var driver = DeskDriver()
        try driver.hold()
        let record = try #require(driver.alert(.sample(.adjust, legs: [.sample(.sell, quantity)])).first)
        #expect(record.state.word == state)
        #expect(record.state.reason?.tag == (state == .blocked ? .validationFailed : nil))
    }

    @Test func `a reducing adjustment is capped to what is not being closed`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.place(.exit([.exit(70)]))
        #expect(driver.alert(.sample(.adjust, legs: [.sample(.sell, 50)])).first?.quantity == 30)
    }

    @Test func `legs go out in the alert's order`() throws {
        // A hedge that is listed first is in before the leg that needs its margin.
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.milliseconds(1))
        let records = driver.alert(.sample(.adjust, legs: [.sample(.buy, of: .other), .sample(.sell, 50, index: 1)]))
        let places = driver.actions.compactMap { if case .place(let id, _, _) = $0 { id } else { nil } }
        #expect(places.suffix(2) == records.map(\.id))
    }
}

@Suite struct TestModeTests {
    @Test(arguments: [(TestOutcome.success, StateWord.filled), (.failure, .rejected)])
    func `a test order runs all steps and touches nothing`(outcome: TestOutcome, state: StateWord) throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample(test: outcome)).first)
        #expect(record.state.word == state)
        #expect(driver.actions.isEmpty)
        #expect(driver.held() == 0)
        #expect(!driver.desk.isHolding)
        #expect(!driver.desk.hasOpenOrders)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test func `a test order is checked like any other`() throws {
        var driver = DeskDriver()
        try driver.hold()
        #expect(driver.alert(.sample(test: .success)).first?.state.word == .blocked)
    }

    @Test func `a test exit leaves the position alone`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.sample(.exit, test: .success, legs: [.exit()])).first)
        #expect(exit.state.word == .filled)
        #expect(driver.held() == 100)
        #expect(driver.alert(.exit()).first?.quantity == 100)
    }

    @Test func `a test order that waits is no open order to anyone`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        #expect(driver.alert(.sample(test: .success)).first?.state == .received)
        let real = try #require(driver.alert(.sample()).first)
        #expect(real.state == .received)
        driver.readPositions()
        #expect(driver.state(real) == .sending)
    }
}
