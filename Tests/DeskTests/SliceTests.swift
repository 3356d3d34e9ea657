import Desk
import TestSupport
import Testing
import Trading

/// Orders above what the exchange takes in one go: cut, sent piece by piece, ended together.
@Suite struct SliceTests {
    private static func contract(_ instrument: Instrument, _ token: String) -> Contract {
        Contract(
            instrument: instrument,
            token: token,
            underlying: "SAMPLE",
            kind: .indexFuture,
            lot: 65,
            tick: Price(tenThousandths: 500)
        )
    }

    /// A desk that knows the exchange's limit, 1800 units unless a test says otherwise.
    private static func driver(largest: Int? = 1800, legs: DeskSettings.Legs = .together) -> DeskDriver {
        var driver = DeskDriver(settings(legs))
        teach(&driver, largest)
        return driver
    }

    private static func settings(_ legs: DeskSettings.Legs = .together, protects: Bool = false) -> DeskSettings {
        .sample { settings in
            if protects { settings.protection = MarketProtection() }
            settings.slicesOrders = true
            settings.legs = legs
        }
    }

    private static func teach(_ driver: inout DeskDriver, _ largest: Int?) {
        var builder = ContractTableBuilder()
        builder.add(contract(.sample, "22"))
        builder.add(contract(.other, "23"))
        driver.step(.contracts(builder.finish()))
        guard let largest else { return }
        for instrument in [Instrument.sample, .other] {
            driver.step(.security(instrument, SecurityReport(largestQuantity: largest)))
        }
    }

    private static func restart(_ driver: inout DeskDriver) {
        driver.restart(settings())
        teach(&driver, 1800)
    }

    private static func entry(_ quantity: Int = 3900) -> Alert { .sample(legs: [.sample(.buy, quantity)]) }
}

extension DeskDriver {
    /// The group's orders as they are now.
    fileprivate func pieces(_ record: OrderRecord) -> [OrderRecord] { desk.orders(of: record.command.group) ?? [] }

    fileprivate func states(_ record: OrderRecord) -> [StateWord] { pieces(record).map(\.state.word) }

    fileprivate func places(_ record: OrderRecord) -> Int {
        let ids = pieces(record).map(\.id)
        return actions.count { if case .place(let id, _, _) = $0 { ids.contains(id) } else { false } }
    }
}

extension SliceTests {
    @Test func `an entry goes in whole lots that sum to it, each when the one before was taken`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        #expect(first.command.askedQuantity == 3900)
        #expect(driver.pieces(first).map(\.quantity) == [1755, 1755, 390])
        #expect(driver.states(first) == [.sending, .received, .received])
        try driver.accept(first)
        #expect(driver.states(first) == [.working, .sending, .received])
        let second = driver.pieces(first)[1]
        #expect(second.command.slice == OrderSlice(of: first.id, number: 2))
        try driver.fill(driver.accept(second))
        #expect(driver.states(first) == [.working, .filled, .sending])
        try driver.fill(driver.accept(driver.pieces(first)[2]))
        try driver.fill(try #require(driver.order(first).state.brokerOrderID))
        #expect(driver.states(first) == [.filled, .filled, .filled])
        #expect(driver.held() == 3900)
        #expect(driver.places(first) == 3)
    }

    @Test func `an order up to the limit goes as it is, and one lot asks for no limit`() throws {
        var driver = Self.driver()
        #expect(driver.alert(Self.entry(1755)).map(\.state) == [.sending])
        var unknowing = Self.driver(largest: nil)
        #expect(unknowing.alert(Self.entry(65)).map(\.state) == [.sending])
        #expect(!unknowing.actions.contains(.security(.sample, urgent: false)))
    }

    @Test func `the limit is asked for once, and waited for a second`() throws {
        var driver = Self.driver(largest: nil)
        let order = try #require(driver.alert(Self.entry()).first)
        driver.wait(.milliseconds(500))
        driver.tick()
        #expect(driver.states(order) == [.received])
        #expect(driver.actions.count { $0 == .security(.sample, urgent: false) } == 1)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1800)))
        #expect(driver.states(order) == [.sending, .received, .received])

        var deaf = Self.driver(largest: nil)
        let whole = try #require(deaf.alert(Self.entry()).first)
        deaf.wait(.seconds(1))
        deaf.tick()
        #expect(deaf.states(whole) == [.sending])
        #expect(deaf.pieces(whole).map(\.quantity) == [3900])
    }

