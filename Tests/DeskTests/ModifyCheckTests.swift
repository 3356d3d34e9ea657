@testable import Desk
import TestSupport
import Testing
import Trading

/// What may be asked of a working order: a change is held to what a new order is.
@Suite struct ModifyCheckTests {
    static let halt = Halt(scope: .client, by: "test", reason: "test", at: .sample)

    private func problems(_ reply: DeskReply?) -> [String] {
        guard case .changeBlocked(_, _, let problems) = reply else { return ["another reply"] }
        return problems.map(\.field)
    }

    @Test func `a field that is wrong is named, and nothing leaves`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        #expect(problems(driver.change(record, quantity: 0)) == ["qty"])
        #expect(problems(driver.change(record, quantity: 10_000_001)) == ["qty"])
        #expect(problems(driver.change(record, price: .zero)) == ["price"])
        #expect(problems(driver.change(record, price: Price(tenThousandths: -1))) == ["price"])
        #expect(problems(driver.change(record, trigger: .rupees(99))) == ["trigger_price"])
        #expect(problems(driver.change(record, type: .market, price: .rupees(99))) == ["price"])
        #expect(problems(driver.change(record, type: .stopLimit)) == ["trigger_price"])
        #expect(problems(driver.change(record, type: .stopLimit, trigger: .rupees(101))) == ["trigger_price"])
        #expect(driver.changes(of: record) == 0)
        #expect(try driver.order(record).pending == nil)
        #expect(driver.count(.modifyBlocked) == 8)
        #expect(driver.notified(.blocked).count == 8)
    }

    @Test(arguments: [(59, false), (60, false), (61, true)])
    func `the whole quantity is more than what is filled`(quantity: Int, passes: Bool) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        try driver.fill(try driver.number(record), 60)
        let reply = driver.change(record, quantity: quantity)
        #expect(reply?.words == (passes ? "modifying" : "blocked: VALIDATION_FAILED invalid"))
    }

    @Test func `a change keeps to the contract's lot and tick, an exit's to nothing`() throws {
        var driver = DeskDriver()
        let position = PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .margin)
        driver.step(.contracts(ContractRuleTests.table))
        let leg = Alert.Leg.sample(.buy, 65, of: position, type: .limit, price: .rupees(100))
        let record = try driver.place(.sample(legs: [leg]))
        #expect(problems(driver.change(record, quantity: 66)) == ["qty"])
        #expect(problems(driver.change(record, price: Price(tenThousandths: 1_000_001))) == ["price"])
        #expect(driver.change(record, quantity: 130)?.words == "modifying")
        try driver.grant(record)
        try driver.fill(try driver.number(record))
        driver.readPositions()
        let exit = try driver.place(
            .exit([.exit(65, of: position.instrument, type: .limit, price: .rupees(120))])
        )
        #expect(driver.change(exit, quantity: 66, price: Price(tenThousandths: 1_000_001))?.words == "modifying")
    }

    @Test(arguments: [(1800, true), (1801, false)])
    func `an order grows no larger than the exchange takes in one`(quantity: Int, passes: Bool) throws {
        var driver = DeskDriver()
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1800)))
        let record = try driver.rest()
        #expect(
            driver.change(record, quantity: quantity)?.words
                == (passes ? "modifying" : "blocked: VALIDATION_FAILED invalid")
        )
    }

    // MARK: Orders that add risk

    enum Obstacle: String, CaseIterable {
        case halt = "TRADING_HALTED halted"
        case staleness = "DATA_STALE profit_stale"
        case conflict = "EXECUTION_GUARD_BLOCKED cross_strategy"

        func raise(_ driver: inout DeskDriver) throws {
            switch self {
            case .halt: driver.step(.halt(ModifyCheckTests.halt))
            case .staleness: driver.wait(.seconds(31))
            case .conflict: try driver.tradeOutside(.sell, 10)
            }
        }
    }

    @Test(arguments: Obstacle.allCases)
    func `what would stop a new entry stops one that grows or comes nearer`(obstacle: Obstacle) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        try obstacle.raise(&driver)
        let blocked = "blocked: \(obstacle.rawValue)"
        #expect(driver.change(record, quantity: 101)?.words == blocked)
        #expect(driver.change(record, price: .rupees(101))?.words == blocked)
        #expect(driver.change(record, type: .market)?.words == blocked)
        #expect(driver.changes(of: record) == 0)
        #expect(driver.change(record, quantity: 50, price: .rupees(99))?.words == "modifying")
    }

    @Test func `a partly filled entry may still grow: what its strategy holds is its own`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        try driver.fill(try driver.number(record), 60)
        driver.readPositions()
        #expect(driver.change(record, quantity: 150)?.words == "modifying")
    }

    @Test func `a halt keeps a change at home that was asked for before it`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 150)
        driver.step(.halt(Self.halt))
        #expect(driver.desk.clearance(forChangeOf: record.id, at: driver.now) == .recheck)
        #expect(driver.step(.recheck(record.id)).actions.isEmpty)
        guard case .modifyBlocked(let reason) = driver.events.last?.fact else {
            Issue.record("not blocked")
            return
        }
        #expect(reason.tag == .tradingHalted)
        #expect(try driver.order(record).pending == nil)
    }

    @Test func `a change that its lane gives up is over`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        driver.step(.dropped(record.id, Reason(.rateLimited, code: "entry_wait", "too long")))
        #expect(try driver.order(record).pending == nil)
        #expect(driver.state(record) == .working)
        #expect(driver.desk.clearance(forChangeOf: record.id, at: driver.now) == .forget)
    }

    // MARK: Exits

    @Test func `an exit's price is changed whatever is halted or lost`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try driver.rest(.exit)
        driver.step(.halt(Self.halt))
        driver.book.profit = .rupees(-9000)
        driver.readPositions()
        driver.wait(.seconds(60))
        #expect(driver.change(exit, price: .rupees(95))?.words == "modifying")
        let cleared = driver.desk.clearance(forChangeOf: exit.id, at: driver.now)
        let asked = try #require(try driver.order(exit).askedTerms)
        #expect(cleared == .send(try driver.modification(of: exit, to: asked)))
    }

    @Test(arguments: [(100, true), (101, false)])
    func `an exit grows up to what is left to close`(quantity: Int, passes: Bool) throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let exit = try driver.rest(.exit, .sell, 40)
        try driver.fill(try driver.number(exit), 30)
        driver.wait(.seconds(1))
        driver.readPositions()
        let reply = driver.change(exit, quantity: quantity)
        #expect(reply?.words == (passes ? "modifying" : "blocked: VALIDATION_FAILED above_cap"))
        guard case .changeBlocked(_, let reason, _) = reply else { return }
        #expect(reason.limit == "100" && reason.observed == "101")
    }

    @Test func `what an exit may grow to is kept from the next one`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let first = try driver.rest(.exit, .sell, 40)
        driver.change(first, quantity: 90)
        let second = try #require(driver.alert(.exit([.exit(60, type: .limit, price: .rupees(100))])).first)
        #expect(second.state == .sending && second.quantity == 10)
        driver.step(try driver.refusal(of: .modify, first))
        #expect(driver.change(first, quantity: 91)?.words.hasPrefix("blocked") == true)
    }

    @Test func `an exit that grew too much since it was asked stays at home`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let exit = try driver.rest(.exit, .sell, 40)
        driver.change(exit, quantity: 100)
        // Closed by hand in the broker's app.
        try driver.tradeOutside(.sell, 50)
        #expect(driver.desk.clearance(forChangeOf: exit.id, at: driver.now) == .recheck)
        driver.step(.recheck(exit.id))
        #expect(try driver.order(exit).pending == nil)
        #expect(driver.events.last?.fact.kind == .modifyBlocked)
    }

    @Test func `an exit at the market does not wait behind one that was moved to a limit`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let stop = try driver.place(.exit([.exit(type: .stopLimit, price: .rupees(90), trigger: .rupees(91))]))
        driver.change(stop, type: .limit)
        try driver.grant(stop)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(driver.cancels(of: stop) == 1)
        #expect(driver.state(exit) == .received)
    }

    // MARK: Rights (N3)

    @Test(arguments: Source.allCases)
    func `the system may change what takes risk out, and nothing else`(source: Source) throws {
        var driver = DeskDriver()
        let entry = try driver.rest()
        let reply = driver.change(entry, by: source, quantity: 50)?.words
        #expect(reply == (source == .system ? "blocked: VALIDATION_FAILED rights" : "modifying"))
        var holding = DeskDriver()
        try holding.hold(100)
        let exit = try holding.rest(.exit)
        #expect(holding.change(exit, by: source, price: .rupees(95))?.words == "modifying")
    }

    @Test func `what was placed elsewhere is changed elsewhere`() throws {
        var driver = DeskDriver()
        let number = driver.book.take(nil, .sample, .buy, 100, type: .limit, price: .rupees(100))
        driver.readOrders()
        let foreign = try #require(driver.records.first { $0.state.brokerOrderID == number })
        #expect(driver.change(foreign, quantity: 50)?.words == "blocked: VALIDATION_FAILED rights")
        #expect(driver.changes(of: foreign) == 0)
    }

    @Test func `a disputed order is not changed`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.answer(record, .refused("no", sessionExpired: false))
        #expect(try driver.order(record).isDisputed)
        #expect(driver.change(record, quantity: 50)?.words.hasPrefix("unchangeable") == true)
    }

    @Test func `where the broker takes none at the market, an order is not changed into one`() throws {
        var driver = DeskDriver(.sample { $0.protection = MarketProtection() })
        let record = try driver.rest()
        #expect(problems(driver.change(record, type: .market)) == ["order_type"])
        #expect(driver.change(record, price: .rupees(102))?.words == "modifying")
    }
}
