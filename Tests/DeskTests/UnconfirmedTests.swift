import Desk
import TestSupport
import Testing
import Trading

/// found by its tag, from any evidence, in any order.
@Suite struct AdoptionTests {
    enum Way: CaseIterable {
        case push, fillPush, orders, trades, tradesThenOrders, ordersThenTrades
    }

    @Test(arguments: Way.allCases)
    func `an unanswered order that the broker has is found by its tag`(way: Way) throws {
        //
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(record)
        #expect(driver.state(record) == .unconfirmed)
        #expect(driver.actions.last == .read(.orders))
        #expect(driver.alert(.sample(legs: [.sample(of: .other)])).first?.state.reason?.blocking == record.id)
        if way != .push, way != .orders { driver.book.fill(number) }
        driver.wait(.seconds(1))
        switch way {
        case .push: try driver.push(number)
        case .fillPush: try driver.push(number, fill: try #require(driver.book[number]?.fills.first))
        case .orders: driver.readOrders()
        case .trades: driver.readTrades()
        case .tradesThenOrders:
            driver.readTrades()
            driver.readOrders()
        case .ordersThenTrades:
            driver.readOrders()
            driver.readTrades()
        }
        #expect(try driver.order(record).state.brokerOrderID == number)
        #expect(driver.notified(.confirmed).count == 1)
        if way == .push || way == .orders { try driver.fill(number) }
        #expect(driver.state(record) == .filled)
        #expect(driver.held() == 100)
        driver.watch(seconds: 40)
        #expect(driver.placements == 1)
        #expect(driver.records.count == 2)
    }

    @Test func `an order accepted without a number is found by its tag`() throws {
        // the boundary answers `unanswered` for an Ok without number.
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        driver.answer(record, .unanswered("Ok without norenordno"))
        driver.readOrders()
        #expect(try driver.order(record).state == .working(number))
    }

    @Test func `an order that was rejected meanwhile ends rejected`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(record)
        driver.book.reject(number)
        driver.readOrders()
        #expect(driver.state(record) == .rejected)
    }

    @Test func `an unconfirmed order is reported after thirty seconds, once`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        for second in 1...40 {
            driver.wait(.seconds(1))
            driver.tick()
            #expect(driver.notified(.unconfirmed).count == (second < 30 ? 0 : 1))
        }
    }
}

/// A-20 and `semantics.md`, "Unconfirmed, and how it ends": every condition, and each of them missing.
@Suite struct AbsenceTests {
    private func unconfirmed(_ settings: DeskSettings = .sample()) throws -> (DeskDriver, OrderRecord) {
        var driver = DeskDriver(settings)
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        return (driver, record)
    }

    @Test func `order books of a while ago prove nothing of an order that came since`() throws {
        var (driver, record) = try unconfirmed()
        for _ in 0..<20 {
            driver.wait(.seconds(1))
            driver.readOrders()
        }
        driver.wait(.milliseconds(5001))
        driver.readTrades()
        driver.readPositions()
        driver.tick()
        #expect(driver.state(record) == .unconfirmed)
        driver.readOrders()
        #expect(driver.state(record) == .notSent)
    }

    @Test func `an order that all books lack, long and often enough, was not sent`() throws {
        //
        var (driver, record) = try unconfirmed()
        driver.watch(seconds: 14)
        #expect(driver.state(record) == .unconfirmed)
        driver.watch(seconds: 2)
        #expect(driver.state(record) == .notSent)
        #expect(driver.reason(record)?.code == "proved_absent")
        #expect(driver.notified(.notSent).count == 1)
        driver.watch(seconds: 60)
        #expect(driver.placements == 1)
        #expect(driver.records.count == 1)
    }

    /// Shows the books at the seconds given and says how the order stands after a minute.
    private func state(
        orders: [Int],
        trades: [Int],
        positions: [Int],
        net: Int = 0,
        _ settings: DeskSettings = .sample()
    ) throws -> StateWord? {
        var (driver, record) = try unconfirmed(settings)
        driver.book.carried[.sample] = net == 0 ? nil : net
        for second in 1...60 {
            driver.wait(.seconds(1))
            if orders.contains(second) { driver.readOrders() }
            if trades.contains(second) { driver.readTrades() }
            if positions.contains(second) { driver.readPositions() }
            driver.tick()
        }
        return driver.state(record)
    }

