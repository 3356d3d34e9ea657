import Desk
import TestSupport
import Testing
import Trading

@Suite struct RegistrationTests {
    @Test func `steps 1 to 3 of an order that passes are one step`() throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state == .sending)
        #expect(driver.events.map(\.fact.kind) == [.received, .sending])
        #expect(driver.actions == [.place(record.id, group: record.command.group, reduces: false)])
    }

    @Test func `every leg has a row, whatever becomes of it`() {
        var driver = DeskDriver()
        let records = driver.alert(.sample(legs: [.sample(), .sample(.sell, 0, of: .other, index: 1)]))
        #expect(records.map(\.command.leg) == [1, 2])
        #expect(Set(records.map(\.command.group)).count == 1)
        #expect(driver.actions.isEmpty)
    }

    @Test func `a blocked order never reaches the broker`() throws {
        var driver = DeskDriver()
        driver.step(.halt(Halt(scope: .client, by: "a test", reason: "why not", at: driver.now)))
        let record = try #require(driver.alert(.sample()).first)
        #expect(record.state.reason?.tag == .tradingHalted)
        #expect(driver.actions.isEmpty)
        #expect(driver.notified(.blocked).map(\.command) == [record.id])
    }

    @Test func `an alert of which nothing can be read registers nothing`() {
        var driver = DeskDriver()
        let output = driver.step(.alert(.sample(legs: [], problems: [FieldProblem("legs", "is missing")])))
        guard case .unreadable(let problems) = output.reply else {
            Issue.record("\(String(describing: output.reply))")
            return
        }
        #expect(problems.map(\.field) == ["legs"])
        #expect(driver.records.isEmpty)
    }

    @Test func `an exit of which nothing can be read closes nothing`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.step(.alert(.sample(.exit, legs: [], problems: [FieldProblem("legs[0].qty", "is no integer")])))
        #expect(driver.records.count == 1)
    }
}

/// A-04, without lot, tick and symbol.
@Suite struct AlertValidationTests {
    @Test func `a leg that is wrong is named, and those beside it do not go`() throws {
        var driver = DeskDriver()
        let wrong = Alert.Leg.sample(.sell, 0, of: .other, index: 1)
        let output = driver.step(.alert(.sample(legs: [.sample(), wrong])))
        guard case .registered(_, let records, let problems) = output.reply else { return }
        #expect(problems.map(\.field) == ["legs[1].qty"])
        #expect(records.map { $0.state.reason?.tag } == [.groupBlocked, .validationFailed])
        #expect(records[0].state.reason?.blocking == records[1].id)
        #expect(output.actions.isEmpty)
    }

    @Test func `legs alone stand alone`() {
        var driver = DeskDriver(.sample { $0.legs = .alone })
        let records = driver.alert(.sample(legs: [.sample(), .sample(.sell, 0, of: .other, index: 1)]))
        #expect(records.map(\.state.word) == [.sending, .blocked])
    }

    @Test func `a leg beside one that could not be read does not go`() {
        var driver = DeskDriver()
        let records = driver.alert(.sample(problems: [FieldProblem("legs[1].qty", "is no integer")]))
        #expect(records.map { $0.state.reason?.tag } == [.groupBlocked])
    }

    @Test func `exit legs stand alone`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let records = driver.alert(.exit([.exit(), .exit(0, of: .other, index: 1)]))
        #expect(records.map(\.state.word) == [.sending, .blocked])
        #expect(records[1].state.reason?.tag == .validationFailed)
    }

    @Test func `an entry without a direction is refused, not bought`() {
        var driver = DeskDriver()
        let records = driver.alert(.sample(legs: [.sample(nil)]))
        #expect(records.map { $0.state.reason?.tag } == [.validationFailed])
        #expect(driver.actions.isEmpty)
    }

    @Test(arguments: [ExecutionType.entry, .adjust, .exit])
    func `the same instrument and product twice in one alert is refused`(type: ExecutionType) throws {
        var driver = DeskDriver()
        try driver.hold()
        let before = driver.placements
        let legs: [Alert.Leg] =
            type == .exit ? [.exit(), .exit(50, product: .margin, index: 1)] : [.sample(), .sample(.sell, index: 1)]
        let records = driver.alert(.sample(type, legs: legs))
        #expect(records.allSatisfy { $0.state.reason?.tag == .validationFailed })
        #expect(driver.placements == before)
    }

    @Test(arguments: [(60, true), (61, false), (-5, true), (-6, false)])
    func `a signal too old or from the future is expired`(age: Int, passes: Bool) throws {
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample(signalledAt: driver.now - .seconds(age))).first)
        #expect(record.state.reason?.tag == (passes ? nil : .alertExpired))
    }

    @Test func `an expired exit is not sent either`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let late = Alert.sample(.exit, signalledAt: driver.now - .seconds(61), legs: [.exit()])
        #expect(driver.alert(late).first?.state.reason?.tag == .alertExpired)
    }
}

