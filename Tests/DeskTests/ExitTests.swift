import Desk
import TestSupport
import Testing
import Trading

/// `semantics.md`, "Exits": how much.
@Suite struct ExitQuantityTests {
    @Test func `a fill learned while the position book was read is nobody's difference`() throws {
        for counted in [true, false] {
            var driver = DeskDriver()
            let order = try driver.place(.sample())
            let began = driver.now
            driver.wait(.milliseconds(10))
            try driver.fill(try #require(order.state.brokerOrderID))
            driver.wait(.milliseconds(10))
            let row = PositionReport(position: .sample, net: counted ? 100 : 0, profit: .zero)
            driver.step(.positions(.known([row]), began: began))
            #expect(driver.desk.unattributed?.isEmpty == true, "counted: \(counted)")
            let more = PositionReport(position: .sample, net: 130, profit: .zero)
            driver.step(.positions(.known([more]), began: driver.now))
            #expect(driver.desk.unattributed?.map(\.quantity) == [30])
        }
    }

    @Test(arguments: [(Side.buy, Side.sell), (.sell, .buy)])
    func `an exit closes all that is held, whatever direction it names`(held: Side, closing: Side) throws {
        //
        var driver = DeskDriver()
        try driver.hold(75, held)
        var leg = Alert.Leg.exit()
        leg.side = held
        let exit = try #require(driver.alert(.exit([leg])).first)
        #expect(exit.state == .sending)
        #expect(exit.command.side == closing)
        #expect(exit.quantity == 75)
        #expect(exit.command.askedQuantity == nil)
    }

    @Test(arguments: [(30, 30), (100, 100), (170, 100)])
    func `an exit closes what is asked, at most what is owned`(asked: Int, quantity: Int) throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit([.exit(asked)])).first)
        #expect(exit.quantity == quantity)
        #expect(exit.command.askedQuantity == asked)
    }

    @Test func `own exits on their way count`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let first = try driver.place(.exit([.exit(30, type: .limit, price: .rupees(110))]))
        try driver.fill(try #require(first.state.brokerOrderID), 10)
        let second = try #require(driver.alert(.exit([.exit(type: .limit, price: .rupees(111))])).first)
        #expect(second.quantity == 70)
    }

    @Test(arguments: [false, true])
    func `an unconfirmed exit may be live and counts`(isPartial: Bool) throws {
        var driver = DeskDriver()
        try driver.hold()
        let first = try #require(driver.alert(.exit([.exit(isPartial ? 60 : nil)])).first)
        try driver.loseAnswer(first)
        let second = try #require(driver.alert(.exit()).first)
        #expect(second.quantity == (isPartial ? 40 : 0))
        guard !isPartial else { return }
        #expect(second.state.reason?.tag == .duplicateOrderBlocked)
        #expect(second.state.reason?.blocking == first.id)
    }

    @Test func `what is all being closed is a duplicate, naming the closing order`() throws {
        //
        var driver = DeskDriver()
        try driver.hold()
        let exits = (0..<10).compactMap { _ in driver.alert(.exit()).first }
        #expect(exits.map(\.state.word) == [.sending] + Array(repeating: .blocked, count: 9))
        #expect(exits.dropFirst().allSatisfy { $0.state.reason?.tag == .duplicateOrderBlocked })
        #expect(exits.dropFirst().allSatisfy { $0.state.reason?.blocking == exits[0].id })
    }

    @Test func `one strategy's exit leaves another's quantity alone`() throws {
        //
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(40, strategy: .other)
        let exit = try driver.place(.exit())
        #expect(exit.quantity == 100)
        try driver.fill(try #require(exit.state.brokerOrderID))
        #expect(driver.held(by: .other) == 40)
        #expect(driver.held() == 0)
    }

    @Test func `a partial exit leaves the rest`() throws {
        //
        var driver = DeskDriver()
        try driver.hold()
        let exit = try driver.place(.exit([.exit(50)]))
        try driver.fill(try #require(exit.state.brokerOrderID))
        #expect(driver.held() == 50)
        #expect(driver.alert(.exit()).first?.quantity == 50)
    }

    @Test(arguments: [ExecutionType.exit, .adjust])
    func `nothing held and nothing working is no position`(type: ExecutionType) throws {
        guard type == .exit else { return }
        var driver = DeskDriver()
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state.reason?.tag == .noPosition)
        #expect(driver.actions.isEmpty)
    }
}