    @Test func `three order books, one trade book and the position are enough`() throws {
        #expect(try state(orders: [5, 9, 15], trades: [15], positions: [15]) == .notSent)
        #expect(try state(orders: [1, 2, 20], trades: [16], positions: [18]) == .notSent)
    }

    @Test func `two order books are not`() throws {
        #expect(try state(orders: [5, 20], trades: [16], positions: [18]) == .unconfirmed)
    }

    @Test func `three order books within less than ten seconds are not`() throws {
        #expect(try state(orders: [11, 15, 20], trades: [16], positions: [18]) == .unconfirmed)
        #expect(try state(orders: [10, 15, 20], trades: [16], positions: [18]) == .notSent)
    }

    @Test func `a last order book before absence_after has passed is not`() throws {
        #expect(try state(orders: [1, 5, 14], trades: [16], positions: [18]) == .unconfirmed)
    }

    @Test func `a missing trade book is missing, and an early one too`() throws {
        #expect(try state(orders: [1, 5, 20], trades: [], positions: [18]) == .unconfirmed)
        #expect(try state(orders: [1, 5, 20], trades: [14], positions: [18]) == .unconfirmed)
    }

    @Test func `a position that differs from the ledger keeps the question open`() throws {
        #expect(try state(orders: [1, 5, 20], trades: [16], positions: [18], net: 100) == .unconfirmed)
    }

    @Test func `a position book from before the call is none`() throws {
        #expect(try state(orders: [1, 5, 20], trades: [16], positions: []) == .unconfirmed)
    }

    @Test func `where absence_after is shorter, so is the spread`() throws {
        let short = DeskSettings.sample { $0.absenceAfter = .seconds(4) }
        #expect(try state(orders: [1, 3, 5], trades: [5], positions: [5], short) == .notSent)
        #expect(try state(orders: [2, 3, 5], trades: [5], positions: [5], short) == .unconfirmed)
    }

    @Test func `one book read that is seen three times is one`() throws {
        var (driver, record) = try unconfirmed()
        let early = driver.now + .seconds(1)
        driver.wait(.seconds(20))
        driver.step(.orders(.empty, began: early))
        for _ in 0..<3 { driver.readOrders() }
        driver.readTrades()
        driver.readPositions()
        #expect(driver.state(record) == .unconfirmed)
    }

