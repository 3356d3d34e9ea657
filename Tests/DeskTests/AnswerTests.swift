import Desk
import TestSupport
import Testing
import Trading

/// what the broker says of one order.
@Suite struct AnswerTests {
    @Test func `a refusal at once is final`() throws {
        //
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .refused("RED:Margin shortfall", sessionExpired: false))
        #expect(driver.state(record) == .rejected)
        #expect(driver.reason(record)?.tag == .brokerRejected)
        #expect(driver.reason(record)?.text == "RED:Margin shortfall")
        #expect(driver.notified(.rejected).count == 1)
        #expect(driver.placements(of: record) == 1)
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test(arguments: [false, true])
    func `a rejection by the risk engine ends the same way`(isPushed: Bool) throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        driver.book.reject(number)
        if isPushed { try driver.push(number) } else { driver.readOrders() }
        #expect(driver.state(record) == .rejected)
        #expect(driver.reason(record)?.text == "RED:Margin shortfall")
        #expect(driver.notified(.rejected).count == 1)
        driver.readOrders()
        #expect(driver.notified(.rejected).count == 1)
    }

    @Test func `a rejection that is pushed before the refusal is one rejection`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        driver.book.reject(number)
        try driver.push(number)
        driver.answer(record, .refused("RED:Margin shortfall", sessionExpired: false))
        #expect(driver.state(record) == .rejected)
        #expect(driver.notified(.disputed).isEmpty)
    }

    @Test func `a rejection that the books show after the refusal is no dispute`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .refused("RED:Margin shortfall", sessionExpired: false))
        driver.book.reject(driver.book.take(record))
        driver.readOrders()
        #expect(driver.state(record) == .rejected)
        #expect(driver.notified(.disputed).isEmpty)
    }

    @Test func `no byte left ends an order`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .notSent("connection refused"))
        #expect(driver.state(record) == .notSent)
        #expect(driver.reason(record)?.tag == .notSent)
    }

    @Test func `the push before the reply is the same order`() throws {
        //
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        try driver.fill(number, 60)
        #expect(driver.held() == 60)
        driver.answer(record, .accepted(number))
        try driver.fill(number, 40)
        #expect(driver.state(record) == .filled)
        #expect(driver.held() == 100)
        #expect(driver.notified(.disputed).isEmpty)
    }

    @Test func `the books and the whole fill before the reply too`() throws {
        //
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        driver.book.fill(number)
        driver.readBooks()
        #expect(driver.state(record) == .filled)
        driver.answer(record, .accepted(number))
        #expect(driver.state(record) == .filled)
        #expect(driver.notified(.disputed).isEmpty)
    }

    @Test func `a lost reply to an order that push has shown changes nothing`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        try driver.push(number)
        driver.answer(record, .unanswered("timed out"))
        #expect(driver.state(record) == .working)
    }

    @Test func `a number that is another order's is disputed`() throws {
        var driver = DeskDriver()
        let first = try driver.place(.sample())
        let second = try #require(driver.alert(.sample(strategy: .other)).first)
        driver.answer(second, .accepted(try #require(first.state.brokerOrderID)))
        #expect(try driver.order(second).isDisputed)
        #expect(driver.notified(.disputed).count == 1)
    }

    @Test func `a refusal of what the books have is disputed, and its fills are booked`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = driver.book.take(record)
        try driver.push(number)
        driver.answer(record, .refused("RED:no", sessionExpired: false))
        #expect(try driver.order(record).isDisputed)
        try driver.fill(number)
        #expect(driver.held() == 100)
        #expect(driver.state(record) == .working)
    }

    @Test func `what fills on a refused order is booked all the same`() throws {
        // A fill is never discarded.
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.answer(record, .refused("RED:no", sessionExpired: false))
        let number = driver.book.take(record)
        driver.book.fill(number, 30)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.held() == 30)
        try driver.fill(number, 20)
        #expect(driver.held() == 50)
        #expect(try driver.order(record).isDisputed)
        #expect(driver.state(record) == .rejected)
        #expect(driver.notified(.disputed).count == 1)
    }

    @Test func `two numbers under one tag are disputed, and the fills of both are booked`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let second = driver.book.take(record.command.tag)
        driver.readOrders()
        #expect(try driver.order(record).isDisputed)
        #expect(driver.notified(.disputed).map(\.severity) == [.critical])
        try driver.fill(try #require(record.state.brokerOrderID))
        driver.book.fill(second, 30)
        driver.wait(.seconds(1))
        driver.readBooks()
        try driver.fill(second, 20)
        #expect(driver.held() == 150)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.held() == 150)
        #expect(driver.notified(.disputed).count == 1)
    }
}

