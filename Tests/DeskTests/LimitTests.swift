import TestSupport
import Testing
import Trading

@testable import Desk

/// every limit at its value, just below and just above.
@Suite struct LimitTests {
    private static func driver(_ change: (inout LimitSettings) -> Void) -> DeskDriver {
        DeskDriver(
            .sample { settings in
                settings.crossStrategy = .netting
                change(&settings.limits)
            }
        )
    }

    private static func entry(
        _ quantity: Int = 100,
        _ strategy: StrategyName = .sample,
        of position: PositionKey = .sample,
        side: Side = .buy,
        at price: Price? = .rupees(100)
    ) -> Alert {
        let leg = Alert.Leg.sample(
            side,
            quantity,
            of: position,
            type: price == nil ? .market : .limit,
            price: price ?? .zero
        )
        return .sample(strategy: strategy, legs: [leg])
    }

    private func expect(_ record: OrderRecord?, _ kind: LimitKind?, _ limit: String? = nil, _ observed: String? = nil) {
        guard let kind else {
            #expect(record?.state == .sending)
            return
        }
        let reason = record?.state.reason
        #expect(reason?.tag == .riskLimitsExceeded)
        #expect(reason?.code == kind.rawValue)
        if let limit { #expect(reason?.limit == limit) }
        if let observed { #expect(reason?.observed == observed) }
    }

    // MARK: One order

    @Test(arguments: [99, 100, 101])
    func `an order may have as many units as the limit`(quantity: Int) {
        var driver = Self.driver { $0.client.orderQuantity = 100 }
        let record = driver.alert(Self.entry(quantity)).first
        expect(record, quantity > 100 ? .orderQuantity : nil, "100", "101")
    }

    @Test(arguments: [Int64(999_999), 1_000_000, 1_000_001])
    func `an order may be worth as much as the limit`(price: Int64) {
        var driver = Self.driver { $0.client.orderValue = .rupees(10_000) }
        let record = driver.alert(Self.entry(at: Price(tenThousandths: price))).first
        expect(record, price > 1_000_000 ? .orderValue : nil, "10000.00", "10000.01")
    }

    @Test(arguments: [
        (9499, true), (9500, false), (9501, false), (10_000, false), (10_499, false), (10_500, false), (10_501, true),
    ])
    func `a price may lie as far from the last one as the collar`(paise: Int64, isBlocked: Bool) {
        var driver = Self.driver { $0.client.priceCollar = 500 }
        driver.step(.quote(.sample, Quote(last: .rupees(100), receivedAt: driver.now)))
        let record = driver.alert(Self.entry(at: Price(tenThousandths: paise * 100))).first
        expect(record, isBlocked ? .priceCollar : nil)
    }

    @Test func `without a price an order waits, and is blocked after three seconds`() throws {
        var driver = Self.driver { $0.client.priceCollar = 500 }
        driver.step(.contracts(ContractRuleTests.table))
        let share = PositionKey(Instrument("NSE", "ACC-EQ"), .intraday)
        let record = try #require(driver.alert(Self.entry(of: share)).first)
        #expect(record.state == .received)
        #expect(driver.actions.contains(.quote(share.instrument, urgent: false)))
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(driver.state(record) == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.reason(record)?.tag == .dataStale)
        #expect(driver.reason(record)?.code == "price_unknown")
    }

    @Test func `an order that waits for a price goes when it comes`() throws {
        var driver = Self.driver { $0.client.orderValue = .rupees(10_000) }
        let record = try #require(driver.alert(Self.entry(at: nil)).first)
        #expect(record.state == .received)
        driver.step(.quote(.sample, Quote(last: .rupees(100), receivedAt: driver.now)))
        #expect(driver.state(record) == .sending)
    }

    @Test func `the narrowest limit holds for an order`() {
        var driver = Self.driver { limits in
            limits.client.orderQuantity = 100
            limits.strategies[.other, default: .none].orderQuantity = 200
            limits.instruments[.other, default: .none].orderQuantity = 10
        }
        expect(driver.alert(Self.entry(200, .other)).first, nil)
        expect(driver.alert(Self.entry(101)).first, .orderQuantity)
        expect(driver.alert(Self.entry(11, .other, of: .other)).first, .orderQuantity, "10", "11")
    }

    // MARK: What is open

    @Test func `as many orders may be open as the limit, those that wait and are unconfirmed counted`() throws {
        var driver = Self.driver { $0.client.openOrders = 3 }
        let lost = try #require(driver.alert(Self.entry(1, "a")).first)
        try driver.loseAnswer(lost)
        #expect(driver.state(lost) == .unconfirmed)
        let working = try driver.place(Self.entry(1, "b"))
        expect(driver.alert(Self.entry(1, "c")).first, nil)
        expect(driver.alert(Self.entry(1, "d")).first, .openOrders, "3", "4")
        try driver.cancelled(try #require(working.state.brokerOrderID))
        expect(driver.alert(Self.entry(1, "e")).first, nil)
    }

    @Test func `of one alert's legs all count, and with one too many none goes`() {
        for (limit, goes) in [(2, true), (1, false)] {
            var driver = Self.driver { $0.client.openOrders = limit }
            let legs = [Alert.Leg.sample(), .sample(of: .other, index: 1)]
            let records = driver.alert(.sample(legs: legs))
            #expect(records.allSatisfy { ($0.state == .sending) == goes })
        }
    }

    @Test func `a strategy has its own number of open orders beside the client's`() {
        var driver = Self.driver { limits in
            limits.client.openOrders = 3
            limits.strategies[.sample, default: .none].openOrders = 1
        }
        let legs = [Alert.Leg.sample(), .sample(of: .other, index: 1)]
        #expect(driver.alert(.sample(legs: legs)).allSatisfy { $0.state != .sending })
        #expect(driver.alert(.sample(strategy: .other, legs: legs)).allSatisfy { $0.state == .sending })
    }

    // MARK: How fast

    @Test(arguments: [(LimitKind.ordersPerSecond, Duration.seconds(1)), (.ordersPerMinute, .seconds(60))])
    func `orders of a window count until they have left it`(kind: LimitKind, window: Duration) throws {
        var driver = Self.driver { limits in
            if kind == .ordersPerSecond { limits.client.ordersPerSecond = 2 } else { limits.client.ordersPerMinute = 2 }
        }
        let began = driver.now
        expect(driver.alert(Self.entry(1, "a")).first, nil)
        driver.wait(.milliseconds(500))
        expect(driver.alert(Self.entry(1, "b")).first, nil)
        expect(driver.alert(Self.entry(1, "c")).first, kind, "2", "3")
        driver.now = began + window - .milliseconds(1)
        driver.readBooks()
        expect(driver.alert(Self.entry(1, "d")).first, kind)
        driver.now = began + window
        driver.readBooks()
        expect(driver.alert(Self.entry(1, "e")).first, nil)
        expect(driver.alert(Self.entry(1, "f")).first, kind)
    }

    @Test func `orders of a day count until the next one, restarts and packing included`() throws {
        var settings = DeskSettings.sample(packing: true)
        settings.limits.client.ordersPerDay = 2
        var driver = DeskDriver(settings)
        for strategy in [StrategyName("a"), "b"] {
            let record = try driver.place(Self.entry(1, strategy))
            try driver.cancelled(try #require(record.state.brokerOrderID))
        }
        driver.wait(.seconds(61))
        driver.readBooks()
        driver.tick()
        expect(driver.alert(Self.entry(1, "c")).first, .ordersPerDay, "2", "3")
        driver.restart(settings)
        driver.readBooks()
        expect(driver.alert(Self.entry(1, "d")).first, .ordersPerDay, "2", "3")
        driver.wait(.seconds(86_400))
        driver.readBooks()
        expect(driver.alert(Self.entry(1, "e")).first, nil)
    }

    @Test func `what never left does not count for the day`() throws {
        var driver = Self.driver { $0.client.ordersPerDay = 1 }
        let record = try #require(driver.alert(Self.entry(1, "a")).first)
        driver.step(.dropped(record.id, .sample))
        expect(driver.alert(Self.entry(1, "b")).first, nil)
        expect(driver.alert(Self.entry(1, "c")).first, .ordersPerDay)
    }

    // MARK: The same again

    @Test func `one identical order too many halts its strategy until a person lets it go on`() throws {
        var driver = Self.driver { $0.client.repeatedOrders = 2 }
        _ = driver.alert(Self.entry())
        driver.wait(.seconds(4))
        _ = driver.alert(Self.entry())
        driver.wait(.seconds(4))
        expect(driver.alert(Self.entry()).first, .repeatedOrders, "2", "3")
        let halt = try #require(driver.desk.haltsInForce.first)
        #expect(halt.scope == .strategy(.sample))
        #expect(halt.by == "SYSTEM")
        #expect(driver.audit.map(\.action) == [.halt])
        #expect(driver.alert(Self.entry(7)).first?.state.reason?.tag == .tradingHalted)
        expect(driver.alert(Self.entry(100, .other)).first, nil)
        driver.restart(.sample { $0.limits.client.repeatedOrders = 2 })
        driver.readBooks()
        #expect(driver.alert(Self.entry(8)).first?.state.reason?.tag == .tradingHalted)
        driver.step(.resume(.strategy(.sample), by: "Ada", reason: "mended"))
        #expect(driver.desk.haltsInForce.isEmpty)
        #expect(driver.alert(Self.entry()).first?.state.reason?.code != LimitKind.repeatedOrders.rawValue)
    }

    @Test(arguments: [(9_999, true), (10_000, false)])
    func `identical orders count for as long as the window`(milliseconds: Int, halts: Bool) {
        var driver = Self.driver { $0.client.repeatedOrders = 1 }
        _ = driver.alert(Self.entry())
        driver.wait(.milliseconds(milliseconds))
        _ = driver.alert(Self.entry())
        #expect(driver.desk.haltsInForce.isEmpty != halts)
    }

    @Test func `orders that differ in anything are no repeats`() {
        var driver = Self.driver { $0.client.repeatedOrders = 1 }
        _ = driver.alert(Self.entry())
        _ = driver.alert(Self.entry(99))
        _ = driver.alert(Self.entry(side: .sell))
        _ = driver.alert(Self.entry(at: .rupees(99)))
        _ = driver.alert(Self.entry(100, .other))
        #expect(driver.desk.haltsInForce.isEmpty)
    }

    // MARK: What is held

    @Test(arguments: [(40, true), (39, true), (41, false)])
    func `all strategies together may hold as much of an instrument as the limit`(quantity: Int, passes: Bool) throws {
        var driver = Self.driver { $0.client.instrumentPosition = 100 }
        try driver.hold(30)
        let lost = try #require(driver.alert(Self.entry(30, .other)).first)
        try driver.loseAnswer(lost)
        let record = driver.alert(Self.entry(quantity, "gamma")).first
        expect(record, passes ? nil : .instrumentPosition, "100", "101")
    }

    @Test func `the other side has the room of what is held besides`() throws {
        var driver = Self.driver { $0.client.instrumentPosition = 100 }
        try driver.hold(30)
        expect(driver.alert(Self.entry(131, .other, side: .sell)).first, .instrumentPosition, "100", "101")
        expect(driver.alert(Self.entry(130, "gamma", side: .sell)).first, nil)
    }

    @Test(arguments: [(70, true), (69, true), (71, false)])
    func `a strategy may hold as much of a position as the limit`(quantity: Int, passes: Bool) throws {
        var driver = Self.driver { $0.client.strategyPosition = 100 }
        try driver.hold(30)
        let leg = Alert.Leg.sample(.buy, quantity)
        let record = driver.alert(.sample(.adjust, legs: [leg])).first
        expect(record, passes ? nil : .strategyPosition, "100", "101")
        expect(driver.alert(Self.entry(100, .other)).first, nil)
    }

    @Test(arguments: [(Int64(50), true), (49, true), (51, false)])
    func `what is held and what is open may be worth as much as the limit`(price: Int64, passes: Bool) throws {
        var driver = Self.driver { $0.client.grossExposure = .rupees(20_000) }
        driver.step(.quote(.sample, Quote(last: .rupees(100), receivedAt: driver.now)))
        try driver.hold(100)  // cost 10000
        let lost = try #require(driver.alert(Self.entry(50, .other, of: .other, side: .sell)).first)  // 5000
        try driver.loseAnswer(lost)
        let record = driver.alert(Self.entry(100, "gamma", of: .other, side: .sell, at: .rupees(price))).first
        expect(record, passes ? nil : .grossExposure, "20000.00", "20100.00")
    }

    @Test func `a market order on its way is worth what the market shows`() throws {
        var driver = Self.driver { $0.client.grossExposure = .rupees(20_000) }
        driver.step(.quote(.sample, Quote(last: .rupees(100), receivedAt: driver.now)))
        expect(driver.alert(Self.entry(at: nil)).first, nil)
        expect(driver.alert(Self.entry(101, .other)).first, .grossExposure, "20000.00", "20100.00")
        expect(driver.alert(Self.entry(100, "gamma")).first, nil)
    }

    // MARK: Against oneself, and lists

    @Test(arguments: [(Int64(99), false), (100, true), (101, true)])
    func `an order that reaches an own resting one is blocked`(price: Int64, crosses: Bool) throws {
        var driver = Self.driver { $0.blocksSelfCrossing = true }
        let resting = try driver.place(Self.entry(100, .other, side: .sell))
        let record = driver.alert(Self.entry(at: .rupees(price))).first
        expect(record, crosses ? .selfCrossing : nil)
        if crosses { #expect(record?.state.reason?.blocking == resting.id) }
    }

    @Test func `an order at the market reaches everything, and a stop lies nowhere`() throws {
        var driver = Self.driver { $0.blocksSelfCrossing = true }
        let leg = Alert.Leg.sample(.sell, type: .stopLimit, price: .rupees(90), trigger: .rupees(91))
        try driver.place(.sample(strategy: .other, legs: [leg]))
        expect(driver.alert(Self.entry(at: nil)).first, nil)
        var other = Self.driver { $0.blocksSelfCrossing = true }
        try other.place(Self.entry(100, .other, side: .sell, at: .rupees(5000)))
        expect(other.alert(Self.entry(at: nil)).first, .selfCrossing)
    }

    @Test(arguments: ["NFO", "BANKNIFTY29DEC26F", "NFO:BANKNIFTY29DEC26F"])
    func `what is restricted by any of its names is blocked`(name: String) {
        var driver = Self.driver { $0.restricted = [name] }
        expect(driver.alert(Self.entry()).first, .restricted, name)
        var other = Self.driver { $0.restricted = ["NSE", "BANKNIFTY29DEC26", "NSE:BANKNIFTY29DEC26F"] }
        expect(other.alert(Self.entry()).first, nil)
    }

    @Test func `with an allowed list nothing else passes`() {
        var driver = Self.driver { $0.allowed = ["NFO:BANKNIFTY29DEC26F"] }
        expect(driver.alert(Self.entry()).first, nil)
        expect(driver.alert(Self.entry(1, .other, of: .other)).first, .notAllowed)
    }

    @Test(arguments: [(-1, true), (0, false), (22_499, false), (22_500, true)])
    func `outside its exchange's session an order is blocked`(seconds: Int, isBlocked: Bool) {
        var driver = Self.driver { $0.holdsToTradingHours = true }
        // 09:15 and 15:30 in India.
        driver.now = Timestamp.sample - .seconds(15 * 60) + .seconds(seconds)
        driver.readBooks()
        expect(driver.alert(Self.entry()).first, isBlocked ? .tradingHours : nil)
    }

    @Test func `on the day of its expiry a contract is blocked, the day before not`() {
        var driver = Self.driver { $0.avoidsExpiryDay = true }
        for (symbol, isBlocked) in [("NIFTY23NOV26F", true), ("NIFTY24NOV26F", false), ("ACC-EQ", false)] {
            let exchange: Exchange = symbol == "ACC-EQ" ? "NSE" : "NFO"
            let position = PositionKey(Instrument(exchange, symbol), .intraday)
            let record = driver.alert(Self.entry(1, StrategyName(symbol), of: position)).first
            expect(record, isBlocked ? .expiryDay : nil)
        }
    }

    @Test func `what waits counts as if it were done`() throws {
        var driver = Self.driver { limits in
            limits.client.instrumentPosition = 150
            limits.client.freeMargin = .rupees(1)
        }
        let waiting = try #require(driver.alert(Self.entry(100, "a")).first)
        #expect(waiting.state == .received, "nobody knows what margin is free")
        expect(driver.alert(Self.entry(51, "b")).first, .instrumentPosition, "150", "151")
        #expect(driver.alert(Self.entry(50, "c")).first?.state == .received)
    }

    // MARK: Free margin

    private static func margin() -> DeskDriver { driver { $0.client.freeMargin = .rupees(100_000) } }

    @Test(arguments: [Int64(-1), 0, 1])
    func `as much margin must be free as the limit says`(above: Int64) throws {
        var driver = Self.margin()
        let record = try #require(driver.alert(Self.entry()).first)
        #expect(record.state == .received)
        #expect(driver.actions.contains(.readFunds))
        driver.readFunds(Money(tenThousandths: 1_000_000_000 + above))
        expect(driver.desk.order(record.id), above < 0 ? .freeMargin : nil, "100000.00")
        #expect(driver.desk.riskView(at: driver.now).limits.map(\.left) == [max(0, Int128(above))])
    }

    @Test func `while nobody knows what is free, an order waits, and is blocked after three seconds`() throws {
        var driver = Self.margin()
        let record = try #require(driver.alert(Self.entry()).first)
        driver.step(.funds(.unknown(ReadFailure(.unreachable, "no answer")), began: driver.now))
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(driver.state(record) == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.reason(record)?.tag == .dataStale)
        #expect(driver.reason(record)?.code == "margin_unknown")
    }

    /// The broker has not blocked margin yet for what is on its way.
    @Test func `funds count once they were read after every order before`() throws {
        var driver = Self.margin()
        driver.readFunds(.rupees(100_000))
        let first = try #require(driver.alert(Self.entry(1, "a")).first)
        #expect(driver.state(first) == .sending)
        let second = try #require(driver.alert(Self.entry(1, "b")).first)
        driver.readFunds(.rupees(100_000))
        #expect(driver.state(second) == .received)
        driver.wait(.milliseconds(10))
        try driver.accept(first)
        #expect(driver.state(second) == .received)
        #expect(driver.actions.contains(.readFunds))
        driver.wait(.milliseconds(10))
        driver.readFunds(.rupees(99_999))
        expect(driver.desk.order(second.id), .freeMargin, "100000.00", "99999.00")
    }

    @Test(arguments: [(90, true), (91, false)])
    func `funds are good for ninety seconds`(seconds: Int, isKnown: Bool) throws {
        var driver = Self.margin()
        driver.readFunds(.rupees(100_000))
        driver.wait(.seconds(seconds))
        driver.readBooks()
        #expect((driver.alert(Self.entry()).first?.state == .sending) == isKnown)
    }

    @Test func `an exit asks for no margin`() throws {
        var driver = Self.margin()
        driver.readFunds(.rupees(100_000))
        try driver.hold(1)
        driver.wait(.seconds(100))
        driver.readBooks()
        #expect(driver.alert(.exit()).first?.state == .sending)
    }

    // MARK: More than was asked for

    @Test func `the first order that would leave without a command halts the client`() throws {
        var driver = Self.driver { $0.haltsOnOrdersOut = true }
        let first = try #require(driver.alert(Self.entry(1, "a")).first)
        driver.leave(first)
        let second = try #require(driver.alert(Self.entry(1, "b")).first)
        #expect(driver.desk.clearance(for: second.id, at: driver.now) != .recheck)
        driver.leave(first)  // again: what must never be
        #expect(driver.desk.clearance(for: second.id, at: driver.now) == .recheck)
        driver.step(.recheck(second.id))
        #expect(driver.reason(second)?.code == LimitKind.ordersOut.rawValue)
        #expect(driver.desk.haltsInForce.map(\.scope) == [.client])
        #expect(driver.alert(Self.entry(1, "c")).first?.state.reason?.tag == .tradingHalted)
    }

    // MARK: What never is held back

    @Test func `an exit passes every limit`() throws {
        var driver = Self.driver { _ in }
        try driver.hold(100)
        var strict = DeskSettings.sample { settings in
            settings.limits.restricted = ["NFO"]
            settings.limits.allowed = ["NSE"]
            settings.limits.blocksSelfCrossing = true
            settings.limits.haltsOnOrdersOut = true
        }
        strict.limits.client.orderQuantity = 1
        strict.limits.client.orderValue = .rupees(1)
        strict.limits.client.priceCollar = 1
        strict.limits.client.openOrders = 1
        strict.limits.client.ordersPerSecond = 1
        strict.limits.client.ordersPerMinute = 1
        strict.limits.client.ordersPerDay = 1
        strict.limits.client.instrumentPosition = 1
        strict.limits.client.strategyPosition = 1
        strict.limits.client.grossExposure = .rupees(1)
        driver.restart(strict)
        driver.readBooks()
        let exit = try #require(driver.alert(.exit([.exit(type: .limit, price: .rupees(1))])).first)
        #expect(exit.state == .sending)
        guard case .send = driver.desk.clearance(for: exit.id, at: driver.now) else {
            Issue.record("the exit is not cleared")
            return
        }
        #expect(driver.alert(Self.entry(1, .other)).first?.state.reason?.tag == .riskLimitsExceeded)
    }

    // MARK: Changes and taking back

    @Test func `a change is judged as the order that it would become`() throws {
        var driver = Self.driver { limits in
            limits.client.instrumentPosition = 150
            limits.client.openOrders = 1
        }
        let record = try driver.place(Self.entry(100))
        guard case .changeBlocked(_, let reason, _) = driver.change(record, quantity: 151) else {
            Issue.record("151 passed")
            return
        }
        #expect(reason.code == LimitKind.instrumentPosition.rawValue)
        #expect(reason.observed == "151")
        guard case .modifying = driver.change(record, quantity: 150) else {
            Issue.record("150 was blocked")
            return
        }
    }

    @Test func `what was not stored does not count`() throws {
        var driver = Self.driver { limits in
            limits.client.openOrders = 1
            limits.client.ordersPerMinute = 1
            limits.client.ordersPerDay = 1
            limits.client.repeatedOrders = 1
        }
        driver.commits = false
        _ = driver.alert(Self.entry())
        driver.rollBack()
        driver.commits = true
        #expect(driver.desk.riskView(at: driver.now).limits.allSatisfy { $0.used == 0 })
        expect(driver.alert(Self.entry()).first, nil)
        #expect(driver.desk.riskView(at: driver.now).limits.allSatisfy { $0.used == 1 && $0.left == 0 })
    }

    @Test func `without limits nothing is shown and nothing is counted`() {
        var driver = DeskDriver()
        _ = driver.alert(Self.entry())
        #expect(driver.desk.riskView(at: driver.now).limits.isEmpty)
    }
}