    @Test func `a book that was begun before the call ended is none`() throws {
        var (driver, record) = try unconfirmed()
        let before = driver.now - .milliseconds(1)
        driver.wait(.seconds(20))
        for _ in 0..<3 { driver.step(.orders(.empty, began: before)) }
        driver.readOrders()
        driver.readTrades()
        driver.readPositions()
        #expect(driver.state(record) == .unconfirmed)
        // With that book there would be three, far enough apart.
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.state(record) == .unconfirmed)
    }

    @Test func `time counts from the end of the call, not from when it was sent`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let sentAt = driver.now
        driver.wait(.seconds(10))
        driver.step(.answer(record.id, .unanswered("timed out"), sentAt: sentAt))
        driver.watch(seconds: 14)
        #expect(driver.state(record) == .unconfirmed)
        driver.watch(seconds: 2)
        #expect(driver.state(record) == .notSent)
    }

    @Test func `what is unconfirmed is never cleared for sending`() throws {
        let (driver, record) = try unconfirmed()
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .forget)
    }

    @Test func `a position book of the next day proves nothing of yesterday's order`() throws {
        var driver = DeskDriver(at: .sample + .seconds(14 * 3600 + 29 * 60 + 40))  // 23:59:40
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        for seconds in [1, 8, 7] {
            driver.wait(.seconds(seconds))
            driver.readOrders()
        }
        driver.readTrades()
        driver.wait(.seconds(10))
        driver.readPositions()
        #expect(driver.state(record) == .unconfirmed)
    }

    @Test func `unknown reads change nothing at all`() throws {
        //
        var (driver, record) = try unconfirmed()
        let events = driver.events.count
        let kinds: [ReadFailure.Kind] = [.sessionExpired, .throttled, .unreachable, .garbled, .refused]
        for kind in kinds + kinds + kinds + kinds {
            driver.wait(.seconds(3))
            let failure = ReadFailure(kind, "a failure")
            driver.step(.orders(.unknown(failure), began: driver.now))
            driver.step(.trades(.unknown(failure), began: driver.now))
            driver.step(.positions(.unknown(failure), began: driver.now))
        }
        #expect(driver.state(record) == .unconfirmed)
        #expect(driver.events.count == events)
        #expect(driver.notified(.implausible).isEmpty)
    }

    @Test func `an order that was sent before midnight is not proved absent by the books of the day after`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(14 * 3600 + 1799))
        driver.readBooks()
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state == .sending)
        driver.wait(.seconds(2))
        driver.book = BrokerBook(day: 1)
        driver.readBooks()
        driver.answer(record, .unanswered("timed out"))
        driver.watch(seconds: 40)
        #expect(driver.state(record) == .unconfirmed)
        #expect(!driver.notified(.unconfirmed).isEmpty)
    }

    @Test func `books of another day prove nothing`() throws {
        var (driver, record) = try unconfirmed()
        driver.wait(.seconds(20 * 3600))
        driver.watch(seconds: 60)
        #expect(driver.state(record) == .unconfirmed)
    }

    @Test func `yesterday's unconfirmed order no longer stands in anyone's way`() throws {
        var (driver, record) = try unconfirmed()
        driver.wait(.seconds(20 * 3600))
        #expect(driver.alert(.sample()).first?.state.reason?.blocking == record.id)
        driver.watch(seconds: 1)
        #expect(driver.alert(.sample()).first?.state == .sending)
        #expect(driver.state(record) == .unconfirmed)
    }
}

/// What was set aside at the day's end is found like any other.
@Suite struct SetAsideTests {
    private func setAside() throws -> (DeskDriver, OrderRecord) {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        driver.wait(.seconds(20 * 3600))
        driver.watch(seconds: 1)
        return (driver, record)
    }

    @Test func `a person hears of it`() throws {
        let (driver, record) = try setAside()
        #expect(driver.notified(.unconfirmed).map(\.command) == [record.id])
        #expect(driver.notified(.unconfirmed).first?.severity == .critical)
        #expect(!driver.desk.hasOpenOrders)
    }

    @Test func `it counts again once the broker shows it`() throws {
        var (driver, record) = try setAside()
        driver.book.take(record)
        driver.readOrders()
        #expect(driver.state(record) == .working)
        #expect(driver.desk.hasOpenOrders)
        #expect(driver.alert(.sample()).first?.state.reason?.blocking == record.id)
    }

    @Test func `its fill is booked`() throws {
        var (driver, record) = try setAside()
        try driver.fill(driver.book.take(record), 40)
        #expect(driver.held() == 40)
    }

    @Test func `a restart sets it aside again`() throws {
        var (driver, record) = try setAside()
        driver.restart()
        driver.readBooks()
        #expect(driver.alert(.sample()).first?.state == .sending)
        #expect(driver.state(record) == .unconfirmed)
    }
}

/// a `not_sent` order that appears after all.
@Suite struct AppearanceTests {
    private func provedAbsent() throws -> (DeskDriver, OrderRecord) {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        driver.watch(seconds: 16)
        #expect(driver.state(record) == .notSent)
        return (driver, record)
    }

