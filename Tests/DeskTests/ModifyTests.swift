@testable import Desk
import TestSupport
import Testing
import Trading

extension DeskDriver {
    /// A resting order: 100 units with a limit of 100.
    mutating func rest(
        _ type: ExecutionType = .entry,
        _ side: Side = .buy,
        _ quantity: Int = 100,
        strategy: StrategyName = .sample
    ) throws -> OrderRecord {
        let leg: Alert.Leg =
            type == .exit
            ? .exit(quantity, type: .limit, price: .rupees(100))
            : .sample(side, quantity, type: .limit, price: .rupees(100))
        return try place(.sample(type, strategy: strategy, legs: [leg]))
    }

    /// The broker changes the order as it was asked to, and pushes that.
    mutating func grant(_ record: OrderRecord) throws {
        let asked = try #require(desk.order(record.id)?.askedTerms)
        let number = try number(record)
        book.change(number, to: asked)
        try push(number)
    }

    func number(_ record: OrderRecord) throws -> BrokerOrderID { try #require(try order(record).state.brokerOrderID) }

    /// The push with which a broker refuses a request.
    func refusal(of request: PendingRequest?, _ record: OrderRecord, looksDead: Bool = false) throws -> DeskInput {
        var report = try #require(book.report(try number(record)))
        report.refusesRequest = true
        report.refusedRequest = request
        report.rejection = "SAF:order is not open to \(request?.rawValue ?? "it")"
        if looksDead { report.status = .rejected }
        return .push(report)
    }

    func count(_ kind: OrderFact.Kind) -> Int { events.count { $0.fact.kind == kind } }
}

extension DeskReply {
    /// Which reply it is, and why.
    var words: String {
        switch self {
        case .modifying: "modifying"
        case .unchanged: "unchanged"
        case .unchangeable(_, let why): "unchangeable: \(why)"
        case .changeBlocked(_, let reason, _): "blocked: \(reason.tag.rawValue) \(reason.code ?? "")"
        case .tooLate: "too late"
        case .unknownOrder: "unknown"
        default: "another"
        }
    }
}

/// A-46: modify means modify.
@Suite struct ModifyTests {
    /// A desk with an order in each state there is.
    private static func order(in word: StateWord) throws -> (driver: DeskDriver, record: OrderRecord) {
        var driver = word == .received ? DeskDriver(Desk.sample()) : DeskDriver()
        if word == .blocked { driver.step(.halt(Halt(scope: .client, by: "test", reason: "test", at: driver.now))) }
        let leg = Alert.Leg.sample(.buy, 100, type: .limit, price: .rupees(100))
        let record = try #require(driver.alert(.sample(legs: [leg])).first)
        switch word {
        case .received, .blocked, .sending: break
        case .unconfirmed: driver.answer(record, .unanswered("timed out"))
        case .notSent: driver.answer(record, .notSent("refused"))
        case .rejected: driver.answer(record, .refused("no", sessionExpired: false))
        case .working: try driver.accept(record)
        case .filled: try driver.fill(try driver.accept(record))
        case .cancelled: try driver.cancelled(try driver.accept(record))
        case .expired:
            try driver.accept(record)
            driver.wait(.seconds(20 * 3600))
            driver.book = BrokerBook(day: 1)
            driver.readOrders()
        }
        #expect(driver.state(record) == word)
        return (driver, record)
    }

    @Test(arguments: StateWord.allCases)
    func `only a working order can be changed`(word: StateWord) throws {
        var (driver, record) = try Self.order(in: word)
        let events = driver.events.count
        let reply = driver.change(record, price: .rupees(99))?.words ?? ""
        switch word {
        case .working: #expect(reply == "modifying")
        case .received, .sending, .unconfirmed: #expect(reply.hasPrefix("unchangeable"))
        default: #expect(reply == "too late")
        }
        #expect(driver.changes(of: record) == (word == .working ? 1 : 0))
        #expect(driver.events.count == events + (word == .working ? 1 : 0))
        #expect(driver.state(record) == word)
    }

    @Test func `nobody's order cannot be changed`() {
        var driver = DeskDriver()
        #expect(driver.step(.modify(OrderChange(.sample(77), source: .api, quantity: 1))).reply?.words == "unknown")
    }

