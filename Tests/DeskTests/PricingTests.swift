import Desk
import TestSupport
import Testing
import Trading

/// A-14 at the desk: with which limit an order at the market leaves, when, and when it does not.
@Suite struct PricingTests {
    private static func driver(knowsContract: Bool = true) -> DeskDriver {
        var driver = DeskDriver(
            .sample { settings in
                settings.protection = MarketProtection()
                settings.contractRules.protectsMarket = true
            }
        )
        guard knowsContract else { return driver }
        driver.step(.contracts(table([sampleContract])))
        return driver
    }

    private static func table(_ contracts: [Contract]) -> ContractTable {
        var builder = ContractTableBuilder()
        for contract in contracts { builder.add(contract) }
        return builder.finish()
    }

    private static let sampleContract = Contract(
        instrument: .sample,
        token: "22",
        underlying: "SAMPLE",
        kind: .indexFuture,
        lot: 1,
        tick: Price(tenThousandths: 500)
    )
}

extension DeskDriver {
    /// The market shows a last price, and the best prices a rupee around it.
    fileprivate mutating func show(_ last: Int64, age: Duration = .zero) {
        let quote = Quote(
            last: .rupees(last),
            bid: .rupees(last - 1),
            ask: .rupees(last + 1),
            receivedAt: now - age
        )
        step(.quote(.sample, quote))
    }

    fileprivate var quotesAsked: Int { actions.count { if case .quote(.sample, _) = $0 { true } else { false } } }

    fileprivate func placed(_ record: OrderRecord) -> Int {
        actions.count { if case .place(record.id, _, _) = $0 { true } else { false } }
    }
}

extension PricingTests {
    @Test func `an entry goes with a limit beyond the best opposite price, in the commit that intends it`() throws {
        var driver = Self.driver()
        driver.show(200)
        let entry = try #require(driver.alert(.sample()).first)
        #expect(entry.state == .sending)
        #expect(entry.terms?.type == .limit)
        #expect(entry.terms?.price == Price("203.05"))  // 1 % beyond 201, up to the tick
        #expect(entry.command.type == .market)
        guard case .send(let placement) = driver.desk.clearance(for: entry.id, at: driver.now) else {
            Issue.record("a priced order may go")
            return
        }
        #expect(placement.type == .limit)
        #expect(placement.price == Price("203.05"))
        #expect(driver.events.suffix(2).map(\.fact.kind) == [.sending, .priced])
    }

