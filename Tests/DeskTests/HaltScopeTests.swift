import TestSupport
import Testing
import Trading

@testable import Desk

/// A-15, and halts of other scopes and modes.
@Suite struct HaltScopeTests {
    private static func halt(_ scope: Halt.Scope, _ mode: Halt.Mode = .halt, at now: Timestamp = .sample) -> DeskInput {
        .halt(Halt(scope: scope, mode: mode, by: "Ada", reason: "news", at: now))
    }

    @Test(arguments: [Halt.Scope.global, .client, .strategy(.sample), .instrument(.sample), .source(.webhook)])
    func `a halt holds back what it covers and nothing else, exits never, restarts included`(scope: Halt.Scope) throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = .netting })
        try driver.hold()
        driver.step(Self.halt(scope))
        for _ in 0..<2 {
            let adding = Alert.sample(.adjust, legs: [.sample()])
            #expect(driver.alert(adding).first?.state.reason?.tag == .tradingHalted)
            driver.restart(.sample { $0.crossStrategy = .netting })
            driver.readBooks()
        }
        var elsewhere = Alert.sample(strategy: .other, legs: [.sample(of: .other)])
        elsewhere.source = .api
        let isHeld = scope == .global || scope == .client
        #expect((driver.alert(elsewhere).first?.state.reason?.tag == .tradingHalted) == isHeld)
        #expect(driver.alert(.exit()).first?.state == .sending)
        driver.step(.resume(scope, by: "Ada", reason: "over"))
        #expect(driver.desk.haltsInForce.isEmpty)
    }

    @Test(arguments: [Halt.Scope.instrument(.sample), .source(.webhook)])
    func `a halt is asked once more before the first byte`(scope: Halt.Scope) throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.step(Self.halt(scope))
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .recheck)
        driver.step(.recheck(record.id))
        #expect(driver.reason(record)?.tag == .tradingHalted)
    }

    // MARK: Reducing

    @Test(arguments: [(99, true), (100, true), (101, false)])
    func `reducing lets an entry take out what its strategy holds, and no more`(quantity: Int, passes: Bool) throws {
        var driver = DeskDriver()
        try driver.hold(100)
        driver.step(Self.halt(.client, .reducing))
        let record = try #require(driver.alert(.sample(legs: [.sample(.sell, quantity)])).first)
        #expect((record.state == .sending) == passes)
        if passes { #expect(record.quantity == quantity) } else { #expect(record.state.reason?.code == "reducing") }
    }

    @Test func `reducing lets nothing grow`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        driver.step(Self.halt(.strategy(.sample), .reducing))
        #expect(driver.alert(.sample(.adjust, legs: [.sample(.buy, 1)])).first?.state.reason?.code == "reducing")
        #expect(driver.alert(.sample(legs: [.sample(.buy, 1, of: .other)])).first?.state.reason?.code == "reducing")
    }

    @Test func `what reduces is capped by what is being closed already, unconfirmed orders counted`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let exit = try #require(driver.alert(.exit([.exit(60)])).first)
        try driver.loseAnswer(exit)
        driver.step(Self.halt(.client, .reducing))
        let record = try #require(driver.alert(.sample(legs: [.sample(.sell, 100)])).first)
        #expect(record.state == .sending)
        #expect(record.quantity == 40)
        let more = try #require(driver.alert(.sample(legs: [.sample(.sell, 1)])).first)
        #expect(more.state.reason?.tag == .duplicateOrderBlocked)
    }

    @Test func `under a plain halt beside it not even that passes`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        driver.step(Self.halt(.client, .reducing))
        driver.step(Self.halt(.source(.webhook)))
        #expect(driver.alert(.sample(legs: [.sample(.sell, 100)])).first?.state.reason?.tag == .tradingHalted)
    }

    // MARK: Kill

    private static func kill(_ scope: Halt.Scope = .client) -> DeskInput {
        .kill(Halt(scope: scope, mode: .kill, by: "Ada", reason: "wild", at: .sample))
    }

    @Test func `a kill halts, ends what is open and closes what is held`() throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = .netting })
        try driver.hold(100)
        try driver.hold(50, .sell, of: .other, strategy: .other)
        let adding = try driver.place(.sample(.adjust, legs: [.sample(type: .limit, price: .rupees(90))]))
        let entering = try driver.place(.sample(strategy: "gamma", legs: [.sample(type: .limit, price: .rupees(90))]))
        guard case .killed(let cancels, let exits) = driver.step(Self.kill()).reply else {
            Issue.record("not killed")
            return
        }
        #expect(Set(cancels) == [adding.id, entering.id])
        #expect(driver.cancels(of: adding) == 1 && driver.cancels(of: entering) == 1)
        #expect(exits.count == 2)
        try driver.cancelled(try #require(adding.state.brokerOrderID))
        let orders = exits.flatMap { driver.desk.orders(of: $0) ?? [] }
        #expect(orders.map(\.command.source) == [.system, .system])
        #expect(Set(orders.map(\.quantity)) == [100, 50])
        for order in orders {
            try driver.accept(order)
            try driver.fill(try #require(driver.order(order).state.brokerOrderID))
        }
        #expect(driver.held() == 0)
        #expect(driver.desk.holdings(under: .client).isEmpty)
        #expect(driver.alert(.sample(strategy: "delta")).first?.state.reason?.code == "killed")
    }

    @Test func `what fills late under a kill is closed as well, also after a restart`() throws {
        var driver = DeskDriver()
        let lost = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(lost)
        driver.step(Self.kill(.strategy(.sample)))
        driver.restart()
        try driver.fillUnseen(number)
        driver.readBooks()
        #expect(driver.held() == 100)
        driver.tick()
        driver.wait(.seconds(1))
        driver.readBooks()
        driver.tick()
        let exits = driver.records.filter(\.isExit)
        #expect(exits.map(\.quantity) == [100])
        #expect(exits.allSatisfy { $0.command.source == .system })
    }

    @Test func `a kill sends nothing twice`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        driver.step(Self.kill())
        driver.step(Self.kill())
        for _ in 0..<10 {
            driver.wait(.seconds(1))
            driver.tick()
        }
        #expect(driver.records.count { $0.isExit } == 1)
    }

    @Test func `an exit that a kill sent and the broker refused is followed by another one`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        driver.step(Self.kill())
        let exit = try #require(driver.records.last)
        driver.answer(exit, .refused("no", sessionExpired: false))
        driver.wait(.seconds(4))
        driver.tick()
        #expect(driver.records.count { $0.isExit } == 1)
        driver.wait(.seconds(1))
        driver.readBooks()
        driver.tick()
        #expect(driver.records.count { $0.isExit } == 2)
    }

    @Test func `a kill leaves what was traded elsewhere alone`() throws {
        var driver = DeskDriver()
        try driver.tradeOutside(.buy, 10)
        driver.step(Self.kill())
        driver.tick()
        #expect(driver.records.allSatisfy { !$0.isExit })
    }

    @Test func `a kill of an instrument closes that alone`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(100, strategy: .other)
        try driver.hold(5, of: .other, strategy: "gamma")
        driver.step(Self.kill(.instrument(.sample)))
        #expect(Set(driver.records.filter(\.isExit).map(\.command.strategy)) == [.sample, .other])
    }
}
