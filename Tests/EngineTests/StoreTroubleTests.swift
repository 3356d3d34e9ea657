import Desk
@testable import Engine
import GRDB
import Testing
import Trading

/// The store cannot be written: entries are refused, exits go once by the emergency file, and in the end all is stored.
@Suite struct StoreTroubleTests {
    /// A strategy that holds ten units, and a broker that fills whatever is placed.
    private func holding(_ running: RunningEngine) async throws -> CommandID {
        try await running.untilReady()
        let ids = try await running.enter(1)
        try await eventually("it is filled") { try await running.order(ids[0])?.state.word == .filled }
        return ids[0]
    }

    private func refusal(_ running: RunningEngine) async -> IntakeRefusal? {
        do throws(IntakeRefusal) {
            _ = try await running.enter(1, strategy: "BAD", key: "K")
            return nil
        } catch {
            return error
        }
    }

    private func expectExitedOnce(_ exit: CommandID, _ running: RunningEngine, _ broker: FillingBroker) async throws {
        try await eventually("the exit is stored as filled") {
            try await running.order(exit)?.state.word == .filled
        }
        #expect(broker.placements.filter { $0 == exit }.count == 1)
        #expect(broker.net == 0)
        #expect(await running.engine.positions(of: "FA00001")?.holdings.isEmpty == true)
        #expect(try await running.selfCheck() == nil)
    }

    @Test func `after an I/O error exits go once, entries never, and the next start stores what happened`() async throws
    {
        let broker = FillingBroker()
        let first = try RunningEngine(broker.scripted)
        _ = try await holding(first)
        first.journal.beforeCommit { () async throws(JournalError) in throw .failed("disk I/O error") }
        let exits = try await first.exit(key: "out")
        #expect(exits.count == 1)
        try await eventually("it is at the broker") { broker.net == 0 }
        // The store would take it again, but what it did with the failed commit is not known: it is not asked.
        first.journal.beforeCommit(nil)
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await first.enter(1, strategy: "T") }
        #expect(await first.engine.readiness() == ["FA00001": [.storeFailed]])
        try await eventually("it watches in memory") {
            await first.engine.positions(of: "FA00001")?.holdings.isEmpty == true
        }
        #expect(try await first.order(exits[0]) == nil)
        await first.leave()

