@testable import Desk
import TestSupport
import Testing
import Trading

/// What each source's commands are for, and nothing else (N3).
@Suite struct RightsTests {
    @Test(arguments: Source.allCases, ExecutionType.allCases)
    func `a source gets what is its own, and no more`(source: Source, type: ExecutionType) throws {
        var driver = DeskDriver()
        try driver.hold()
        var alert: Alert = type == .exit ? .exit() : .sample(type, legs: [.sample(type == .entry ? .buy : .sell, 10)])
        if type == .entry { alert.strategy = .other }
        alert.source = source
        let output = driver.step(.alert(alert))
        let placed = output.actions.contains { if case .place = $0 { true } else { false } }
        #expect(placed == (source != .system || type == .exit))
    }

    @Test func `a system entry is registered, refused by name, and never leaves`() throws {
        var driver = DeskDriver()
        var alert = Alert.sample()
        alert.source = .system
        let record = try #require(driver.alert(alert).first)
        #expect(record.state.reason?.tag == .validationFailed || record.state.reason?.tag == .groupBlocked)
        #expect(record.state.reason?.text.contains("SYSTEM") == true)
        #expect(driver.actions.isEmpty)
    }

    @Test(arguments: ExecutionType.allCases)
    func `nobody trades in the name of external`(type: ExecutionType) {
        var driver = DeskDriver()
        var alert: Alert = type == .exit ? .exit() : .sample(type)
        alert.strategy = .external
        let output = driver.step(.alert(alert))
        #expect(!output.actions.contains { if case .place = $0 { true } else { false } })
    }

    @Test(arguments: TestOutcome.allCases)
    func `a test command never asks for the broker, nor is it let through at the door`(outcome: TestOutcome) throws {
        var driver = DeskDriver()
        var alert = Alert.sample()
        alert.test = outcome
        let record = try #require(driver.alert(alert).first)
        #expect(driver.actions.isEmpty)
        #expect(record.command.trespass != nil)
        #expect(driver.desk.clearance(for: record.id, at: driver.now) == .forget)
    }

    @Test func `the last door refuses what should never have come to it`() throws {
        // As if a bug of ours had intended it: the wire stays shut.
        var driver = DeskDriver()
        let record = try #require(driver.alert(.sample()).first)
        let spoils: [(inout OrderCommand) -> Void] = [
            { $0.strategy = .external },
            {
                $0.source = .system
                $0.executionType = .adjust
            },
            { $0.test = .success },
        ]
        for (number, spoil) in spoils.enumerated() {
            var command = record.command
            command.id = .sample(900 + number, at: driver.now)
            spoil(&command)
            var desk = driver.desk
            desk.record(.received(command), of: command.id, at: driver.now)
            desk.record(.sending(quantity: command.quantity), of: command.id, at: driver.now)
            #expect(desk.clearance(for: command.id, at: driver.now) == .recheck)
            let output = desk.step(.recheck(command.id), at: driver.now, id: .sample(950, at: driver.now))
            #expect(output.actions.isEmpty)
            #expect(desk.order(command.id)?.state.reason?.code == "rights")
        }
    }
}
