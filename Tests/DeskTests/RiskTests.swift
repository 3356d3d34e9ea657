import Desk
import TestSupport
import Testing
import Trading

@Suite struct RiskTests {
    @Test(arguments: [
        (Money.rupees(-5000), false), (Money(tenThousandths: -49_999_900), true),
        (Money(tenThousandths: -50_000_100), false),
    ])
    func `a loss at the floor blocks, a paisa above it passes`(profit: Money, passes: Bool) throws {
        //
        var driver = DeskDriver()
        driver.book.carried[.other] = 0
        driver.book.profit = profit
        driver.readPositions()
        let record = try #require(driver.alert(.sample()).first)
        #expect((record.state == .sending) == passes)
        guard !passes else { return }
        let reason = try #require(record.state.reason)
        #expect(reason.tag == .riskLimitsExceeded)
        #expect(reason.code == "day_loss")
        #expect(reason.limit == "-5000.00")
        #expect(reason.observed == profit.description)
    }

    @Test func `profit is the sum over rows, delivery left out`() throws {
        var driver = DeskDriver()
        let delivery = PositionKey(Instrument("NSE", "ACC-EQ"), .delivery)
        let rows = [
            PositionReport(position: .sample, net: 0, profit: .rupees(-3000)),
            PositionReport(position: .other, net: 0, profit: .rupees(-1999)),
            PositionReport(position: delivery, net: 0, profit: .rupees(-9000)),
        ]
        driver.step(.positions(.known(rows), began: driver.now))
        #expect(driver.alert(.sample()).first?.state == .sending)
        var including = DeskDriver(.sample { $0.includesDelivery = true })
        including.step(.positions(.known(rows), began: including.now))
        #expect(including.alert(.sample()).first?.state.reason?.observed == "-13999.00")
    }

    @Test func `no data is a profit of zero`() {
        var driver = DeskDriver()
        driver.step(.positions(.empty, began: driver.now))
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test func `a row without profit makes the profit unknown`() throws {
        var driver = DeskDriver()
        let row = PositionReport(position: .other, net: 0, profit: nil)
        driver.step(.positions(.known([row]), began: driver.now))
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state == .received)
    }

    @Test func `where nothing is at stake there is no floor`() {
        var driver = DeskDriver(.sample { $0.baseMaxLoss = nil })
        driver.book.carried[.other] = 0
        driver.book.profit = .rupees(-1_000_000)
        driver.readPositions()
        #expect(driver.alert(.sample()).first?.state == .sending)
    }
}

@Suite struct LossHeartbeatTests {
    @Test func `a loss at the floor is told of once a day, without an order`() {
        var driver = DeskDriver()
        driver.book.carried[.other] = 0
        driver.book.profit = .rupees(-5000)
        driver.readPositions()
        for _ in 0..<5 {
            driver.wait(.seconds(1))
            driver.tick()
        }
        #expect(driver.notified(.dayLoss).map(\.severity) == [.critical])
    }

    @Test func `a report that was not stored is made again`() {
        var driver = DeskDriver()
        driver.book.carried[.other] = 0
        driver.book.profit = .rupees(-5000)
        driver.commits = false
        driver.readPositions()
        driver.rollBack()
        driver.readPositions()
        #expect(driver.notified(.dayLoss).count == 2)
    }
}

/// A-12 and `semantics.md`, "Risk data".
@Suite struct StaleDataTests {
    @Test(arguments: [(30, StateWord.sending), (31, .received)])
    func `data is fresh while the read that gave it began within the limit`(seconds: Int, state: StateWord) throws {
        var driver = DeskDriver()
        driver.wait(.seconds(seconds))
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state.word == state)
        #expect(driver.actions.contains(.read(.positions)) == (state == .received))
    }

    @Test func `an entry waits for one read, then goes`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let record = try #require(driver.alert(.sample()).first)
        driver.wait(.seconds(2))
        driver.readPositions()
        #expect(driver.state(record) == .sending)
        #expect(driver.placements(of: record) == 1)
    }

    @Test func `an entry that waited three seconds in vain is blocked`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let record = try #require(driver.alert(.sample()).first)
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(driver.state(record) == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.reason(record)?.tag == .dataStale)
        #expect(driver.reason(record)?.limit == "30s")
        #expect(driver.reason(record)?.observed == "43s")
    }

    @Test func `an unknown read is no read`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let record = try #require(driver.alert(.sample()).first)
        driver.step(.positions(.unknown(ReadFailure(.sessionExpired, "Session Expired")), began: driver.now))
        #expect(driver.state(record) == .received)
    }

    @Test func `an entry that waits counts as an open order of its strategy`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let first = try #require(driver.alert(.sample()).first)
        let second = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(second.state.reason?.blocking == first.id)
    }

    @Test func `an exit needs no fresh data`() throws {
        //
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.seconds(500))
        #expect(driver.alert(.exit()).first?.state == .sending)
    }

    @Test func `what holds something is empty only after two reads`() throws {
        var driver = DeskDriver()
        driver.book.carried[.sample] = 100
        try driver.hold()
        driver.restart()
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook()
        let began = driver.profitBegan
        driver.readPositions()
        #expect(driver.profitBegan == began)
        driver.wait(.seconds(5))
        driver.readPositions()
        #expect(driver.profitBegan == driver.now)
    }

    @Test func `the same read seen twice is one read`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.seconds(86_400))
        driver.book = BrokerBook()
        let began = driver.profitBegan
        driver.readPositions()
        driver.readPositions()
        #expect(driver.profitBegan == began)
    }

    @Test func `an older read that comes later changes nothing`() throws {
        var driver = DeskDriver()
        let older = driver.now
        driver.wait(.seconds(5))
        driver.book.carried[.other] = 0
        driver.book.profit = .rupees(-6000)
        driver.readPositions()
        driver.step(.positions(.empty, began: older))
        #expect(driver.alert(.sample()).first?.state.reason?.tag == .riskLimitsExceeded)
    }
}