/// `semantics.md`, "Exits": room at the broker.
@Suite struct ExitRoomTests {
    /// The strategy owns 100; the broker shows something else.
    private func driver(net: Int) throws -> DeskDriver {
        var driver = DeskDriver()
        try driver.hold()
        driver.wait(.seconds(1))
        driver.step(.positions(.known([PositionReport(position: .sample, net: net, profit: .zero)]), began: driver.now))
        return driver
    }

    @Test(arguments: [(100, 100), (60, 60), (250, 100), (1, 1)])
    func `an exit never sells more than the broker holds`(net: Int, quantity: Int) throws {
        var driver = try driver(net: net)
        #expect(driver.alert(.exit()).first?.quantity == quantity)
    }

    @Test(arguments: [0, -40])
    func `a position closed by hand leaves no room`(net: Int) throws {
        var driver = try driver(net: net)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state.reason?.tag == .noPosition)
        #expect(exit.state.reason?.code == "no_room")
    }

    @Test func `an older book has no say`() throws {
        var late = try driver(net: 10)
        late.wait(.milliseconds(30_001))
        #expect(late.alert(.exit()).first?.quantity == 100)
    }

    @Test func `a book from before the exit is read once more before it cuts the exit short`() throws {
        var driver = try driver(net: 10)
        driver.wait(.seconds(20))
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        driver.wait(.milliseconds(50))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 40, profit: .zero)]), began: driver.now))
        #expect(driver.desk.order(exit.id)?.quantity == 40)
    }

    @Test func `an exit does not wait longer than three seconds for that book`() throws {
        var driver = try driver(net: 10)
        driver.wait(.seconds(20))
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.milliseconds(2999))
        driver.step(.tick)
        #expect(driver.desk.order(exit.id)?.state == .received)
        driver.wait(.milliseconds(1))
        driver.step(.tick)
        #expect(driver.desk.order(exit.id)?.quantity == 10)
    }

    @Test func `a fill that the book may have counted or not makes an exit wait, and never stops it`() throws {
        var driver = DeskDriver()
        let entry = try driver.place(.sample(legs: [.sample(.sell)]))
        driver.wait(.seconds(1))
        let began = driver.now
        driver.wait(.milliseconds(1))
        try driver.fill(try #require(entry.state.brokerOrderID))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 0, profit: .zero)]), began: began))
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        #expect(driver.actions.last == .read(.positions))
        driver.wait(.seconds(3))
        driver.step(.tick)
        #expect(driver.desk.order(exit.id)?.quantity == 100)
        #expect(driver.desk.clearance(for: exit.id, at: driver.now) != .recheck)
    }

    @Test func `an implausible book has no say`() throws {
        var driver = try driver(net: 60)
        driver.wait(.seconds(1))
        driver.step(.positions(.empty, began: driver.now))
        #expect(driver.alert(.exit()).first?.quantity == 100)
    }

    @Test func `a desk that never saw the position book exits what it owns`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.restart()
        #expect(driver.alert(.exit()).first?.quantity == 100)
    }

    @Test func `fills learned since the read began correct it`() throws {
        var driver = DeskDriver()
        let entry = try driver.place(.sample())
        let number = try #require(entry.state.brokerOrderID)
        driver.wait(.seconds(1))
        driver.readPositions()
        driver.wait(.milliseconds(1))
        try driver.fill(number, 70)
        #expect(driver.alert(.exit([.exit(69)])).first?.quantity == 69)
    }

    @Test func `what others hold the other way is room, what is external is not`() throws {
        var driver = DeskDriver(.sample { $0.crossStrategy = .netting })
        try driver.hold(100)
        try driver.hold(100, .sell, strategy: .other)
        driver.wait(.seconds(1))
        driver.readPositions()
        #expect(driver.alert(.exit()).first?.quantity == 100)
        var manual = DeskDriver(.sample { $0.crossStrategy = .netting })
        try manual.hold(100)
        try manual.tradeOutside(.sell, 60)
        manual.wait(.seconds(1))
        manual.readPositions()
        #expect(manual.alert(.exit()).first?.quantity == 40)
    }

    @Test func `others' exits on their way take from the room`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(100, strategy: .other)
        driver.step(.positions(.known([PositionReport(position: .sample, net: 150, profit: .zero)]), began: driver.now))
        driver.wait(.milliseconds(1))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 150, profit: .zero)]), began: driver.now))
        driver.readOrders()
        try driver.place(.exit(strategy: .other))
        #expect(driver.alert(.exit()).first?.quantity == 50)
    }

    /// The cancelled one may close nothing any more; without an answer for three seconds it is taken for that.
    @Test(arguments: [true, false])
    func `an exit waits for another strategy's that is being cancelled`(isConfirmed: Bool) throws {
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(100, strategy: .other)
        let resting = try driver.place(.exit([.exit(type: .stopMarket, trigger: .rupees(95))], strategy: .other))
        driver.wait(.seconds(1))
        driver.readOrders()
        driver.step(.positions(.known([PositionReport(position: .sample, net: 150, profit: .zero)]), began: driver.now))
        driver.step(.cancel(resting.id))
        driver.wait(.milliseconds(10))
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.milliseconds(10))
        driver.readOrders()
        driver.step(.positions(.known([PositionReport(position: .sample, net: 150, profit: .zero)]), began: driver.now))
        driver.tick()
        #expect(driver.state(exit) == .received)
        if isConfirmed { try driver.cancelled(try #require(resting.state.brokerOrderID)) }
        driver.wait(isConfirmed ? .milliseconds(10) : .seconds(3))
        driver.tick()
        #expect(try driver.order(exit).quantity == 100)
    }

    @Test func `a position book that is ahead of what is known of others' exits stops no exit`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(100, strategy: .other)
        let other = try driver.place(.exit(strategy: .other))
        driver.wait(.seconds(1))
        try driver.fillUnseen(try #require(other.state.brokerOrderID))
        driver.readPositions()
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        #expect(driver.actions.last == .read(.orders))
        driver.wait(.milliseconds(50))
        driver.readOrders()
        #expect(driver.state(exit) == .received)
        driver.tick()
        #expect(driver.actions.last == .read(.positions))
        driver.wait(.milliseconds(50))
        driver.readPositions()
        #expect(driver.desk.order(exit.id)?.quantity == 100)
    }

    @Test func `an exit does not wait longer than three seconds for books that agree`() throws {
        var driver = DeskDriver()
        try driver.hold(100)
        try driver.hold(100, strategy: .other)
        let other = try driver.place(.exit(strategy: .other))
        driver.wait(.seconds(1))
        try driver.fillUnseen(try #require(other.state.brokerOrderID))
        driver.readPositions()
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(driver.state(exit) == .received)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.desk.order(exit.id)?.quantity == 100)
    }

    @Test func `the quantity is capped again at the moment of sending`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        #expect(
            driver.desk.clearance(for: exit.id, at: driver.now)
                == .send(Placement(command: exit.command, quantity: 100))
        )
        driver.wait(.seconds(1))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 60, profit: .zero)]), began: driver.now))
        #expect(driver.desk.clearance(for: exit.id, at: driver.now) == .recheck)
        driver.step(.recheck(exit.id))
        #expect(try driver.order(exit).quantity == 60)
        #expect(driver.placements(of: exit) == 2)
        #expect(
            driver.desk.clearance(for: exit.id, at: driver.now) == .send(Placement(command: exit.command, quantity: 60))
        )
    }

    @Test func `an exit never adds to a position that was turned round by a fill above what was ordered`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let first = try driver.place(.exit([.exit(60)]))
        let second = try #require(driver.alert(.exit([.exit(40)])).first)
        #expect(second.state == .sending)
        try driver.fill(try #require(first.state.brokerOrderID), 150)
        #expect(driver.held() == -50)
        #expect(driver.desk.clearance(for: second.id, at: driver.now) == .recheck)
        driver.step(.recheck(second.id))
        #expect(driver.state(second) == .notSent)
        #expect(driver.placements(of: second) == 1, "queued, and taken out again")
    }

    @Test func `nor does one that waits`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let resting = try driver.place(.exit([.exit(60, type: .limit, price: .rupees(95))]))
        let waiting = try #require(driver.alert(.exit()).first)
        #expect(waiting.state == .received)
        try driver.fill(try #require(resting.state.brokerOrderID), 150)
        #expect(driver.held() == -50)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.reason(waiting)?.code == "no_position")
        #expect(driver.placements(of: waiting) == 0)
    }

    @Test func `delivery of earlier days is closed though the position book does not show it`() throws {
        var driver = DeskDriver()
        let delivery = PositionKey(.sample, .delivery)
        try driver.hold(100, of: delivery)
        driver.wait(.seconds(1))
        driver.step(.positions(.known([PositionReport(position: delivery, net: 0, profit: .zero)]), began: driver.now))
        #expect(driver.alert(.exit()).first?.quantity == 100)
    }

    @Test func `before its first byte the books are read once more, too, before they cut an exit short`() throws {
        for isGone in [true, false] {
            var driver = DeskDriver()
            try driver.hold()
            let exit = try #require(driver.alert(.exit()).first)
            driver.wait(.seconds(1))
            driver.step(
                .positions(.known([PositionReport(position: .sample, net: 0, profit: .zero)]), began: driver.now)
            )
            driver.wait(.seconds(9))
            let placements = driver.placements(of: exit)
            driver.step(.recheck(exit.id))
            #expect(driver.state(exit) == .sending)
            #expect(driver.actions.last == .read(.positions))
            #expect(driver.placements(of: exit) == placements)
            driver.wait(.milliseconds(50))
            if isGone { try driver.tradeOutside(.sell, 100) }
            driver.readBooks()
            driver.tick()
            #expect(driver.state(exit) == (isGone ? .notSent : .sending))
            #expect(driver.placements(of: exit) == placements + (isGone ? 0 : 1))
        }
    }

    @Test func `before its first byte no exit waits longer than three seconds for a book`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(1))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 0, profit: .zero)]), began: driver.now))
        driver.wait(.seconds(9))
        driver.step(.recheck(exit.id))
        driver.wait(.milliseconds(2999))
        driver.tick()
        #expect(driver.state(exit) == .sending)
        driver.wait(.milliseconds(1))
        driver.tick()
        #expect(driver.reason(exit)?.code == "no_room")
    }

    @Test func `an exit whose position is gone is dropped before its first byte`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(1))
        driver.step(.positions(.known([PositionReport(position: .sample, net: 0, profit: .zero)]), began: driver.now))
        driver.step(.recheck(exit.id))
        #expect(driver.state(exit) == .notSent)
        #expect(driver.reason(exit)?.tag == .noPosition)
    }
}

