import Desk
@testable import Engine
import Testing
import Trading

/// What the engine does when the store, the broker or a person gets in the way.
@Suite struct EngineFaultTests {
    @Test func `a halt between two legs ends all that are not written, and holds up nothing behind them`() async throws
    {
        let answer = Gate()
        let broker = ScriptedBroker()
        broker.change { script in
            script.place = { placement in
                await answer.wait()
                return .refused("no \(placement.command.leg)", sessionExpired: false)
            }
        }
        let running = try RunningEngine(broker)
        try await running.untilReady()
        let ids = try await running.enter(4)
        try await eventually("leg 1 is on the wire") { broker.placements.count == 1 }
        let halt = Halt(scope: .client, by: "test", reason: "test", at: RealClock().now())
        try await running.engine.halt(halt, client: "FA00001")
        answer.open()
        try await eventually("every leg has ended") {
            for id in ids where try await running.order(id)?.state.isOpen != false { return false }
            return true
        }
        #expect(broker.placements == [ids[0]])
        for id in ids.dropFirst() {
            #expect(try await running.order(id)?.state.reason?.tag == .tradingHalted)
        }
        await running.end()
    }

    @Test func `a commit past its deadline fails the store, and every sender is told once`() async throws {
        let running = try RunningEngine(commitDeadline: .milliseconds(200))
        try await running.untilReady()
        let slow = Gate()
        running.journal.beforeCommit { await slow.wait() }
        let refusals = await withTaskGroup(of: IntakeRefusal?.self) { group in
            for number in 0..<5 {
                group.addTask {
                    do throws(IntakeRefusal) {
                        let legs = [
                            Alert.Leg(
                                index: 0,
                                exchange: "NSE",
                                symbol: "X",
                                product: .intraday,
                                side: .buy,
                                quantity: 1
                            )
                        ]
                        let alert = Alert(
                            source: .webhook,
                            strategy: StrategyName("S\(number)"),
                            executionType: .entry,
                            contentHash: "\(number)",
                            request: "{}",
                            legs: legs
                        )
                        _ = try await running.engine.submit(alert, to: "FA00001")
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.allSatisfy { $0 == .notReady([.storeFailed]) })
        slow.open()
        try await eventually("the reason is shown") {
            await running.engine.readiness()["FA00001"] == [.storeFailed]
        }
        #expect(running.broker.placements.isEmpty)
        await running.end()
    }

    @Test func `a locked store refuses alerts, keeps answers, and goes on when it is free`() async throws {
        let answer = Gate()
        let broker = ScriptedBroker()
        broker.change { script in
            script.place = { _ in
                await answer.wait()
                return .refused("no", sessionExpired: false)
            }
        }
        let running = try RunningEngine(broker)
        try await running.untilReady()
        let ids = try await running.enter(1)
        try await eventually("it is on the wire") { broker.placements.count == 1 }
        running.journal.beforeCommit { () async throws(JournalError) in throw .busy("locked") }
        answer.open()
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await running.enter(1, strategy: "T") }
        running.journal.beforeCommit(nil)
        try await eventually("the answer is on record") {
            try await running.order(ids[0])?.state.word == .rejected
        }
        #expect(broker.placements == ids)
        await running.end()
    }

    @Test(arguments: [JournalError.contradiction("test"), .busy("test")])
    func `what came in during a commit that fails is taken in once, from where that leaves the desk`(
        error: JournalError
    ) async throws {
        let running = try RunningEngine()
        try await running.untilReady()
        let (began, failing) = (Gate(), Gate())
        running.journal.beforeCommit { () async throws(JournalError) in
            began.open()
            await failing.wait()
            throw error
        }
        async let first = try? running.enter(1, strategy: "FIRST")
        await began.wait()
        async let second = running.enter(1, strategy: "SECOND")
        // The halt is answered last: by then the second alert has been stepped.
        async let halt: Void? = try? running.engine.halt(
            Halt(scope: .strategy("THIRD"), by: "test", reason: "test", at: RealClock().now()),
            client: "FA00001"
        )
        try await eventually("both wait behind the commit") { await running.engine.isSteppingAhead }
        running.journal.beforeCommit(nil)
        failing.open()
        let ids = try await second
        (_, _) = (await first, await halt)
        #expect(ids.count == 1)
        try await eventually("it is at the broker") { running.broker.placements.filter { $0 == ids.first }.count == 1 }
        #expect(try await running.order(ids[0])?.command.strategy == "SECOND")
        await running.stop()
        #expect(try await running.selfCheck() == nil)
        await running.end()
    }

    @Test func `a key that only the store remembers is the same alert, and what came with it is not held up`()
        async throws
    {
        let running = try RunningEngine()
        try await running.untilReady()
        let old = Group(
            id: GroupID(CommandID(milliseconds: 1, entropy: 1)),
            source: .webhook,
            idempotencyKey: "k",
            contentHash: "first",
            request: "{}",
            receivedAt: Timestamp(microseconds: 1_000_000)
        )
        var stored = DeskChanges(client: "FA00001")
        stored.groups = [old]
        _ = try await running.journal.commit([stored])
        func submit(_ content: String, key: String) async throws -> DeskReply {
            let leg = Alert.Leg(index: 0, exchange: "NSE", symbol: "X", product: .intraday, side: .buy, quantity: 1)
            var alert = Alert(
                source: .webhook,
                strategy: StrategyName(content),
                executionType: .entry,
                contentHash: content,
                request: "{}",
                legs: [leg]
            )
            alert.idempotencyKey = key
            return try await running.engine.submit(alert, to: "FA00001")
        }
        running.journal.answers(false)
        await #expect(throws: IntakeRefusal.notReady([.storeFailed])) { try await submit("first", key: "k") }
        running.journal.answers(true)
        async let repeated = submit("first", key: "k")
        async let neighbour = submit("neighbour", key: "n")
        guard case .repeated(old.id, firstReceivedAt: old.receivedAt) = try await repeated,
            case .registered = try await neighbour,
            case .conflict(old.id, firstReceivedAt: old.receivedAt) = try await submit("second", key: "k")
        else { throw TimedOut(description: "an alert was not answered as it should be") }
        try await eventually("only the neighbour is at the broker") { running.broker.placements.count == 1 }
        await running.stop()
        #expect(try await running.selfCheck() == nil)
        await running.end()
    }

    @Test func `intake stays shut while the broker's books contradict what is known`() async throws {
        let running = try RunningEngine()
        try await running.untilReady()
        let ids = try await running.enter(1)
        try await eventually("the broker has it") { try await running.order(ids[0])?.state.word == .working }
        // The same engine after a new login: the book lacks what was accepted.
        running.broker.change { $0.orders = .unknown(ReadFailure(.sessionExpired, "Session Expired")) }
        try await eventually("the session is over") { await running.engine.readiness()["FA00001"] != [] }
        running.broker.change { $0.orders = .empty }
        try await eventually("it has logged in again") { running.broker.logins == 2 }
        let before = running.broker.orderBooks
        try await eventually("the book was read again and again") { running.broker.orderBooks >= before + 5 }
        #expect(await running.engine.readiness()["FA00001"] == [.reconciling])
        await #expect(throws: IntakeRefusal.notReady([.reconciling])) { try await running.enter(1, strategy: "T") }
        await running.end()
    }

    @Test func `nothing that was not written goes out after a stop, and each such order says so`() async throws {
        let answer = Gate()
        let broker = ScriptedBroker()
        broker.change { script in
            script.place = { placement in
                await answer.wait()
                return .accepted(BrokerOrderID("N\(placement.command.leg)"))
            }
        }
        let running = try RunningEngine(broker)
        try await running.untilReady()
        let ids = try await running.enter(3)
        try await eventually("leg 1 is on the wire") { broker.placements.count == 1 }
        async let stopped: Void = running.stop()
        try await eventually("leg 3 was given up") {
            try await running.order(ids[2])?.state.reason?.code == "stopping"
        }
        answer.open()
        await stopped
        #expect(try await running.order(ids[0])?.state.word == .working)
        #expect(broker.placements == [ids[0]])
        await running.end()
    }
}