/// A-15 and `semantics.md`, "Halts".
@Suite struct HaltTests {
    static let scopes: [Halt.Scope] = [.global, .client, .strategy(.sample)]

    @Test func `a halt that is set or lifted counts as changing until it is durable, also while it is sealed`() {
        var desk = DeskDriver().desk
        func step(_ input: DeskInput, _ number: Int) {
            _ = desk.step(input, at: .sample, id: .sample(number, at: .sample))
        }
        for (number, input) in [halt(.client), DeskInput.resume(.client, by: "a person", reason: "none")].enumerated() {
            #expect(!desk.isChangingHalts)
            step(input, 900 + number)
            #expect(desk.isChangingHalts)
            _ = desk.seal()
            step(.tick, 910 + number)
            #expect(desk.isChangingHalts)
            desk.committed()
        }
        #expect(!desk.isChangingHalts)
    }

    private func halt(_ scope: Halt.Scope) -> DeskInput {
        .halt(Halt(scope: scope, by: "a person", reason: "a test", at: .sample))
    }

    @Test(arguments: scopes)
    func `a halt blocks what adds risk and lets exits pass`(scope: Halt.Scope) throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.step(halt(scope))
        let adjusted = try #require(driver.alert(.sample(.adjust, legs: [.sample(.buy, 10)])).first)
        #expect(adjusted.state.reason?.tag == .tradingHalted)
        #expect(driver.alert(.sample(.adjust, legs: [.sample(.sell, 10)])).first?.state == .sending)
        #expect(driver.alert(.exit()).first?.state == .sending)
        #expect(driver.notified(.halted).map(\.severity) == [.critical])
    }

    @Test func `a strategy's halt leaves the others alone`() {
        var driver = DeskDriver()
        driver.step(halt(.strategy(.other)))
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test(arguments: scopes)
    func `only lifting a halt ends it, and a restart does not`(scope: Halt.Scope) throws {
        var driver = DeskDriver()
        driver.step(halt(scope))
        driver.restart()
        driver.readBooks()
        #expect(driver.alert(.sample()).first?.state.reason?.tag == .tradingHalted)
        driver.step(.resume(scope, by: "a person", reason: "none"))
        #expect(driver.alert(.sample()).first?.state == .sending)
        #expect(driver.notified(.resumed).count == 1)
    }

    @Test(arguments: scopes)
    func `an entry that waits is blocked at once`(scope: Halt.Scope) throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let record = try #require(driver.alert(.sample()).first)
        driver.step(halt(scope))
        #expect(driver.reason(record)?.tag == .tradingHalted)
    }

    @Test(arguments: scopes)
    func `an order not yet written is dropped before its first byte`(scope: Halt.Scope) throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        #expect(driver.desk.clearance(for: record.id, at: driver.now) != .recheck)
        driver.step(halt(scope))
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .recheck)
        let output = driver.step(.recheck(record.id))
        #expect(output.actions.isEmpty)
        #expect(driver.state(record) == .notSent)
        #expect(driver.reason(record)?.tag == .tradingHalted)
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .forget)
    }

    @Test func `an exit in its lane is written in spite of a halt`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        driver.step(halt(.global))
        #expect(
            driver.desk.clearance(for: exit.id, at: driver.now)
                == .send(Placement(command: exit.command, quantity: 100))
        )
    }
}