/// `semantics.md`, "Exits": which positions.
@Suite struct ExitTargetTests {
    static let intraday = PositionKey(.sample, .intraday)
    static let elsewhere = PositionKey(Instrument("BFO", "BANKNIFTY29DEC26F"), .margin)

    /// Holds the same symbol in two products and on two exchanges, and another symbol.
    private func driver() throws -> DeskDriver {
        var driver = DeskDriver()
        let positions = [PositionKey.sample, Self.intraday, Self.elsewhere, .other]
        for position in positions {
            let record = try driver.place(.sample(.adjust, legs: [.sample(of: position)]))
            try driver.fill(try #require(record.state.brokerOrderID))
        }
        driver.readPositions()
        return driver
    }

    @Test func `an absent exchange and product match whatever is held in the symbol`() throws {
        var driver = try driver()
        let exits = driver.alert(.exit())
        #expect(Set(exits.map(\.command.position)) == [.sample, Self.intraday, Self.elsewhere])
        #expect(exits.allSatisfy { $0.state == .sending && $0.quantity == 100 })
        #expect(Set(exits.map(\.command.group)).count == 1)
        #expect(exits.map(\.command.leg) == [1, 2, 3])
    }

    @Test func `a named exchange and product match only those`() throws {
        var driver = try driver()
        #expect(driver.alert(.exit([.exit(exchange: "BFO")])).map(\.command.position) == [Self.elsewhere])
        #expect(driver.alert(.exit([.exit(product: .intraday)])).map(\.command.position) == [Self.intraday])
    }

    @Test func `no legs is everything the strategy holds`() throws {
        var driver = try driver()
        try driver.hold(strategy: .other)
        let exits = driver.alert(.exit([]))
        #expect(Set(exits.map(\.command.position)) == [.sample, Self.intraday, Self.elsewhere, .other])
        #expect(exits.allSatisfy { $0.command.strategy == .sample })
    }

    @Test func `no legs and nothing held is an alert without orders`() {
        var driver = DeskDriver()
        #expect(driver.alert(.exit([])).isEmpty)
        #expect(driver.placements == 0)
    }

    @Test func `a symbol that is not held has its row`() throws {
        var driver = try driver()
        let exits = driver.alert(.exit([.exit(of: Instrument("NFO", "UNHEARD"))]))
        #expect(exits.map { $0.state.reason?.tag } == [.noPosition])
    }
}

/// `semantics.md`, "Exits": what stands in the way.
@Suite struct ExitMakesWayTests {
    /// An entry of which 40 of 100 are filled.
    private func partlyFilled() throws -> (DeskDriver, entry: OrderRecord, number: BrokerOrderID) {
        var driver = DeskDriver()
        let entry = try driver.place(.sample(legs: [.sample(type: .limit, price: .rupees(100))]))
        let number = try #require(entry.state.brokerOrderID)
        try driver.fill(number, 40)
        return (driver, entry, number)
    }

