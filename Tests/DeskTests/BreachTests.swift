@testable import Desk
import TestSupport
import Testing
import Trading

/// what happens when the loss of the day has reached the floor.
@Suite struct BreachTests {
    private static let flattens = DeskSettings.sample { $0.risk.onBreach = .flatten }
    private static let shares = PositionKey(Instrument("NSE", "ACC-EQ"), .delivery)

    private func exits(_ driver: DeskDriver) -> [OrderRecord] {
        driver.records.filter { $0.command.source == .system && $0.command.executionType == .exit }
    }

    @Test(arguments: RiskSettings.OnBreach.allCases)
    func `orders that add risk are asked back at the broker, exits are not`(policy: RiskSettings.OnBreach) throws {
        var driver = DeskDriver(.sample { $0.risk.onBreach = policy })
        try driver.hold()
        let exit = try driver.place(.exit())
        let entry = try driver.place(.sample(strategy: .other, legs: [.sample(of: .other)]))
        driver.profit(-5000)
        #expect(driver.cancels(of: entry) == 1)
        guard case .unchangeable = driver.change(entry, quantity: 150) else {
            Issue.record("it must not grow any more")
            return
        }
        #expect(driver.cancels(of: exit) == 0)
        #expect(exits(driver).isEmpty, "it is being closed already")
    }

    @Test func `an order on its way to the lane is not written any more`() throws {
        var driver = DeskDriver(Self.flattens)
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state == .sending)
        driver.profit(-5000)
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .recheck)
        driver.step(.recheck(record.id))
        #expect(driver.state(record) == .notSent)
    }

    @Test func `an entry that waits is blocked`() throws {
        var driver = DeskDriver(Self.flattens)
        driver.wait(.seconds(40))
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state == .received)
        driver.profit(-5000)
        #expect(driver.reason(record)?.code == "day_loss")
    }

    @Test func `what is held is closed once, shorts first, by the way of all exits`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold(100, .buy)
        try driver.hold(50, .sell, of: .other, strategy: .other)
        driver.profit(-5000)
        let placed = exits(driver)
        #expect(
            placed.map { "\($0.command.side.rawValue) \($0.quantity) \($0.command.position)" } == [
                "BUY 50 \(PositionKey.other)", "SELL 100 \(PositionKey.sample)",
            ]
        )
        #expect(placed.allSatisfy { $0.state == .sending && $0.command.reduces && $0.command.type == .market })
        for _ in 0..<30 {
            driver.wait(.seconds(1))
            driver.tick()
        }
        #expect(exits(driver).count == 2, "never two for one")
        for exit in placed { try driver.fill(try driver.accept(exit)) }
        driver.tick()
        #expect(driver.held() == 0 && driver.held(.other, by: .other) == 0)
        #expect(driver.notified(.flattening).last?.severity == .notice)
    }

    @Test func `blocking alone closes nothing`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.profit(-5000)
        driver.tick()
        #expect(exits(driver).isEmpty)
    }

    @Test func `an exit that comes to nothing is tried again, ever more slowly, and ever louder`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold()
        let start = driver.now + .seconds(1)
        driver.profit(-5000)
        var tries: [Int] = []
        for _ in 0..<200 {
            for exit in exits(driver) where exit.state == .sending {
                tries.append(Int((exit.createdAt - start).components.seconds))
                driver.answer(exit, .refused("RED:no", sessionExpired: false))
            }
            driver.wait(.seconds(1))
            driver.readPositions()
            driver.tick()
        }
        #expect(tries == [0, 5, 15, 35, 75, 135, 195])
        let told = driver.notified(.flattening)
        #expect(told.map(\.severity) == [.warning, .warning, .critical])
        #expect(told.last?.text.contains("try 3") == true)
    }

    @Test func `a limit far away covers nothing and gives way`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold()
        let target = try driver.place(.exit([.exit(type: .limit, price: .rupees(900))]))
        driver.profit(-5000)
        #expect(driver.cancels(of: target) == 1)
        let exit = try #require(exits(driver).first)
        #expect(exit.state == .received)
        try driver.cancelled(try #require(target.state.brokerOrderID))
        #expect(driver.state(exit) == .sending)
        #expect(try driver.order(exit).quantity == 100)
    }

    @Test func `shares in delivery are not the day's, and stay`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold(of: Self.shares)
        driver.book.carried[.other] = 0
        driver.step(
            .positions(
                .known([
                    PositionReport(position: Self.shares, net: 100, profit: .rupees(-9000)),
                    PositionReport(position: .other, net: 0, profit: .rupees(-5000)),
                ]),
                began: driver.now
            )
        )
        driver.tick()
        #expect(driver.desk.riskDay?.breachedAt != nil)
        #expect(exits(driver).isEmpty)
    }

    @Test(arguments: RiskSettings.Foreign.allCases)
    func `what was traded elsewhere, before or later, follows the policy`(policy: RiskSettings.Foreign) throws {
        var driver = DeskDriver(.sample { ($0.risk.onBreach, $0.risk.foreign) = (.flatten, policy) })
        try driver.tradeOutside(.buy, 30)
        driver.profit(-5000)
        try driver.tradeOutside(.sell, 20, of: .other)
        driver.watch(seconds: 1)
        driver.tick()
        let closed = exits(driver).map { "\($0.command.strategy) \($0.command.side.rawValue) \($0.quantity)" }
        #expect(closed == (policy == .flatten ? ["risk-flatten SELL 30", "risk-flatten BUY 20"] : []))
        #expect(driver.held(by: .external) == (policy == .flatten ? 0 : 30))
        #expect(driver.records.allSatisfy { $0.command.strategy != .external || $0.state != .sending })
    }

    @Test func `what somebody closed by hand is not closed twice`() throws {
        var driver = DeskDriver(.sample { ($0.risk.onBreach, $0.risk.foreign) = (.flatten, .flatten) })
        try driver.hold()
        try driver.tradeOutside(.sell, 100)
        driver.profit(-5000)
        driver.tick()
        #expect(driver.held(by: .external) == -100)
        #expect(exits(driver).allSatisfy { $0.state != .sending })
    }

    @Test func `after a restart of the same day the goal is pursued on`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold()
        driver.profit(-5000)
        let exit = try #require(exits(driver).first)
        let number = try driver.accept(exit)
        driver.restart(Self.flattens)
        driver.readBooks()
        try driver.cancelled(number)
        driver.wait(.seconds(1))
        driver.tick()
        #expect(exits(driver).count == 2)
        #expect(exits(driver).last?.state == .sending)
    }

    @Test func `an exit that was not stored is asked for again`() throws {
        var driver = DeskDriver(Self.flattens)
        try driver.hold()
        driver.book.profit = .rupees(-5000)
        driver.commits = false
        driver.readPositions()
        driver.rollBack()
        #expect(driver.desk.riskDay?.breachedAt == nil)
        let output = driver.step(.positions(.of(driver.book.positionRows), began: driver.now))
        #expect(output.actions.contains { if case .place(_, _, reduces: true) = $0 { true } else { false } })
    }
}