    @Test func `what an exit that waits for its quote will close is not closed by the next one`() throws {
        var driver = Self.driver()
        driver.show(200)
        try driver.hold()
        driver.wait(.seconds(10))
        let waits = try #require(driver.alert(.exit()).first)
        #expect(waits.state == .received)
        let next = try #require(
            driver.alert(.exit([.exit(type: .limit, price: .rupees(200))])).first
        )
        #expect(next.state.reason?.tag == .duplicateOrderBlocked)
        #expect(next.state.reason?.blocking == waits.id)
    }

    @Test func `an entry waits for a quote, asks for it once, and goes when it comes`() throws {
        var driver = Self.driver()
        let entry = try #require(driver.alert(.sample()).first)
        #expect(entry.state == .received)
        #expect(driver.quotesAsked == 1)
        driver.wait(.milliseconds(400))
        driver.tick()
        #expect(driver.quotesAsked == 1)
        driver.show(200)
        #expect(try driver.order(entry).state == .sending)
        #expect(try driver.order(entry).terms?.protection?.basis == .opposite)
        #expect(driver.placed(entry) == 1)
    }

    /// Five seconds are no more than two clocks may differ by.
    @Test(arguments: [(5, true), (6, false)])
    func `after the clock was set back nobody knows how old a quote is`(seconds: Int, isGood: Bool) throws {
        var driver = Self.driver()
        driver.show(200)
        driver.now = driver.now - .seconds(seconds)
        let entry = try #require(driver.alert(.sample()).first)
        #expect((entry.state == .sending) == isGood)
        #expect(driver.quotesAsked == (isGood ? 0 : 1))
    }

    /// The limit was made before; how long before, nobody can say.
    @Test func `after the clock was set back an order waits in its lane for a new limit`() throws {
        var driver = Self.driver()
        driver.show(200)
        let entry = try #require(driver.alert(.sample()).first)
        driver.now = driver.now - .seconds(6)
        #expect(driver.desk.clearance(for: entry.id, at: driver.now) == .recheck)
    }

    @Test func `an entry that no quote comes for is refused after three seconds, with the reason`() throws {
        var driver = Self.driver()
        let entry = try #require(driver.alert(.sample()).first)
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(try driver.order(entry).state == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        let reason = try #require(try driver.order(entry).state.reason)
        #expect(reason.tag == .dataStale)
        #expect(reason.code == "no_quote")
        #expect(driver.placed(entry) == 0)
    }

    @Test func `a contract that no master knows is refused at once: no slab is known for it`() throws {
        var driver = Self.driver(knowsContract: false)
        let entry = try #require(driver.alert(.sample()).first)
        #expect(entry.state.reason?.code == "kind_unknown")
        #expect(driver.quotesAsked == 0)
    }

    @Test func `an exit waits a second for a quote, then goes by the position book with twice the slab`() throws {
        var driver = Self.driver()
        driver.show(200)
        try driver.hold()
        driver.wait(.seconds(10))
        let row = PositionReport(position: .sample, net: 100, profit: .zero, last: .rupees(150))
        driver.step(.positions(.known([row]), began: driver.now))
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        driver.wait(.milliseconds(999))
        driver.tick()
        #expect(try driver.order(exit).state == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        let sent = try driver.order(exit)
        #expect(sent.state == .sending)
        #expect(sent.terms?.price == .rupees(147))
        #expect(sent.terms?.protection?.basis == .position)
        #expect(driver.desk.clearance(for: exit.id, at: driver.now) != .recheck)
    }

    @Test func `no quote never means no exit: what the position cost is the last price to go by`() throws {
        var driver = Self.driver()
        driver.show(200)
        try driver.hold()
        driver.wait(.seconds(86_400))
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(1))
        driver.tick()
        let sent = try driver.order(exit)
        #expect(sent.terms?.protection?.basis == .stale)
        #expect(sent.terms?.protection?.reference == .rupees(100))
        #expect(sent.terms?.protection?.basisPoints == 200)
    }

    @Test func `a limit made from an old quote is made anew before the first byte`() throws {
        var driver = Self.driver()
        driver.show(200)
        let entry = try #require(driver.alert(.sample()).first)
        driver.wait(.milliseconds(3001))
        #expect(driver.desk.clearance(for: entry.id, at: driver.now) == .recheck)
        driver.step(.recheck(entry.id))
        #expect(driver.placed(entry) == 1)  // it waits for a quote now
        driver.show(210)
        #expect(driver.placed(entry) == 2)
        #expect(try driver.order(entry).terms?.price == Price("213.15"))
        guard case .send = driver.desk.clearance(for: entry.id, at: driver.now) else {
            Issue.record("it was priced just now")
            return
        }
    }

    @Test func `an intended entry that no new quote comes for ends unsent; an exit goes by what is known`() throws {
        var driver = Self.driver()
        driver.show(200)
        let entry = try #require(driver.alert(.sample()).first)
        driver.wait(.seconds(4))
        driver.step(.recheck(entry.id))
        driver.wait(.seconds(3))
        driver.tick()
        #expect(try driver.order(entry).state.word == .notSent)
        #expect(try driver.order(entry).state.reason?.tag == .dataStale)

        driver.show(200)
        try driver.hold()
        driver.show(200)
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(4))
        driver.step(.recheck(exit.id))
        #expect(driver.placed(exit) == 1)
        driver.wait(.seconds(1))
        driver.tick()
        #expect(driver.placed(exit) == 2)
        #expect(try driver.order(exit).terms?.protection?.basis == .stale)
    }

    @Test func `a commit that fails leaves the order waiting for its quote`() throws {
        var driver = Self.driver()
        driver.show(200)
        let entry = try #require(driver.alert(.sample()).first)
        driver.wait(.seconds(4))
        driver.step(.recheck(entry.id))
        var desk = driver.desk
        let quote = Quote(last: .rupees(200), receivedAt: driver.now)
        #expect(!desk.step(.quote(.sample, quote), at: driver.now, id: .sample(900)).actions.isEmpty)
        desk.rollBack()
        let again = desk.step(.tick, at: driver.now, id: .sample(901)).actions
        #expect(again.contains { if case .place(entry.id, _, _) = $0 { true } else { false } })
    }

    @Test func `legs go together: one without a quote holds the other back`() throws {
        var driver = Self.driver()
        var other = Self.sampleContract
        other.instrument = PositionKey.other.instrument
        other.token = "23"
        driver.step(.contracts(Self.table([Self.sampleContract, other])))
        driver.show(200)
        let legs = driver.alert(.sample(legs: [.sample(), .sample(of: .other, index: 1)]))
        #expect(legs.map(\.state.word) == [.received, .received])
        driver.wait(.seconds(3))
        driver.show(200)
        driver.tick()
        #expect(try legs.map { try driver.order($0).state.reason?.tag } == [.groupBlocked, .dataStale])
    }

    @Test func `where the broker takes orders at the market they go as they are`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        #expect(entry.state == .sending)
        #expect(entry.terms == nil)
        #expect(driver.quotesAsked == 0)
    }

    @Test func `an order in test mode asks no market`() throws {
        var driver = Self.driver()
        let entry = try #require(driver.alert(.sample(test: .success)).first)
        #expect(entry.state.word == .filled)
        #expect(driver.quotesAsked == 0)
    }

    @Test func `a stop at the market needs no quote: its limit lies beyond its trigger`() throws {
        var driver = Self.driver()
        let stop = Alert.Leg.sample(type: .stopMarket, trigger: .rupees(100))
        let entry = try #require(driver.alert(.sample(legs: [stop])).first)
        #expect(entry.terms?.type == .stopLimit)
        #expect(entry.terms?.price == .rupees(101))
        driver.wait(.seconds(60))
        #expect(driver.desk.clearance(for: entry.id, at: driver.now) != .recheck)
    }

    @Test func `a limit that the market has left behind makes way for the next exit`() throws {
        var driver = Self.driver()
        driver.show(200)
        try driver.hold()
        driver.show(200)
        let exit = try #require(driver.alert(.exit()).first)
        let number = try driver.accept(exit)
        #expect(driver.alert(.exit()).first?.state.reason?.tag == .duplicateOrderBlocked)
        driver.wait(.seconds(4))
        driver.show(150)
        let next = try #require(driver.alert(.exit()).first)
        #expect(next.state == .received)
        #expect(try driver.order(exit).pending == .cancel)
        try driver.cancelled(number)
        #expect(try driver.order(next).state == .sending)
        #expect(try driver.order(next).terms?.protection?.reference == .rupees(149))
    }

    @Test func `a quote newer than the position book is the better price to go by`() throws {
        var driver = Self.driver()
        driver.show(200)
        try driver.hold()
        let row = PositionReport(position: .sample, net: 100, profit: .zero, last: .rupees(150))
        driver.step(.positions(.known([row]), began: driver.now))
        driver.wait(.seconds(1))
        driver.show(180)
        driver.wait(.seconds(4))
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(1))
        driver.tick()
        #expect(try driver.order(exit).terms?.protection?.reference == .rupees(180))
    }
}