    @Test func `a full exit cancels the open entry and waits for that`() throws {
        var (driver, entry, number) = try partlyFilled()
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        #expect(driver.cancels(of: entry) == 1)
        #expect(try driver.order(entry).pending == .cancel)
        driver.step(.cancelAnswer(entry.id, .accepted))
        #expect(driver.state(exit) == .received)
        try driver.cancelled(number)
        #expect(driver.state(entry) == .cancelled)
        #expect(try driver.order(exit).quantity == 40)
        #expect(driver.placements(of: exit) == 1)
    }

    @Test func `fills that come before the cancel are closed with the rest`() throws {
        var (driver, _, number) = try partlyFilled()
        let exit = try #require(driver.alert(.exit()).first)
        try driver.fill(number, 25)
        try driver.cancelled(number)
        #expect(try driver.order(exit).quantity == 65)
    }

    @Test func `a fill that comes after the cancel is closed by a SYSTEM command of the same group`() throws {
        //
        var (driver, _, number) = try partlyFilled()
        let exit = try #require(driver.alert(.exit()).first)
        try driver.cancelled(number)
        try driver.accept(exit)
        driver.wait(.seconds(1))
        let late = try driver.fillUnseen(number, 25)
        try driver.push(number, fill: late)
        let further = try #require(driver.records.last)
        #expect(further.command.source == .system)
        #expect(further.command.group == exit.command.group)
        #expect(further.command.executionType == .exit)
        #expect(further.command.side == .sell)
        #expect(further.quantity == 25)
        #expect(further.state == .sending)
        #expect(driver.notified(.lateFill).count == 1)
        #expect(driver.desk.orders(of: exit.command.group)?.map(\.id) == [exit.id, further.id])
    }