    @Test func `a change is written down before it goes out, once, and whole`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 50, price: .rupees(99))
        guard case .modifyAsked(let terms, .api) = driver.events.last?.fact else {
            Issue.record("not written down")
            return
        }
        #expect(terms == WorkingTerms(quantity: 50, type: .limit, price: .rupees(99)))
        let cleared = driver.desk.clearance(forChangeOf: record.id, at: driver.now)
        #expect(cleared == .send(try driver.modification(of: record, to: terms)))
        #expect(try driver.order(record).pending == .modify)
        #expect(try driver.order(record).price == .rupees(100))
        for _ in 0..<20 {
            driver.wait(.seconds(1))
            driver.readOrders()
            driver.tick()
        }
        #expect(driver.changes(of: record) == 1)
    }

    @Test(arguments: [CancelAnswer.accepted, .unanswered("timed out")])
    func `no answer makes a change true, what the broker shows does`(answer: CancelAnswer) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 150, price: .rupees(101))
        let output = try driver.answerChange(record, answer)
        #expect(output.actions == [.read(.orders)])
        #expect(try driver.order(record).pending == .modify)
        #expect(try driver.order(record).quantity == 100)
        try driver.grant(record)
        let after = try driver.order(record)
        #expect(after.pending == nil && after.askedTerms == nil)
        #expect(after.workingTerms == WorkingTerms(quantity: 150, type: .limit, price: .rupees(101)))
        #expect(driver.notifications.isEmpty)
    }

    @Test func `a stop becomes a limit and a limit a stop, and each is told its own prices`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, type: .stopLimit, price: .rupees(106), trigger: .rupees(105))
        try driver.grant(record)
        #expect(try driver.order(record).triggerPrice == .rupees(105))
        driver.change(record, type: .limit)
        let asked = try #require(try driver.order(record).askedTerms)
        #expect(asked == WorkingTerms(quantity: 100, type: .limit, price: .rupees(106)))
        try driver.grant(record)
        #expect(try driver.order(record).workingTerms == asked)
    }

    @Test func `the same wish again is the same change; another one waits its turn`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        #expect(driver.change(record, price: .rupees(99))?.words == "modifying")
        #expect(driver.change(record, price: .rupees(99))?.words == "modifying")
        #expect(driver.change(record, price: .rupees(98))?.words.hasPrefix("unchangeable") == true)
        #expect(driver.changes(of: record) == 1)
        try driver.grant(record)
        #expect(driver.change(record, price: .rupees(99))?.words == "unchanged")
        #expect(driver.change(record, price: .rupees(98))?.words == "modifying")
        #expect(driver.changes(of: record) == 2)
    }

    // MARK: Cancel and modify

    @Test func `a cancel goes out though a change is pending, and the unsent change stays at home`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        driver.step(.cancel(record.id))
        #expect(driver.cancels(of: record) == 1)
        #expect(try driver.order(record).pending == .cancel)
        #expect(driver.desk.clearance(forChangeOf: record.id, at: driver.now) == .recheck)
        let output = driver.step(.recheck(record.id))
        #expect(output.actions.isEmpty)
        #expect(driver.events.last?.fact.kind == .modifyBlocked)
        #expect(try driver.order(record).pending == .cancel)
        #expect(try driver.order(record).askedTerms == nil)
    }

    @Test func `an order that is being cancelled is not changed`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.step(.cancel(record.id))
        #expect(driver.change(record, price: .rupees(99))?.words == "unchangeable: it is being cancelled")
        #expect(driver.changes(of: record) == 0)
        #expect(driver.count(.modifyBlocked) == 0)
    }

    @Test(arguments: [true, false])
    func `a cancel that met a change on its way is asked for again`(isPushed: Bool) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        driver.step(.cancel(record.id))
        let refusal = try driver.refusal(of: .cancel, record)
        driver.step(isPushed ? refusal : .cancelAnswer(record.id, .refused("SAF:order is not open to cancel")))
        #expect(try driver.order(record).pending == .cancel)
        try driver.grant(record)
        #expect(try driver.order(record).price == .rupees(99))
        #expect(try driver.order(record).pending == .cancel)
        driver.wait(.seconds(3))
        driver.readOrders()
        #expect(driver.cancels(of: record) == 2)
        try driver.cancelled(try driver.number(record))
        #expect(driver.reason(record)?.code == "on_request")
    }

    @Test func `a refused change refuses no cancel, and a refused cancel no change`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.step(.cancel(record.id))
        driver.step(try driver.refusal(of: .modify, record))
        #expect(try driver.order(record).pending == .cancel)
        driver.step(try driver.refusal(of: .cancel, record))
        #expect(try driver.order(record).pending == nil)
        driver.change(record, price: .rupees(99))
        driver.step(try driver.refusal(of: .cancel, record))
        #expect(try driver.order(record).pending == .modify)
    }

    // MARK: Refusals

    @Test func `a change refused in the reply leaves the order as it is, and the books are read`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        let output = try driver.answerChange(record, .refused("RED:Margin Shortfall"))
        #expect(output.actions == [.read(.orders)])
        let after = try driver.order(record)
        #expect(after.state.word == .working && after.pending == nil && after.price == .rupees(100))
        #expect(driver.notified(.modifyRefused).map(\.severity) == [.warning])
    }

    @Test(arguments: [PendingRequest.modify, nil], [true, false])
    func `a refusal that looks like a dead order ends nothing`(names: PendingRequest?, looksDead: Bool) throws {
        // SAF:order is not open to modify
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        driver.step(try driver.refusal(of: names, record, looksDead: looksDead))
        #expect(driver.actions.last == .read(.orders))
        #expect(driver.state(record) == .working)
        #expect(try driver.order(record).pending == nil)
        #expect(driver.events.last?.fact.kind == .modifyRefused)
    }

    @Test func `a refusal that was not true is put right by the books`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        let asked = try #require(try driver.order(record).askedTerms)
        try driver.answerChange(record, .refused("SAF:order is not open to modify"))
        driver.book.change(try driver.number(record), to: asked)
        driver.readOrders()
        #expect(try driver.order(record).price == .rupees(99))
    }

    @Test func `a change of which no byte left is over`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        try driver.answerChange(record, .notSent("connection refused"))
        #expect(try driver.order(record).pending == nil)
        #expect(driver.events.last?.fact.kind == .modifyBlocked)
        #expect(driver.change(record, price: .rupees(99))?.words == "modifying")
    }

    @Test func `the late answer to one change says nothing of the next`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        let first = try driver.modification(of: record, to: try #require(try driver.order(record).askedTerms))
        try driver.grant(record)
        driver.change(record, price: .rupees(98))
        driver.step(.modifyAnswer(record.id, first, .refused("too late")))
        #expect(try driver.order(record).pending == .modify)
    }

    // MARK: Silence

    @Test func `a lost answer is looked for at three seconds and told of at fifteen, once`() throws {
        var driver = DeskDriver(.sample { $0.absenceAfter = .seconds(60) })
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        try driver.answerChange(record, .unanswered("timed out"))
        var reads = 0
        for second in 1...20 {
            driver.wait(.seconds(1))
            if driver.step(.tick).actions.contains(.read(.orders)) { reads += 1 }
            #expect(reads == second / 3)
            #expect(driver.notified(.modifyOverdue).count == (second < 15 ? 0 : 1))
            driver.readOrders()
        }
        #expect(try driver.order(record).pending == .modify)
    }

    @Test func `a change that no book shows for long enough was not made`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        try driver.answerChange(record, .unanswered("timed out"))
        for _ in 0..<14 {
            driver.wait(.seconds(1))
            driver.readOrders()
            #expect(try driver.order(record).pending == .modify)
        }
        driver.wait(.seconds(1))
        driver.readOrders()
        #expect(try driver.order(record).pending == nil)
        guard case .modifyRefused(_, .orderBook) = driver.events.last?.fact else {
            Issue.record("\(driver.events.last.map { "\($0.fact)" } ?? "nothing")")
            return
        }
        // And if it comes after all, it is seen.
        driver.book.change(
            try driver.number(record),
            to: WorkingTerms(quantity: 100, type: .limit, price: .rupees(99))
        )
        driver.readOrders()
        #expect(try driver.order(record).price == .rupees(99))
    }

    @Test func `books read while the call is out, and rows on their way, prove nothing`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        driver.watch(seconds: 30)
        #expect(try driver.order(record).pending == .modify)
        try driver.answerChange(record, .accepted)
        driver.book[try driver.number(record)]?.status = .pending
        driver.watch(seconds: 30)
        #expect(try driver.order(record).pending == .modify)
    }

    @Test(arguments: [true, false])
    func `after a crash the books decide, and nothing is asked for again`(wasMade: Bool) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 60, price: .rupees(99))
        if wasMade {
            driver.book.change(
                try driver.number(record),
                to: WorkingTerms(quantity: 60, type: .limit, price: .rupees(99))
            )
        }
        driver.restart()
        #expect(try driver.order(record).pending == .modify)
        driver.watch(seconds: wasMade ? 1 : 16)
        #expect(try driver.order(record).pending == nil)
        #expect(try driver.order(record).price == (wasMade ? .rupees(99) : .rupees(100)))
        #expect(try driver.order(record).quantity == (wasMade ? 60 : 100))
        #expect(driver.changes(of: record) == 1)
    }

    // MARK: Fills on the way

    @Test func `a fill that comes first wins`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(99))
        try driver.fill(try driver.number(record))
        #expect(driver.state(record) == .filled)
        #expect(try driver.order(record).pending == nil)
        driver.step(
            .modifyAnswer(
                record.id,
                try driver.modification(of: record, to: WorkingTerms(quantity: 100, type: .limit, price: .rupees(99))),
                .refused("SAF:order is not open to modify")
            )
        )
        #expect(driver.state(record) == .filled)
        #expect(driver.notifications.isEmpty)
    }

    @Test func `while more is asked for, the old quantity is not the end`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 150)
        try driver.answerChange(record, .accepted)
        let number = try driver.number(record)
        driver.book.change(number, to: try #require(try driver.order(record).askedTerms))
        driver.book.fill(number, 100)
        driver.readTrades()
        #expect(driver.state(record) == .working)
        driver.book.fill(number, 50)
        driver.readTrades()
        driver.readOrders()
        #expect(driver.state(record) == .filled)
        #expect(try !driver.order(record).isDisputed)
        #expect(driver.held() == 150)
    }

    @Test(arguments: [true, false])
    func `more was asked for, but the order was done first`(isTold: Bool) throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 150)
        try driver.fillUnseen(try driver.number(record))
        driver.readTrades()
        #expect(driver.state(record) == .working)
        if isTold {
            try driver.answerChange(record, .refused("SAF:order is not open to modify"))
        } else {
            driver.readOrders()
        }
        #expect(driver.state(record) == .filled)
        #expect(driver.held() == 100)
        #expect(driver.notified(.modifyRefused).map(\.severity) == [.notice])
    }

    @Test func `fills that leave nothing to change keep the change at home`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, quantity: 60)
        try driver.fill(try driver.number(record), 60)
        #expect(driver.desk.clearance(forChangeOf: record.id, at: driver.now) == .recheck)
        driver.step(.recheck(record.id))
        #expect(try driver.order(record).pending == nil)
        #expect(driver.state(record) == .working)
    }

    @Test func `the row ends with the price that the book shows, though a fill ended the order first`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        driver.change(record, price: .rupees(101))
        let number = try driver.number(record)
        driver.book.change(number, to: try #require(try driver.order(record).askedTerms))
        driver.book.fill(number)
        driver.readTrades()
        #expect(driver.state(record) == .filled)
        driver.readOrders()
        #expect(try driver.order(record).price == .rupees(101))
        let events = driver.events.count
        driver.readOrders()
        #expect(driver.events.count == events)
    }

    // MARK: Changed by others

    @Test func `a change in the broker's app is taken over without asking`() throws {
        // A-26
        var driver = DeskDriver()
        let record = try driver.rest()
        let terms = WorkingTerms(quantity: 40, type: .stopLimit, price: .rupees(111), triggerPrice: .rupees(110))
        driver.book.change(try driver.number(record), to: terms)
        driver.readOrders()
        let after = try driver.order(record)
        #expect(after.workingTerms == terms && after.pending == nil)
        #expect(after.command.price == .rupees(100))
        #expect(driver.changes(of: record) == 0)
        driver.readOrders()
        #expect(driver.count(.modified) == 1)
    }

    @Test func `an older row does not undo a change`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        let older = try #require(driver.book.report(try driver.number(record)))
        driver.change(record, quantity: 150, price: .rupees(99))
        try driver.grant(record)
        driver.step(.push(older))
        driver.step(.orders(.known([older]), began: driver.now))
        #expect(try driver.order(record).quantity == 150)
        #expect(try driver.order(record).price == .rupees(99))
    }

    @Test func `a row without prices changes none`() throws {
        var driver = DeskDriver()
        let record = try driver.rest()
        var row = try #require(driver.book.report(try driver.number(record)))
        row.price = .zero
        row.type = nil
        driver.step(.push(row))
        #expect(driver.count(.modified) == 0)
    }
}