        let second = try RunningEngine(broker.scripted, in: first.folder)
        try await second.untilReady()
        try await expectExitedOnce(exits[0], second, broker)
        #expect(try await second.notified("STORE_FAILED") == 1)
        #expect(try await second.notified("TAKEN_IN") == 1)
        // A repeat of its key is known for one.
        #expect(try await second.exit(key: "out").isEmpty)
        await second.leave()
        #expect(try second.kept().isEmpty)
        await second.end()
    }

    @Test func `an exit whose commit hung and happened after all is one order`() async throws {
        let broker = FillingBroker()
        let first = try RunningEngine(broker.scripted, commitDeadline: .milliseconds(300))
        _ = try await holding(first)
        let hanging = Gate()
        first.journal.beforeCommit { await hanging.wait() }
        let exits = try await first.exit()
        try await eventually("it is at the broker") { broker.net == 0 }
        hanging.open()
        try await eventually("the commit has happened") { try await first.order(exits[0]) != nil }
        await first.leave()
        let second = try RunningEngine(broker.scripted, in: first.folder)
        try await second.untilReady()
        try await expectExitedOnce(exits[0], second, broker)
        await second.end()
    }

    @Test(arguments: [true, false])
    func `what a failed commit was to store stands as it was decided, whether the store has it or not`(
        isStored: Bool
    ) async throws {
        let broker = FillingBroker()
        let first = try RunningEngine(broker.scripted)
        try await first.untilReady()
        let (began, going) = (Gate(), Gate())
        first.journal.beforeCommit { () async throws(JournalError) in
            began.open()
            await going.wait()
        }
        async let other = first.enter(1, strategy: "OTHER")
        await began.wait()
        // The exit waits for the entry's cancel; without the entry there would be nothing to exit.
        async let entry = refused { () async throws(IntakeRefusal) in
            _ = try await first.enter(1, strategy: "N", key: "k")
        }
        try await eventually("the entry is stepped") { await first.engine.itemsSteppedAhead == 1 }
        async let exit = first.exit("N")
        try await eventually("the exit is stepped") { await first.engine.itemsSteppedAhead == 2 }
        let fail: @Sendable () async throws(JournalError) -> Void = { () async throws(JournalError) in
            throw .failed("disk I/O error")
        }
        let passed = Gate()
        first.journal.beforeCommit { () async throws(JournalError) in
            await passed.wait()
            if !isStored { try await fail() }
        }
        going.open()
        _ = try await other
        if isStored { first.journal.afterCommit(fail) }
        passed.open()
        #expect(await entry == .notReady([.storeFailed]))
        let exits = try await exit
        #expect(exits.count == 1)
        try await eventually("nothing is left to exit") {
            await first.engine.strategy("N", of: "FA00001")?.openOrders.isEmpty == true
        }
        await first.leave()

        let second = try RunningEngine(broker.scripted, in: first.folder)
        try await second.untilReady()
        let stored = try #require(try await second.order(exits[0]))
        #expect(stored.state.word == .blocked)
        #expect(broker.placements.count == 1, "only the other strategy's order left")
        #expect(try await second.selfCheck() == nil)
        // Whoever was told to ask again may, unless the store has the first request.
        #expect(try await second.enter(1, strategy: "N", key: "k").isEmpty == isStored)
        await second.end()
    }

    private func refused(_ body: () async throws(IntakeRefusal) -> Void) async -> IntakeRefusal? {
        do throws(IntakeRefusal) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `while another program locks the database exits go, and all is stored when it lets go`() async throws {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted)
        _ = try await holding(running)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(60)
        let other = try DatabaseQueue(path: running.folder + "/sextant.db", configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let exits = try await running.exit()
        try await eventually("it is at the broker") { broker.net == 0 }
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await running.enter(1, strategy: "T") }
        #expect(try await running.order(exits[0]) == nil)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try other.close()
        try await expectExitedOnce(exits[0], running, broker)
        try await running.untilReady()
        #expect(try await running.notified("STORE_FAILED") == 1)
        _ = try await running.enter(1, strategy: "T")
        await running.leave()
        #expect(try running.kept().isEmpty)
        await running.end()
    }

    @Test func `on a full disk exits go, and all is stored when there is room`() async throws {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted)
        _ = try await holding(running)
        try await running.limitPages(true)
        var exits: [CommandID] = []
        // Until the room in the pages that are there is used up.
        for number in 0..<500 {
            do throws(IntakeRefusal) {
                _ = try await running.engine.halt(
                    Halt(
                        scope: .strategy(StrategyName("\(number)")),
                        by: "test",
                        reason: String(repeating: "x", count: 4000),
                        at: RealClock().now()
                    ),
                    client: "FA00001"
                )
            } catch {
                #expect(error == .notReady([.storeFailed]))
                break
            }
        }
        exits = try await running.exit()
        try await eventually("it is at the broker") { broker.net == 0 }
        #expect(await running.engine.readiness() == ["FA00001": [.storeFailed]])
        try await running.limitPages(false)
        try await expectExitedOnce(exits[0], running, broker)
        try await running.untilReady()
        await running.end()
    }

    @Test func `where the emergency file cannot be written either, nothing is sent and the sender is told`()
        async throws
    {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted, emergency: BrokenFile())
        _ = try await holding(running)
        running.journal.beforeCommit { () async throws(JournalError) in throw .failed("disk I/O error") }
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await running.exit() }
        #expect(broker.net == 10)
        #expect(broker.placements.count == 1)
        await running.end()
    }

    @Test func `nobody is told that an order is registered which could be kept nowhere`() async throws {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted, emergency: ReservedFile())
        _ = try await holding(running)
        running.journal.beforeCommit { () async throws(JournalError) in throw .failed("disk I/O error") }
        let exits = try await running.exit()
        #expect(exits.count == 1)
        try await eventually("it is at the broker") { broker.net == 0 }
        // It closes nothing, so nothing of it leaves and nothing of it is vital.
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await running.exit(of: "OTHER") }
        await running.end()
    }

    @Test func `a repeat is known for one though its order has left the desk and the store never had it`() async throws
    {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted, closedStay: .zero)
        _ = try await holding(running)
        running.journal.beforeCommit { () async throws(JournalError) in throw .failed("disk I/O error") }
        let exits = try await running.exit(of: "OTHER", key: "out")
        #expect(exits.count == 1)
        #expect(try await running.exit(of: "ANOTHER", key: "later").count == 1)
        #expect(try await running.exit(of: "OTHER", key: "out").isEmpty)
        await running.leave()
        #expect(try running.kept().flatMap(\.groups).count { $0.idempotencyKey == "out" } == 1)
        await running.end()
    }

    @Test func `one input that contradicts the store is set aside and reported, those beside it go on`() async throws {
        let broker = FillingBroker()
        let running = try RunningEngine(broker.scripted)
        try await running.untilReady()
        let (began, going) = (Gate(), Gate())
        running.journal.beforeCommit { () async throws(JournalError) in
            began.open()
            await going.wait()
        }
        async let first = running.enter(1, strategy: "FIRST")
        await began.wait()
        async let good: [CommandID] = running.enter(1, strategy: "GOOD")
        async let bad = refusal(running)
        try await eventually("both wait behind the commit") { await running.engine.itemsSteppedAhead == 2 }
        try await running.execute(
            """
            CREATE TEMP TRIGGER refuse_bad BEFORE INSERT ON groups WHEN NEW.content_hash = 'BAD'
            BEGIN SELECT RAISE(ABORT, 'no such group'); END
            """
        )
        running.journal.beforeCommit(nil)
        going.open()
        let ids = try await first + good
        guard case .setAside = await bad else {
            Issue.record("it was not set aside")
            return
        }
        for id in ids { try await eventually("it went on") { try await running.order(id)?.state.word == .filled } }
        try await eventually("it is reported") { try await running.notified("DISPUTED") == 1 }
        #expect(await running.engine.readiness() == ["FA00001": []], "the store has not failed")
        await running.end()
    }
}