    @Test(arguments: [false, true])
    func `it works again, its rest is cancelled, and the person is told`(isPushed: Bool) throws {
        var (driver, record) = try provedAbsent()
        let number = driver.book.take(record)
        driver.wait(.seconds(1))
        if isPushed { try driver.push(number) } else { driver.readOrders() }
        #expect(try driver.order(record).state == .working(number))
        #expect(driver.cancels(of: record) == 1)
        #expect(driver.notified(.appearedAfterAll).map(\.severity) == [.critical])
        try driver.fill(number, 30)
        try driver.cancelled(number)
        #expect(driver.state(record) == .cancelled)
        #expect(driver.held() == 30)
        #expect(driver.placements == 1)
    }

    @Test(arguments: [30, 100])
    func `an exit that fills after all takes back what was sent in its stead`(filled: Int) throws {
        var driver = DeskDriver()
        try driver.hold(100)
        let lost = try #require(driver.alert(.exit()).first)
        driver.answer(lost, .unanswered("timed out"))
        driver.watch(seconds: 16)
        #expect(driver.state(lost) == .notSent)
        let next = try driver.place(.exit([.exit(type: .limit, price: .rupees(110))]))
        #expect(next.quantity == 100)
        driver.book.fill(driver.book.take(lost), filled)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.held() == 100 - filled)
        #expect(driver.cancels(of: next) == 1)
        let all = try #require(driver.desk.orders(of: next.command.group))
        guard filled < 100 else { return #expect(all.count == 1) }
        let rest = try #require(all.last)
        #expect(rest.state == .received)
        for order in [lost, next] {
            let now = try driver.order(order)
            if let number = now.state.brokerOrderID, now.state.isOpen { try driver.cancelled(number) }
        }
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(try driver.order(rest).quantity == 100 - filled)
        #expect(rest.command.source == .system)
        #expect(rest.command.price == .rupees(110))
    }

    @Test func `its fills are booked from the trade book alone`() throws {
        var (driver, record) = try provedAbsent()
        driver.book.fill(driver.book.take(record))
        driver.wait(.seconds(1))
        driver.readTrades()
        #expect(driver.held() == 100)
        #expect(driver.state(record) == .filled)
        #expect(driver.notified(.appearedAfterAll).count == 1)
    }

    @Test func `an order that was dropped for a halt and appears is cancelled too`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.step(.dropped(record.id, Reason(.rateLimited, code: "entry_wait", "no call was free")))
        #expect(driver.reason(record)?.tag == .rateLimited)
        driver.book.take(record)
        driver.readOrders()
        #expect(driver.cancels(of: record) == 1)
    }
}

@Suite struct PlausibilityTests {
    /// One order filled 60 of 100, all books read.
    private func traded() throws -> (DeskDriver, OrderRecord, BrokerOrderID) {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        try driver.fill(number, 60)
        driver.wait(.seconds(1))
        driver.readBooks()
        driver.wait(.seconds(1))
        return (driver, record, number)
    }

    enum Lie: CaseIterable {
        case ordersEmpty, orderLacking, lessFilled, tradesEmpty, fillLacking, positionsEmpty, symbolLacking
    }

    private func tell(_ lie: Lie, _ driver: inout DeskDriver, _ number: BrokerOrderID) throws {
        let began = driver.now
        let other = OrderReport(
            brokerOrderID: "X",
            tag: nil,
            instrument: .other,
            product: .margin,
            side: .buy,
            quantity: 1,
            status: .open
        )
        var less = try #require(driver.book.report(number))
        less.filled = 59
        less.status = .cancelled
        let position = PositionReport(position: .other, net: 0, profit: .rupees(-9999))
        let trade = TradeReport(fill: .sample("other", of: "X", 1), tag: nil)
        switch lie {
        case .ordersEmpty: driver.step(.orders(.empty, began: began))
        case .orderLacking: driver.step(.orders(.known([other]), began: began))
        case .lessFilled: driver.step(.orders(.known([less, other]), began: began))
        case .tradesEmpty: driver.step(.trades(.empty, began: began))
        case .fillLacking: driver.step(.trades(.known([trade]), began: began))
        case .positionsEmpty: driver.step(.positions(.empty, began: began))
        case .symbolLacking: driver.step(.positions(.known([position]), began: began))
        }
    }