@Suite struct StatusTests {
    @Test func `an unknown status changes nothing, and is told of once`() throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        driver.book[number]?.status = .unknown("FROZEN")
        let events = driver.events.count
        for _ in 0..<3 {
            driver.wait(.seconds(1))
            driver.readOrders()
            try driver.push(number)
        }
        #expect(driver.events.count == events)
        #expect(driver.notified(.implausible).count == 1)
        #expect(driver.actions.contains(.read(.orders)))
    }

    @Test(arguments: [BrokerStatus.pending, .open, .triggerPending])
    func `an order on its way stays working`(status: BrokerStatus) throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.book[try #require(record.state.brokerOrderID)]?.status = status
        driver.readOrders()
        #expect(driver.state(record) == .working)
    }

    @Test func `a refused cancel that looks like a rejection ends nothing`() throws {
        // SAF:order is not open to cancel
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        driver.step(.cancel(record.id))
        #expect(try driver.order(record).pending == .cancel)
        var report = try #require(driver.book.report(number))
        report.status = .rejected
        report.rejection = "SAF:order is not open to cancel"
        report.refusesRequest = true
        driver.step(.push(report))
        #expect(driver.state(record) == .working)
        #expect(try driver.order(record).pending == nil)
        #expect(driver.actions.last == .read(.orders))
    }

    @Test func `a quantity that was changed in the broker's app is taken over`() throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        driver.book[number]?.quantity = 150
        try driver.fill(number, 130)
        #expect(try driver.order(record).quantity == 150)
        #expect(try !driver.order(record).isDisputed)
        try driver.fill(number, 20)
        #expect(driver.state(record) == .filled)
        #expect(driver.held() == 150)
    }

    @Test func `an older row does not take a changed quantity back below what is filled`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let older = try #require(driver.book.report(number))
        driver.book[number]?.quantity = 150
        try driver.fill(number, 130)
        driver.step(.push(older))
        #expect(try driver.order(record).quantity == 150)
        #expect(try !driver.order(record).isDisputed)
    }

    @Test func `an order made larger in the broker's app while its last fill came is disputed, and its rest is booked`()
        throws
    {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        try driver.fillUnseen(number, 100)
        driver.readTrades()
        #expect(driver.state(record) == .filled)
        driver.book[number]?.quantity = 150
        driver.book[number]?.status = .open
        driver.readOrders()
        #expect(try !driver.order(record).isDisputed)  // the row may be older than the fill
        driver.watch(seconds: 4)
        #expect(try driver.order(record).isDisputed)
        #expect(driver.notified(.disputed).count == 1)
        try driver.fill(number, 50)
        #expect(driver.held() == 150)
    }

    @Test func `an order cancelled in the broker's app is told of`() throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        try driver.cancelled(try #require(record.state.brokerOrderID))
        #expect(driver.state(record) == .cancelled)
        #expect(driver.reason(record)?.tag == .brokerCancelled)
        #expect(driver.reason(record)?.code == "by_others")
        #expect(driver.notified(.cancelled).count == 1)
    }
}