    @Test func `a partial exit leaves open entries alone`() throws {
        var (driver, entry, _) = try partlyFilled()
        let exit = try #require(driver.alert(.exit([.exit(30)])).first)
        #expect(exit.state == .sending)
        #expect(exit.quantity == 30)
        #expect(driver.cancels(of: entry) == 0)
    }

    @Test func `an exit of an entry that is not filled at all cancels it`() throws {
        var driver = DeskDriver()
        let entry = try driver.place(.sample())
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        try driver.cancelled(try #require(entry.state.brokerOrderID))
        #expect(driver.reason(exit)?.tag == .noPosition)
    }

    @Test func `an exit of an entry that waits ends it unsent`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(40))
        let entry = try #require(driver.alert(.sample()).first)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(driver.state(entry) == .notSent)
        #expect(exit.state.reason?.tag == .noPosition)
        driver.readPositions()
        #expect(driver.placements == 0)
    }

    @Test func `an entry in its lane is dropped for an exit`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        #expect(driver.desk.clearance(for: entry.id, at: driver.now) == .recheck)
        driver.step(.recheck(entry.id))
        #expect(driver.state(entry) == .notSent)
        #expect(driver.reason(exit)?.tag == .noPosition)
    }

    @Test func `an entry on the wire is cancelled once its number is known`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        driver.alert(.exit())
        #expect(driver.cancels(of: entry) == 0)
        try driver.accept(entry)
        #expect(driver.cancels(of: entry) == 1)
    }

    @Test func `an unconfirmed entry is cancelled when it is found`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(entry)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .received)
        #expect(driver.cancels(of: entry) == 0)
        try driver.push(number)
        #expect(driver.cancels(of: entry) == 1)
    }

    @Test func `an exit that waits for an unconfirmed entry closes what that turns out to be`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(entry)
        let exit = try #require(driver.alert(.exit()).first)
        driver.wait(.seconds(1))
        try driver.fill(number)
        #expect(driver.state(entry) == .filled)
        #expect(try driver.order(exit).state == .sending)
        #expect(try driver.order(exit).quantity == 100)
        #expect(driver.records.count == 2)
    }

    @Test func `an exit that waits for an entry proved absent has no position`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        driver.answer(entry, .unanswered("timed out"))
        let exit = try #require(driver.alert(.exit()).first)
        driver.watch(seconds: 16)
        #expect(driver.state(entry) == .notSent)
        #expect(driver.reason(exit)?.tag == .noPosition)
        // It was there after all: what it fills is closed all the same.
        driver.wait(.seconds(1))
        try driver.fill(driver.book.take(entry), 30)
        #expect(driver.records.last?.command.source == .system)
        #expect(driver.records.last?.quantity == 30)
    }

    @Test func `a late fill is closed after a restart too`() throws {
        var (driver, _, number) = try partlyFilled()
        let exit = try #require(driver.alert(.exit()).first)
        driver.restart()
        driver.wait(.seconds(1))
        try driver.fill(number, 25)
        #expect(driver.state(exit) == .received)
        #expect(driver.records.last?.command.group == exit.command.group)
        #expect(driver.records.last?.quantity == 65)
        #expect(driver.records.last?.state == .sending)
    }

    @Test func `what fills on an unconfirmed entry is closed too`() throws {
        var driver = DeskDriver()
        let held = try driver.place(.sample(.adjust, legs: [.sample(.buy, 50)]))
        try driver.fill(try #require(held.state.brokerOrderID))
        let more = try #require(driver.alert(.sample(.adjust, legs: [.sample(.buy, 30)])).first)
        let number = try driver.loseAnswer(more)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.quantity == 50)
        try driver.accept(exit)
        driver.wait(.seconds(1))
        try driver.fill(number)
        let further = try #require(driver.records.last)
        #expect(further.command.source == .system)
        #expect(further.command.group == exit.command.group)
        #expect(further.quantity == 30)
    }

    @Test func `a refused cancel lets the exit go with what is held`() throws {
        var (driver, entry, number) = try partlyFilled()
        let exit = try #require(driver.alert(.exit()).first)
        driver.step(.cancelAnswer(entry.id, .refused("ORA:Order not found to Cancel")))
        #expect(try driver.order(exit).quantity == 40)
        #expect(driver.state(entry) == .working)
        try driver.accept(exit)
        driver.wait(.seconds(1))
        try driver.fill(number)
        #expect(driver.records.last?.quantity == 60)
        #expect(driver.records.last?.command.source == .system)
    }

    @Test func `another strategy's orders are left alone`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let other = try driver.place(.sample(strategy: .other))
        #expect(driver.alert(.exit()).first?.state == .sending)
        #expect(driver.cancels(of: other) == 0)
    }

    @Test(arguments: [
        (OrderType.stopMarket, OrderType.market, true), (.stopLimit, .limit, true), (.limit, .market, true),
        (.limit, .limit, false), (.limit, .stopMarket, false), (.stopMarket, .stopLimit, false),
    ])
    func `own resting exits make way for a more urgent one only`(
        resting: OrderType,
        new: OrderType,
        makesWay: Bool
    ) throws {
        func leg(_ type: OrderType) -> Alert.Leg {
            .exit(
                type: type,
                price: type.hasLimit ? .rupees(95) : .zero,
                trigger: type.hasTrigger ? .rupees(96) : .zero
            )
        }
        var driver = DeskDriver()
        try driver.hold()
        let first = try driver.place(.exit([leg(resting)]))
        let second = try #require(driver.alert(.exit([leg(new)])).first)
        #expect(driver.cancels(of: first) == (makesWay ? 1 : 0))
        #expect(second.state.word == (makesWay ? .received : .blocked))
        guard makesWay else {
            #expect(second.state.reason?.blocking == first.id)
            return
        }
        try driver.fill(try #require(first.state.brokerOrderID), 30)
        #expect(driver.state(second) == .received)
        try driver.cancelled(try #require(first.state.brokerOrderID))
        #expect(try driver.order(second).quantity == 70)
    }

    @Test func `a resting exit in its lane is dropped for a more urgent one`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let resting = try #require(driver.alert(.exit([.exit(type: .limit, price: .rupees(95))])).first)
        let urgent = try #require(driver.alert(.exit()).first)
        #expect(urgent.state == .received)
        driver.step(.recheck(resting.id))
        #expect(driver.state(resting) == .notSent)
        #expect(try driver.order(urgent).quantity == 100)
    }

    @Test func `an exit whose cancel came too late is not sent beside the one that filled`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let resting = try driver.place(.exit([.exit(type: .stopMarket, trigger: .rupees(95))]))
        let urgent = try #require(driver.alert(.exit()).first)
        driver.step(.cancelAnswer(resting.id, .refused("SAF:order is not open to cancel")))
        #expect(driver.actions.contains(.read(.orders)))
        try driver.fill(try #require(resting.state.brokerOrderID))
        #expect(driver.held() == 0)
        #expect(driver.reason(urgent)?.tag == .noPosition)
        #expect(driver.placements(of: urgent) == 0)
    }

    /// The exchange had ended it already, which a refusal does not tell.
    @Test(arguments: [true, false])
    func `a refused cancel is no proof that the other exit still works`(hasEnded: Bool) throws {
        var driver = DeskDriver()
        try driver.hold()
        let resting = try driver.place(.exit([.exit(type: .stopMarket, trigger: .rupees(95))]))
        let urgent = try #require(driver.alert(.exit()).first)
        driver.wait(.milliseconds(10))
        driver.step(.cancelAnswer(resting.id, .refused("SAF:order is not open to cancel")))
        driver.tick()
        #expect(driver.state(urgent) == .received)
        if hasEnded { driver.book.cancel(try #require(resting.state.brokerOrderID)) }
        driver.wait(.milliseconds(10))
        driver.readOrders()
        #expect(try driver.order(urgent).quantity == (hasEnded ? 100 : 0))
        #expect(driver.reason(urgent)?.tag == (hasEnded ? nil : .duplicateOrderBlocked))
    }

    @Test func `without an order book the word of a refused cancel counts after three seconds`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let resting = try driver.place(.exit([.exit(type: .stopMarket, trigger: .rupees(95))]))
        let urgent = try #require(driver.alert(.exit()).first)
        driver.step(.cancelAnswer(resting.id, .refused("SAF:order is not open to cancel")))
        driver.wait(.seconds(3))
        driver.tick()
        #expect(driver.reason(urgent)?.tag == .duplicateOrderBlocked)
    }

    @Test func `two exits that wait close no more than is held`() throws {
        var (driver, _, number) = try partlyFilled()
        let first = try #require(driver.alert(.exit()).first)
        let second = try #require(driver.alert(.exit()).first)
        try driver.cancelled(number)
        #expect(try driver.order(first).quantity == 40)
        #expect(driver.reason(second)?.tag == .duplicateOrderBlocked)
        #expect(driver.reason(second)?.blocking == first.id)
    }
}

@Suite struct ExitFailureTests {
    @Test func `a group that ends partly done is critical`() throws {
        var driver = DeskDriver()
        let legs = driver.alert(.sample(legs: [.sample(), .sample(.sell, of: .other, index: 1)]))
        try driver.fill(driver.accept(legs[0]))
        #expect(driver.notified(.groupIncomplete).isEmpty)
        driver.answer(legs[1], .refused("RED:Margin shortfall", sessionExpired: false))
        #expect(driver.notified(.groupIncomplete).map(\.severity) == [.critical])
        #expect(driver.records.count == 2, "nothing is undone by itself")
    }

    @Test func `a group that comes to nothing is no half-done one`() throws {
        var driver = DeskDriver()
        let legs = driver.alert(.sample(legs: [.sample(), .sample(.sell, of: .other, index: 1)]))
        for leg in legs { driver.answer(leg, .refused("RED:Margin shortfall", sessionExpired: false)) }
        #expect(driver.notified(.groupIncomplete).isEmpty)
    }

    @Test func `a refused exit is critical`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        driver.answer(exit, .refused("RED:Margin shortfall", sessionExpired: false))
        #expect(driver.state(exit) == .rejected)
        #expect(driver.notified(.exitFailed).map(\.severity) == [.critical])
        #expect(driver.records.count == 2)
    }

    @Test func `an exit refused by an expired session is reissued as a new command`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let leg = Alert.Leg.exit(60, type: .limit, price: .rupees(110))
        let exit = try #require(driver.alert(.exit([leg])).first)
        driver.answer(exit, .refused("Session Expired :  Invalid Session Key", sessionExpired: true))
        let again = try #require(driver.records.last)
        #expect(driver.state(exit) == .rejected)
        #expect(again.id != exit.id)
        #expect(again.state == .sending)
        #expect(again.quantity == 60)
        #expect(again.command.price == .rupees(110))
        #expect(again.command.source == .system)
        #expect(again.command.group == exit.command.group)
        #expect(driver.placements(of: exit) == 1)
    }

    @Test func `an exit refused because of the broker's own limit of calls is reissued, an entry is not`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let exit = try #require(driver.alert(.exit()).first)
        driver.answer(exit, .throttled("exceeds Limit 10 for user"))
        #expect(driver.state(exit) == .rejected)
        #expect(driver.reason(exit)?.text == "exceeds Limit 10 for user")
        let again = try #require(driver.records.last)
        #expect(again.id != exit.id && again.state == .sending && again.quantity == 100)
        let count = driver.records.count
        let entry = try #require(driver.alert(.sample(strategy: .other, legs: [.sample(of: .other)])).first)
        driver.answer(entry, .throttled("exceeds Limit 10 for user"))
        #expect(driver.state(entry) == .rejected)
        #expect(driver.records.count == count + 1)
    }

    @Test func `an exit refused over and over never closes more than is held`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.alert(.exit())
        for _ in 0..<20 {
            let exit = try #require(driver.records.last)
            driver.answer(exit, .refused("Session Expired :  Invalid Session Key", sessionExpired: true))
        }
        #expect(driver.records.filter { $0.isExit && $0.state == .sending }.map(\.quantity) == [100])
    }

    @Test func `an entry refused by an expired session is not`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        driver.answer(entry, .refused("Session Expired :  Invalid Session Key", sessionExpired: true))
        #expect(driver.state(entry) == .rejected)
        #expect(driver.records.count == 1)
    }
}