/// A-40 and the repeats of `semantics.md`.
@Suite struct RepeatTests {
    private func isRepeat(_ output: DeskOutput, of group: GroupID?) -> Bool {
        if case .repeated(let id, _) = output.reply { id == group } else { false }
    }

    @Test func `the same key and content is the same alert, also days later`() throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample(key: "k", content: "c")).first)
        driver.wait(.seconds(3 * 86_400))
        let output = driver.step(.alert(.sample(key: "k", content: "c")))
        #expect(isRepeat(output, of: first.command.group))
        #expect(output.actions.isEmpty)
        #expect(driver.records.count == 1)
    }

    @Test func `the same key with other content is a conflict`() throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample(key: "k", content: "c")).first)
        guard case .conflict(let group, let at) = driver.step(.alert(.sample(key: "k", content: "d"))).reply else {
            Issue.record("no conflict")
            return
        }
        #expect(group == first.command.group)
        #expect(at == first.createdAt)
    }

    @Test(arguments: [(20, true), (21, false)])
    func `without a key, identical content is the same alert within the window`(seconds: Int, repeats: Bool) throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample(content: "c")).first)
        driver.wait(.seconds(seconds))
        let output = driver.step(.alert(.sample(content: "c")))
        #expect(isRepeat(output, of: first.command.group) == repeats)
    }

    @Test func `a repeat does not prolong the window`() {
        var driver = DeskDriver()
        driver.alert(.sample(content: "c"))
        driver.wait(.seconds(15))
        driver.alert(.sample(content: "c"))
        driver.wait(.seconds(15))
        #expect(driver.alert(.sample(content: "c")).count == 1)
    }

    @Test func `a window of zero turns repeats off`() {
        var driver = DeskDriver(.sample { $0.repeatWindow = .zero })
        #expect(driver.alert(.sample(content: "c")).count == 1)
        #expect(driver.alert(.sample(content: "c")).count == 1)
    }

    @Test func `another key with the same content is another alert`() {
        var driver = DeskDriver()
        #expect(driver.alert(.sample(key: "a", content: "c")).count == 1)
        #expect(driver.alert(.sample(key: "b", content: "c")).count == 1)
    }

    @Test func `a blocked alert is repeated too`() throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample(key: "k", content: "c", legs: [.sample(.buy, 0)])).first)
        #expect(isRepeat(driver.step(.alert(.sample(key: "k", content: "c"))), of: first.command.group))
    }

    @Test func `a keyed alert that was taken back does not hide the one before`() throws {
        var driver = DeskDriver()
        let first = try #require(driver.alert(.sample(content: "c")).first)
        driver.commits = false
        var desk = driver.desk
        _ = desk.step(.alert(.sample(key: "k", content: "c")), at: driver.now, id: .sample(900))
        desk.rollBack()
        let output = desk.step(.alert(.sample(content: "c")), at: driver.now, id: .sample(901))
        #expect(isRepeat(output, of: first.command.group))
    }

    @Test func `100 identical alerts become one order`() {
        //
        var driver = DeskDriver()
        var orders = 0
        for _ in 0..<100 { orders += driver.alert(.sample(key: "k", content: "c")).count }
        #expect(orders == 1)
        #expect(driver.placements == 1)
    }
}