    @Test(arguments: Lie.allCases)
    func `an implausible book changes nothing`(lie: Lie) throws {
        //
        var (driver, record, number) = try traded()
        let events = driver.events.count
        let began = driver.profitBegan
        try tell(lie, &driver, number)
        #expect(driver.events.count == events)
        #expect(driver.state(record) == .working)
        #expect(driver.held() == 60)
        #expect(driver.profitBegan == began)
    }

    @Test(arguments: Lie.allCases)
    func `implausible for a minute is told, and entries stop until the book agrees`(lie: Lie) throws {
        var (driver, record, number) = try traded()
        try driver.fill(number)
        try driver.place(.exit()).state.brokerOrderID.map { try driver.fill($0) }
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.held() == 0)
        driver.wait(.seconds(1))
        for _ in 0..<60 {
            try tell(lie, &driver, number)
            driver.wait(.seconds(1))
            #expect(driver.notified(.implausible).isEmpty)
        }
        try tell(lie, &driver, number)
        #expect(driver.notified(.implausible).map(\.severity) == [.critical])
        let entry = try #require(driver.alert(.sample(legs: [.sample(of: .other)])).first)
        #expect(entry.state.reason?.tag == .dataStale)
        #expect(driver.state(record) == .filled)
        try tell(lie, &driver, number)
        #expect(driver.notified(.implausible).count == 1)
        driver.readBooks()
        #expect(driver.alert(.sample(legs: [.sample(of: .other)])).first?.state == .sending)
    }

    @Test func `a trade book in doubt is read again until it agrees`() throws {
        var (driver, _, number) = try traded()
        #expect(!driver.desk.needsTrades(at: driver.now))
        try tell(.tradesEmpty, &driver, number)
        #expect(driver.desk.needsTrades(at: driver.now))
        driver.readTrades()
        #expect(!driver.desk.needsTrades(at: driver.now))
    }

    @Test func `an implausible book proves no absence`() throws {
        //
        var (driver, _, _) = try traded()
        let lost = try #require(driver.alert(.sample(strategy: .other)).first)
        driver.answer(lost, .unanswered("timed out"))
        for _ in 0..<50 {
            driver.wait(.seconds(1))
            driver.step(.orders(.empty, began: driver.now))
            driver.readTrades()
            driver.readPositions()
        }
        #expect(driver.state(lost) == .unconfirmed)
        driver.watch(seconds: 12)
        #expect(driver.state(lost) == .notSent)
    }

    @Test func `no data is believed where nothing is known`() throws {
        var driver = DeskDriver()
        driver.wait(.seconds(1))
        driver.step(.orders(.empty, began: driver.now))
        driver.step(.trades(.empty, began: driver.now))
        driver.step(.positions(.empty, began: driver.now))
        #expect(driver.profitBegan == driver.now)
    }

    @Test func `a book that was begun before we knew more is plausible`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let began = driver.now
        let rows = driver.book.orderRows
        driver.wait(.milliseconds(200))
        try driver.fill(number, 60)
        driver.step(.orders(.known(rows), began: began))
        driver.step(.trades(.empty, began: began))
        driver.step(.positions(.empty, began: began))
        #expect(driver.desk.profitBegan == began)
        #expect(try driver.order(record).filled.quantity == 60)
    }
}

@Suite struct ForeignOrderTests {
    @Test func `an order placed outside is adopted under external`() throws {
        //
        var driver = DeskDriver()
        try driver.hold()
        let number = driver.book.take(nil, .sample, .sell, 40)
        driver.book.fill(number)
        driver.wait(.seconds(1))
        driver.readBooks()
        let foreign = try #require(driver.records.last)
        #expect(foreign.command.strategy == .external)
        #expect(foreign.command.source == .system)
        #expect(foreign.state == .filled(number))
        #expect(driver.held(by: .external) == -40)
        #expect(driver.held() == 100)
        #expect(driver.notified(.foreignTag).isEmpty)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.records.count == 2)
    }

    @Test func `a pushed fill of a foreign order is booked at once`() throws {
        var driver = DeskDriver()
        let number = driver.book.take(nil)
        try driver.fill(number, 30)
        #expect(driver.held(by: .external) == 30)
    }