@Suite struct FillTests {
    @Test(arguments: [false, true])
    func `60 of 100 filled, then cancelled, keeps 60`(areFillsLate: Bool) throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        if areFillsLate { driver.book.fill(number, 60) } else { try driver.fill(number, 60) }
        try driver.cancelled(number)
        if areFillsLate {
            #expect(driver.held() == 60)
            #expect(driver.actions.last == .read(.trades))
            #expect(driver.desk.needsTrades(at: driver.now))
            driver.readTrades()
        }
        #expect(driver.state(record) == .cancelled)
        #expect(driver.reason(record)?.text.contains("60 of 100") == true)
        #expect(try driver.order(record).filled.quantity == 60)
        #expect(driver.held() == 60)
        #expect(!driver.desk.needsTrades(at: driver.now))
        driver.readPositions()
        #expect(driver.alert(.exit()).first?.quantity == 60)
    }

    /// Five fills whose average has no end: 212.35, 212.4, 212.45, 0.05, 1000.
    static let pieces: [(Int, Int64)] = [
        (7, 2_123_500), (13, 2_124_000), (30, 2_124_500), (1, 500), (49, 10_000_000),
    ]

    @Test(arguments: 0..<120)
    func `five fills, duplicated and out of order, are exact to the paisa`(permutation: Int) throws {
        //
        var driver = DeskDriver()
        var chance = SeededGenerator(seed: permutation)
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let fills = Self.pieces.compactMap { driver.book.fill(number, $0.0, at: Price(tenThousandths: $0.1)) }
        var pushes = (fills + fills).shuffled(using: &chance)
        while !pushes.isEmpty {
            let fill = pushes.removeLast()
            var report = try #require(driver.book.report(number, fill: fill))
            report.filled = fill.quantity
            report.status = .open
            driver.step(.push(report))
            driver.wait(.milliseconds(10))
            if Int.random(in: 0..<5, using: &chance) == 0 { driver.readTrades() }
            if Int.random(in: 0..<5, using: &chance) == 0 { driver.readOrders() }
        }
        let value = Self.pieces.map { Int64($0.0) * $0.1 }.reduce(0, +)
        let after = try driver.order(record)
        #expect(after.state.word == .filled)
        #expect(after.filled == FillSum(quantity: 100, value: Int128(value)))
        #expect(after.filled.averagePrice == Price(tenThousandths: (2 * value + 100) / 200))
        #expect(driver.holding() == Holding(quantity: 100, cost: Int128(value)))
        #expect(driver.events.count { $0.fact.kind == .filled } == 5)
    }

    @Test func `a completed order whose fills are owed is filled, and they are asked for`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        driver.book.fill(number)
        driver.readOrders()
        #expect(driver.state(record) == .filled)
        #expect(driver.actions.last == .read(.trades))
        driver.readTrades()
        #expect(driver.state(record) == .filled)
        #expect(!driver.desk.owesFills)
    }

    @Test func `a late fill is booked, and told of`() throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        try driver.cancelled(number)
        let fill = try driver.fillUnseen(number, 30)
        try driver.push(number, fill: fill)
        #expect(driver.held() == 30)
        #expect(driver.state(record) == .cancelled)
        #expect(driver.notified(.lateFill).map(\.severity) == [.critical])
    }

    @Test func `more than ordered is booked and disputed`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        try driver.fill(number)
        let fill = try driver.fillUnseen(number, 5)
        driver.wait(.seconds(1))
        driver.readTrades()
        #expect(driver.held() == 105)
        #expect(try driver.order(record).isDisputed)
        #expect(driver.state(record) == .filled)
        #expect(driver.notified(.disputed).count == 1)
        try driver.push(number, fill: fill)
        #expect(driver.held() == 105)
    }

    @Test func `the same fill number of two orders is two fills`() throws {
        var driver = DeskDriver()
        let first = try driver.place(.sample())
        let second = try driver.place(.sample(strategy: .other))
        for record in [first, second] {
            let number = try #require(record.state.brokerOrderID)
            var report = try #require(driver.book.report(number))
            report.fill = .sample("1", of: number, 100)
            driver.step(.push(report))
        }
        #expect(driver.held() == 100)
        #expect(driver.held(by: .other) == 100)
    }
}

@Suite struct CancelTests {
    @Test func `a cancel ends nothing by itself`() throws {
        //
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.step(.cancel(record.id))
        #expect(driver.cancels(of: record) == 1)
        driver.step(.cancelAnswer(record.id, .accepted))
        #expect(driver.state(record) == .working)
        #expect(driver.actions.last == .read(.orders))
        try driver.cancelled(try #require(record.state.brokerOrderID))
        #expect(driver.state(record) == .cancelled)
        #expect(driver.reason(record)?.code == "on_request")
    }

    @Test func `a cancel without effect is asked for again after three seconds`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.step(.cancel(record.id))
        driver.step(.cancelAnswer(record.id, .unanswered("timed out")))
        driver.wait(.milliseconds(2999))
        driver.readOrders()
        #expect(driver.cancels(of: record) == 1)
        driver.wait(.milliseconds(1))
        driver.readOrders()
        #expect(driver.cancels(of: record) == 2)
    }

    @Test func `a cancel that a crash may have lost is asked for again`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.step(.cancel(record.id))
        driver.restart()
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(driver.cancels(of: record) == 2)
    }

    @Test func `a cancel that stays without effect is reported after fifteen seconds, once`() throws {
        var driver = DeskDriver()
        let record = try driver.place(.sample())
        driver.step(.cancel(record.id))
        for second in 1...20 {
            driver.wait(.seconds(1))
            driver.readOrders()
            driver.tick()
            #expect(driver.notified(.cancelOverdue).count == (second < 15 ? 0 : 1))
        }
    }

    @Test func `a cancel of an unconfirmed order is kept and sent on adoption`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let number = try driver.loseAnswer(record)
        driver.step(.cancel(record.id))
        #expect(driver.cancels(of: record) == 0)
        #expect(driver.state(record) == .unconfirmed)
        driver.readOrders()
        #expect(driver.actions.contains(.cancel(record.id, number)))
    }

    @Test func `a cancel of an order in its lane keeps it from being written`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        driver.step(.cancel(record.id))
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .recheck)
        driver.step(.recheck(record.id))
        #expect(driver.reason(record)?.code == "cancelled_unsent")
    }

    @Test func `a cancel comes too late for what has ended, and finds no stranger`() throws {
        var driver = DeskDriver()
        let record = try driver.hold()
        guard case .tooLate = driver.step(.cancel(record.id)).reply else {
            Issue.record("not too late")
            return
        }
        guard case .unknownOrder = driver.step(.cancel(.sample(77))).reply else {
            Issue.record("not unknown")
            return
        }
    }
}