    @Test func `a refused piece ends those behind it, and a person is told`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        try driver.fill(driver.accept(first))
        driver.answer(driver.pieces(first)[1], .refused("RED:Margin", sessionExpired: false))
        #expect(driver.states(first) == [.filled, .rejected, .blocked])
        #expect(driver.pieces(first)[2].state.reason?.tag == .groupBlocked)
        #expect(driver.notifications.contains { $0.kind == .groupIncomplete })
        #expect(driver.places(first) == 2)
    }

    @Test func `an unconfirmed piece holds the next one until the books speak`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        try driver.loseAnswer(first)
        driver.wait(.seconds(5))
        driver.tick()
        #expect(driver.states(first) == [.unconfirmed, .received, .received])
        driver.readOrders()
        #expect(driver.states(first) == [.working, .sending, .received])
    }

    @Test func `a halt stops the pieces that have not gone`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        driver.step(.halt(Halt(scope: .client, by: "a person", reason: "enough", at: driver.now)))
        try driver.accept(first)
        #expect(driver.states(first) == [.working, .blocked, .blocked])
        #expect(driver.pieces(first)[1].state.reason?.tag == .tradingHalted)
    }

    @Test(arguments: [0, 1, 2]) func `cancelling any piece cancels all`(which: Int) throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        let number = try driver.accept(first)
        driver.step(.cancel(driver.pieces(first)[which].id))
        #expect(driver.states(first) == [.working, .sending, .notSent])
        #expect(driver.pieces(first).map(\.pending) == [.cancel, .cancel, nil])
        #expect(driver.actions.contains(.cancel(first.id, number)))
    }

    @Test func `an exit goes in pieces too, and a hung answer holds the next one for a second only`() throws {
        var driver = Self.driver()
        try driver.hold(1755)
        let more = driver.alert(.sample(.adjust, legs: [.sample(.buy, 1755)]))
        try driver.fill(driver.accept(try #require(more.first)))
        driver.readPositions()
        #expect(driver.held() == 3510)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        let exit = try #require(driver.alert(.exit()).first)
        #expect(driver.states(exit) == [.sending, .received, .received, .received])
        driver.wait(.milliseconds(999))
        driver.tick()
        #expect(driver.states(exit).filter { $0 == .sending }.count == 1)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.states(exit).filter { $0 == .sending }.count == 2)
        for _ in 0..<5 {
            for piece in driver.pieces(exit) where piece.state == .sending { try driver.fill(driver.accept(piece)) }
        }
        #expect(driver.pieces(exit).map(\.filled.quantity) == [975, 975, 975, 585])
        #expect(driver.held() == 0)
        #expect(driver.alert(.exit()).first?.state.reason?.tag == .noPosition)
    }

    @Test func `an exit's pieces behind a refused one still go`() throws {
        var driver = Self.driver()
        try driver.hold(1755)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        let exit = try #require(driver.alert(.exit()).first)
        driver.answer(exit, .refused("RED:RULE", sessionExpired: false))
        #expect(driver.states(exit) == [.rejected, .sending])
    }

    @Test func `the next leg goes after all the pieces of the one before it`() throws {
        var driver = Self.driver()
        let legs = [Alert.Leg.sample(.buy, 3510), .sample(.sell, 65, of: .other, index: 1)]
        let first = try #require(driver.alert(.sample(legs: legs)).first)
        #expect(driver.states(first) == [.sending, .received, .received])
        try driver.fill(driver.accept(first))
        #expect(driver.states(first) == [.filled, .sending, .sending])
        let places = driver.actions.compactMap { if case .place(let id, _, _) = $0 { id } else { nil } }
        #expect(places == [0, 2, 1].map { driver.pieces(first)[$0].id })
    }

    @Test func `an exit of the strategy stops an entry's pieces`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        try driver.fill(driver.accept(first))
        #expect(driver.states(first) == [.filled, .sending, .received])
        driver.alert(.exit())
        #expect(driver.states(first) == [.filled, .sending, .notSent])
        #expect(driver.pieces(first)[1].pending == .cancel)
    }

    @Test func `after a crash the pieces that never left go on, as long as the signal is young`() throws {
        for (age, states) in [
            (Duration.seconds(5), [StateWord.filled, .working, .sending]),
            (.seconds(61), [.filled, .working, .expired]),
        ] {
            var driver = Self.driver()
            let first = try #require(driver.alert(Self.entry()).first)
            try driver.fill(driver.accept(first))
            try driver.loseAnswer(driver.pieces(first)[1])
            Self.restart(&driver)
            driver.wait(age)
            driver.readBooks()
            driver.tick()
            #expect(driver.states(first) == states)
        }
    }

    @Test func `a piece that the books show was sent is not sent again after a crash`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        try driver.accept(first)
        // Its intent was lost with the crash, or a copy of the store was restored: the broker has it all the same.
        let third = driver.pieces(first)[2]
        driver.book.take(third)
        Self.restart(&driver)
        driver.readBooks()
        driver.tick()
        #expect(driver.places(first) == 2)
        #expect(try driver.order(third).state.word == .working)
    }

    @Test func `an entry in more pieces than anybody means is refused`() throws {
        var driver = Self.driver(largest: 65)
        let order = try #require(driver.alert(Self.entry(65 * 51)).first)
        #expect(order.state.reason?.tag == .validationFailed)
        #expect(order.state.reason?.code == "slices")
        #expect(driver.alert(Self.entry(65 * 50)).count == 50)
    }

    @Test func `legs that stand alone do not block each other by what they fill`() throws {
        var driver = Self.driver(legs: .alone)
        let legs = [Alert.Leg.sample(.buy, 3510), .sample(.buy, 65, of: .other, index: 1)]
        let first = try #require(driver.alert(.sample(legs: legs)).first)
        try driver.fill(driver.accept(first))
        try driver.fill(driver.accept(driver.pieces(first)[2]))
        #expect(driver.pieces(first).allSatisfy { $0.state.word != .blocked })
    }

    // MARK: Beside other orders

    private static func takeAll(_ driver: inout DeskDriver, _ order: OrderRecord) throws {
        for _ in 0..<6 {
            for piece in driver.pieces(order) where piece.state == .sending { try driver.fill(driver.accept(piece)) }
        }
    }

    @Test func `what fills late while an exit's pieces wait is closed too`() throws {
        var driver = Self.driver()
        try driver.hold(1755)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        let more = try #require(driver.alert(.sample(.adjust, legs: [.sample(.buy, 650)])).first)
        let number = try driver.loseAnswer(more)
        let exit = try #require(driver.alert(.exit()).first)
        try driver.fill(number)
        try Self.takeAll(&driver, exit)
        #expect(driver.held() == 0)
    }

    @Test func `a piece that an ended session refused is sent again, and no more than was asked is closed`() throws {
        var driver = Self.driver()
        try driver.hold(1755)
        try driver.fill(driver.accept(try #require(driver.alert(.sample(.adjust, legs: [.sample(.buy, 1755)])).first)))
        driver.readPositions()
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        let exit = try #require(driver.alert(.exit([.exit(1950)])).first)
        driver.answer(exit, .refused("Session Expired", sessionExpired: true))
        try Self.takeAll(&driver, exit)
        #expect(driver.held() == 3510 - 1950)
    }

    @Test func `that nobody could tell the limit replaces none that is known, not even yesterday's`() throws {
        var driver = Self.driver()
        driver.step(.security(.sample, SecurityReport(largestQuantity: nil)))
        let today = try #require(driver.alert(Self.entry()).first)
        #expect(driver.pieces(today).count == 3)
        let number = try driver.accept(today)
        driver.step(.cancel(today.id))
        try driver.cancelled(number)
        for piece in driver.pieces(today) where piece.state == .sending {
            driver.answer(piece, .refused("no", sessionExpired: false))
        }
        driver.wait(.seconds(86_400))
        driver.readBooks()
        let tomorrow = try #require(driver.alert(Self.entry()).first)
        driver.wait(.seconds(1))
        driver.readPositions()
        driver.tick()
        #expect(driver.pieces(tomorrow).count == 3)
    }

    @Test func `a leg that never went lets no other leg pass the guard`() throws {
        var driver = Self.driver()
        try driver.hold(65)
        try driver.place(.exit([.exit(type: .limit, price: .rupees(110))]))
        let legs = [Alert.Leg.sample(.buy, 65), .sample(.buy, 65, of: .other, index: 1)]
        let waiting = driver.alert(.sample(legs: legs))
        #expect(waiting.map(\.state) == [.received, .received])
        driver.step(.cancel(waiting[0].id))
        driver.tick()
        #expect(try driver.order(waiting[1]).state == .received)
    }

    @Test func `an entry waits for an exit whose pieces wait`() throws {
        var driver = Self.driver()
        try driver.hold(1755)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        driver.alert(.exit())
        #expect(driver.alert(.sample(legs: [.sample(.sell, 65, of: .other)])).first?.state == .received)
    }

    @Test func `a piece is priced when its turn comes, not while it waits`() throws {
        var driver = Self.driver()
        driver = DeskDriver(Self.settings(protects: true))
        Self.teach(&driver, 1800)
        driver.step(.quote(.sample, Quote(last: .rupees(200), receivedAt: driver.now)))
        let first = try #require(driver.alert(Self.entry()).first)
        try driver.loseAnswer(first)
        driver.wait(.seconds(5))
        driver.tick()
        #expect(driver.states(first) == [.unconfirmed, .received, .received])
    }

    @Test func `the next leg does not go alone when a piece before it came to nothing`() throws {
        let legs = [Alert.Leg.sample(.buy, 3510), .sample(.sell, 65, of: .other, index: 1)]
        var driver = Self.driver()
        let first = try #require(driver.alert(.sample(legs: legs)).first)
        try driver.loseAnswer(first)
        driver.wait(.seconds(61))
        driver.readPositions()
        driver.tick()
        #expect(driver.states(first) == [.unconfirmed, .blocked, .expired])

        let three = [Alert.Leg.sample(.buy, 3900), .sample(.sell, 65, of: .other, index: 1)]
        var other = Self.driver()
        let again = try #require(other.alert(.sample(legs: three)).first)
        try other.fill(other.accept(again))
        other.answer(other.pieces(again)[2], .refused("RED:Margin", sessionExpired: false))
        #expect(other.states(again) == [.filled, .blocked, .rejected, .blocked])
    }

    @Test func `a piece is cut again where the limit has become smaller`() throws {
        var driver = Self.driver()
        let first = try #require(driver.alert(Self.entry()).first)
        driver.step(.security(.sample, SecurityReport(largestQuantity: 1000)))
        try driver.fill(driver.accept(first))
        try Self.takeAll(&driver, first)
        #expect(driver.pieces(first).map(\.quantity) == [1755, 975, 390, 780])
        #expect(driver.held() == 3900)
    }
}