    @Test func `a tag of ours that the store does not know is told of`() throws {
        var driver = DeskDriver()
        driver.book.take(CommandID.sample(4711).tag)
        driver.readOrders()
        #expect(driver.records.first?.command.strategy == .external)
        #expect(driver.notified(.foreignTag).map(\.severity) == [.critical])
        driver.readOrders()
        #expect(driver.notified(.foreignTag).count == 1)
    }

    @Test func `a foreign fill in the trade book waits for its order`() throws {
        var driver = DeskDriver()
        driver.book.fill(driver.book.take(nil))
        driver.readTrades()
        #expect(driver.records.isEmpty)
        #expect(driver.actions.last == .read(.orders))
    }
}

/// as far as one desk goes.
@Suite struct RestartTests {
    @Test func `what was sending may be live`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.book.take(record)
        driver.wait(.seconds(30))
        driver.restart()
        #expect(driver.state(record) == .unconfirmed)
        #expect(driver.actions.suffix(3) == [.read(.orders), .read(.trades), .read(.positions)])
        driver.readBooks()
        #expect(driver.state(record) == .working)
        #expect(driver.placements == 1)
    }

    @Test func `what was unconfirmed before the restart is proved absent after it`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        driver.restart()
        driver.watch(seconds: 14)
        #expect(driver.state(record) == .unconfirmed)
        driver.watch(seconds: 2)
        #expect(driver.state(record) == .notSent)
    }

    @Test func `its call ended at the start`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.wait(.seconds(600))
        driver.restart()
        driver.watch(seconds: 14)
        #expect(driver.state(record) == .unconfirmed)
        driver.watch(seconds: 2)
        #expect(driver.state(record) == .notSent)
        #expect(driver.placements == 1)
    }

    /// An entry that waits for data, and an exit that waits for a cancel.
    private func waiting() throws -> (DeskDriver, [OrderRecord]) {
        var driver = DeskDriver()
        let working = try driver.place(.sample(strategy: .other, legs: [.sample(of: .other)]))
        try driver.fill(try #require(working.state.brokerOrderID), 40)
        let exit = try #require(driver.alert(.exit([.exit(of: .other)], strategy: .other)).first)
        driver.readBooks()
        driver.wait(.seconds(31))
        let entry = try #require(driver.alert(.sample()).first)
        #expect(entry.state == .received && exit.state == .received)
        try driver.cancelledQuietly(try #require(working.state.brokerOrderID))
        return (driver, [entry, exit])
    }

    @Test func `registered orders are never sent after a restart, and expire`() throws {
        var (driver, records) = try waiting()
        let placements = driver.placements
        driver.restart()
        driver.wait(.seconds(10))
        driver.readBooks()
        driver.tick()
        #expect(driver.state(records[0]) == .received)
        driver.wait(.seconds(40))
        driver.step(.orders(.unknown(ReadFailure(.unreachable, "no")), began: driver.now))
        driver.wait(.seconds(40))
        driver.tick()
        #expect(driver.state(records[0]) == .received)
        driver.readBooks()
        #expect(records.allSatisfy { driver.reason($0)?.tag == .expiredUnsent })
        driver.watch(seconds: 10)
        #expect(driver.placements == placements)
    }

    @Test func `a registered order whose expiry was not stored is still not sent`() throws {
        // A store that is busy takes the batch back and is asked again.
        var (driver, records) = try waiting()
        driver.restart()
        driver.wait(.seconds(100))
        var desk = driver.desk
        let read = DeskInput.orders(.of(driver.book.orderRows), began: driver.now)
        _ = desk.step(read, at: driver.now, id: .sample(900))
        desk.rollBack()
        #expect(records.allSatisfy { desk.order($0.id)?.state == .received })
        let output = desk.step(read, at: driver.now + .milliseconds(100), id: .sample(901))
        #expect(output.actions.allSatisfy { if case .place = $0 { false } else { true } })
        #expect(records.allSatisfy { desk.order($0.id)?.state.reason?.tag == .expiredUnsent })
    }

    @Test func `an absence whose proof was not stored is proved again`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .unanswered("timed out"))
        driver.watch(seconds: 14)
        driver.wait(.seconds(5))
        var desk = driver.desk
        let reads: [DeskInput] = [
            .orders(.empty, began: driver.now), .trades(.empty, began: driver.now),
            .positions(.empty, began: driver.now),
        ]
        for read in reads { _ = desk.step(read, at: driver.now, id: .sample(900)) }
        #expect(desk.order(record.id)?.state.word == .notSent)
        desk.rollBack()
        #expect(desk.order(record.id)?.state == .unconfirmed)
        _ = desk.step(.tick, at: driver.now, id: .sample(901))
        #expect(desk.order(record.id)?.state.word == .notSent)
    }

    @Test func `a fill of before the restart is not booked again`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.restart()
        driver.readBooks()
        #expect(driver.held() == 100)
        #expect(driver.records.count == 1)
    }

    @Test func `a cancel's wish and what it makes way for survive`() throws {
        var driver = DeskDriver()
        let entry = try #require(driver.alert(.sample()).first)
        driver.alert(.exit())
        driver.restart()
        #expect(try driver.order(entry).pending == .cancel)
        let number = driver.book.take(entry)
        driver.readOrders()
        #expect(driver.actions.contains(.cancel(entry.id, number)))
    }
}

