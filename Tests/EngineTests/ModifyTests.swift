import Desk
import Engine
import Testing
import Trading

/// A change on its way through the engine: durable before it leaves, asked about once more at the door.
@Suite struct ModifyTests {
    /// An engine with one order of ten units that rests at 100.
    private static func resting(
        _ broker: ScriptedBroker = ScriptedBroker()
    ) async throws -> (engine: RunningEngine, order: CommandID) {
        let running = try RunningEngine(broker)
        try await running.untilReady()
        let id = try #require(try await running.rest())
        try await eventually("it works") { try await running.order(id)?.state.word == .working }
        return (running, id)
    }

    @Test func `a change leaves once, and only when the wish is durable`() async throws {
        let (running, id) = try await Self.resting()
        let slow = Gate()
        let arrived = Gate()
        running.journal.beforeCommit {
            arrived.open()
            await slow.wait()
        }
        async let reply = running.engine.modify(
            OrderChange(id, source: .api, quantity: 5, price: .ninetyNine),
            of: "FA00001"
        )
        await arrived.wait()
        #expect(running.broker.changes.isEmpty)
        running.journal.beforeCommit(nil)
        slow.open()
        guard case .modifying(let record) = try await reply else {
            Issue.record("not modifying")
            return
        }
        #expect(record.pending == .modify)
        try await eventually("it was sent") { running.broker.changes.count == 1 }
        let change = try #require(running.broker.changes.first)
        #expect(change.quantity == 5 && change.price == .ninetyNine && change.number == "N1")
        running.broker.show(id, quantity: 5, price: .ninetyNine)
        try await eventually("the row has it") {
            let row = try await running.order(id)
            return row?.price == .ninetyNine && row?.quantity == 5 && row?.pending == nil
        }
        #expect(running.broker.changes.count == 1)
        #expect(try await running.selfCheck() == nil)
        await running.end()
    }

    @Test func `a refused change leaves the order working, and its books are read`() async throws {
        let broker = ScriptedBroker()
        broker.change { $0.modify = { _ in .refused("SAF:order is not open to modify") } }
        let (running, id) = try await Self.resting(broker)
        let reads = broker.orderBooks
        _ = try await running.engine.modify(OrderChange(id, source: .api, quantity: 5), of: "FA00001")
        try await eventually("it was refused") {
            guard broker.changes.count == 1 else { return false }
            return try await running.order(id)?.pending == nil
        }
        try await eventually("the books were read") { broker.orderBooks > reads }
        #expect(try await running.order(id)?.state.word == .working)
        #expect(try await running.order(id)?.quantity == 10)
        #expect(try await running.selfCheck() == nil)
        await running.end()
    }

    @Test func `a halt keeps a change at home that waits for its turn`() async throws {
        let (running, id) = try await Self.resting()
        let answer = Gate()
        running.broker.change { script in
            script.place = { placement in
                await answer.wait()
                return .refused("no", sessionExpired: false)
            }
        }
        for number in 0..<4 { _ = try await running.enter(1, strategy: StrategyName("T\(number)")) }
        try await eventually("every slot is taken") { running.broker.placements.count == 5 }
        _ = try await running.engine.modify(OrderChange(id, source: .api, quantity: 20), of: "FA00001")
        let halt = Halt(scope: .client, by: "test", reason: "test", at: RealClock().now())
        try await running.engine.halt(halt, client: "FA00001")
        answer.open()
        try await eventually("it was blocked") { try await running.order(id)?.pending == nil }
        #expect(running.broker.changes.isEmpty)
        #expect(try await running.order(id)?.state.word == .working)
        #expect(try await running.selfCheck() == nil)
        await running.end()
    }

    @Test func `nobody else's order, and none that is not there, is changed`() async throws {
        let (running, id) = try await Self.resting()
        let stranger = OrderChange(CommandID(milliseconds: 1, entropy: 1), source: .api, quantity: 5)
        guard case .unknownOrder = try await running.engine.modify(stranger, of: "FA00001") else {
            Issue.record("not unknown")
            return
        }
        await #expect(throws: IntakeRefusal.unknownClient) {
            _ = try await running.engine.modify(OrderChange(id, source: .api, quantity: 5), of: "FA00002")
        }
        #expect(running.broker.changes.isEmpty)
        await running.end()
    }
}

extension Price {
    fileprivate static let hundred = Price(tenThousandths: 1_000_000)
    fileprivate static let ninetyNine = Price(tenThousandths: 990_000)
}

extension RunningEngine {
    /// One order of ten units with a limit of 100, which the broker's book shows from the start.
    fileprivate func rest() async throws -> CommandID? {
        let leg = Alert.Leg(
            index: 0,
            exchange: "NSE",
            symbol: "X0",
            product: .intraday,
            side: .buy,
            quantity: 10,
            type: .limit,
            price: .hundred
        )
        let alert = Alert(
            source: .api,
            strategy: "S",
            executionType: .entry,
            contentHash: "rest",
            request: "{}",
            legs: [leg]
        )
        broker.change { [broker] script in
            script.place = { placement in
                broker.show(placement.command.id, quantity: 10, price: .hundred)
                return .accepted("N1")
            }
        }
        guard case .registered(_, let records, _) = try await engine.submit(alert, to: "FA00001") else { return nil }
        return records.first?.id
    }
}

extension ScriptedBroker {
    /// The order book has the order as it is now.
    fileprivate func show(_ id: CommandID, quantity: Int, price: Price) {
        let report = OrderReport(
            brokerOrderID: "N1",
            tag: id.tag,
            instrument: Instrument("NSE", "X0"),
            product: .intraday,
            side: .buy,
            type: .limit,
            quantity: quantity,
            price: price,
            status: .open
        )
        change { $0.orders = .known([report]) }
    }
}