extension DeskDriver {
    /// The broker cancels, and its push is lost.
    fileprivate mutating func cancelledQuietly(_ number: BrokerOrderID) throws { book.cancel(number) }
}

/// A-51, as far as it does not need the instruments' expiries.
@Suite struct DayChangeTests {
    private static let midnight = Duration.seconds(14 * 3600 + 1800)

    @Test func `a day order ends with the first plausible read of the new day, not by the clock`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        try driver.fill(try #require(record.state.brokerOrderID), 40)
        driver.wait(.seconds(20 * 3600))
        driver.tick()
        driver.step(.orders(.unknown(ReadFailure(.sessionExpired, "no")), began: driver.now))
        #expect(driver.state(record) == .working)
        driver.book = BrokerBook()
        driver.readOrders()
        #expect(driver.state(record) == .expired)
        #expect(driver.reason(record)?.tag == .brokerExpired)
        #expect(driver.held() == 40)
    }

    @Test func `a book that still shows yesterday ends nothing and adopts nothing`() throws {
        // The broker clears its books some time after midnight.
        var driver = DeskDriver()
        try driver.hold()
        let open = try driver.place(.sample(strategy: .other))
        driver.readBooks()
        let count = driver.records.count
        driver.wait(Self.midnight)
        for _ in 0..<3 {
            driver.wait(.seconds(300))
            driver.readBooks()
        }
        #expect(driver.records.count == count)
        #expect(driver.held(by: .external) == 0)
        #expect(driver.state(open) == .working)
        driver.wait(.seconds(6 * 3600))
        driver.book = BrokerBook()
        driver.book.carried[.sample] = 100
        driver.readBooks()
        #expect(driver.state(open) == .expired)
        #expect(driver.held() == 100)
    }

    @Test func `closed orders leave the desk with their day`() throws {
        var driver = DeskDriver()
        let record = try driver.hold()
        driver.wait(.seconds(20 * 3600))
        driver.book = BrokerBook()
        driver.book.carried[.sample] = 100
        driver.readBooks()
        #expect(driver.desk.order(record.id) == nil)
        #expect(driver.desk.isHolding)
    }

    @Test func `yesterday's trades are not missed in today's books`() throws {
        var driver = DeskDriver()
        let record = try driver.hold()
        let exit = try driver.place(.exit())
        try driver.fill(try #require(exit.state.brokerOrderID))
        driver.wait(.seconds(20 * 3600))
        driver.book = BrokerBook()
        driver.readPositions()
        #expect(driver.profitBegan == driver.now)
        #expect(driver.alert(.sample()).first?.state == .sending)
        _ = record
    }
}
