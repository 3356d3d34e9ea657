@testable import Desk
import Foundation
import TestSupport
import Testing
import Trading

@Suite struct RollBackTests {
    static let keys =
        RandomInputs.contents + RandomInputs.keys.flatMap { key in (0..<9).map { key + String($0) } }

    @Test(arguments: 0..<8)
    func `a batch that was taken back leaves no trace`(part: Int) {
        // 2400 sequences: some steps that are committed, then a batch of up to 12 that is not.
        for seed in (part * 300)..<(part * 300 + 300) {
            var inputs = RandomInputs(seed: seed)
            // Packing what ended is no part of a batch: where it goes on, what it leaves is compared.
            let packs = seed.isMultiple(of: 2)
            let keys = packs ? [] : Self.keys
            var settings = DeskSettings.sample(packing: packs)
            if seed.isMultiple(of: 3) { settings.limits = .sample }
            var desk = Desk.sample(settings)
            for _ in 0..<inputs.below(30) {
                _ = desk.step(inputs.next(for: desk), at: inputs.now, id: inputs.nextID())
                desk.committed()
            }
            if inputs.below(4) == 0 { desk = Self.restarted(desk, at: inputs.now) }
            var before = DeskReplica(desk, keys: keys)
            var leftovers = desk.view.leftovers
            if inputs.below(4) == 0 { inputs.turnDay() }
            // A part may be sealed under way, and be durable or not when the rest is taken back.
            let sealing = inputs.below(24)
            let isDurable = inputs.below(2) == 0
            for number in 0...inputs.below(12) {
                if number == sealing {
                    if isDurable {
                        before = DeskReplica(desk, keys: keys)
                        leftovers = desk.view.leftovers
                    }
                    _ = desk.seal()
                }
                _ = desk.step(inputs.next(for: desk), at: inputs.now, id: inputs.nextID())
            }
            if isDurable, desk.sealed != nil { desk.committed() }
            desk.rollBack()
            let after = DeskReplica(desk, keys: keys)
            #expect(after == before, "seed \(seed)")
            #expect(leftovers.isSubset(of: desk.view.leftovers), "seed \(seed)")
            #expect(desk.changes().isEmpty)
        }
    }

    /// What the store holds, loaded again.
    private static func restarted(_ packed: Desk, at now: Timestamp) -> Desk {
        let desk = packed.unpacked
        var snapshot = DeskSnapshot()
        snapshot.orders = Array(desk.orders.records.values)
        snapshot.holdings = desk.ledger.holdings.map { ($0.key, $0.value) }
        snapshot.groups = Array(desk.groups.groups.values).sorted { $0.id < $1.id }
        snapshot.halts = Array(desk.halts.values)
        snapshot.ledgerRequests = desk.ledgerRequests
        snapshot.intradayMoves = IntradayMove.moves(of: desk.orders.records.values)
        snapshot.riskDay = desk.riskDay
        var restored = Desk(client: .sample, settings: packed.settings, restoring: snapshot, at: now)
        for (number, fills) in desk.bookedFills { restored.bookedFills[number] = fills }
        _ = restored.step(.started, at: now, id: .sample(99_999, at: now))
        restored.committed()
        return restored
    }

    @Test(arguments: 0..<4)
    func `a desk that is rebuilt from its events is the same desk`(part: Int) throws {
        for seed in (part * 150)..<(part * 150 + 150) {
            var inputs = RandomInputs(seed: 50_000 + seed)
            var desk = Desk.sample(.sample { $0.limits = .sample })
            var records: [CommandID: OrderRecord] = [:]
            var entries: [LedgerEntry] = []
            for _ in 0..<60 {
                _ = desk.step(inputs.next(for: desk), at: inputs.now, id: inputs.nextID())
                for event in desk.changes().events {
                    var record = try #require(records[event.command] ?? OrderRecord(beginning: event))
                    if records[event.command] != nil { try record.apply(event) }
                    records[event.command] = record
                }
                entries += desk.changes().ledger
                desk.committed()
            }
            var quantities: [HoldingKey: Int] = [:]
            for record in records.values where record.command.test == nil {
                quantities[record.command.holding, default: 0] += record.filled.quantity * record.command.side.sign
            }
            for entry in entries { quantities[entry.holding, default: 0] += entry.quantity }
            #expect(records == desk.unpacked.orders.records, "seed \(seed)")
            #expect(quantities.filter { $0.value != 0 } == desk.ledger.holdings.mapValues(\.quantity), "seed \(seed)")
            var table = OrderTable(keepsLoad: true)
            for record in records.values { table.set(record, for: record.id) }
            #expect(table.load.client.value == desk.orders.load.client.value, "seed \(seed)")
            #expect(table.load.strategies.mapValues(\.open) == desk.orders.load.strategies.mapValues(\.open))
            #expect(table.load.unitsOfHolding == desk.orders.load.unitsOfHolding, "seed \(seed)")
            #expect(table.atBroker == desk.orders.atBroker, "seed \(seed)")
            #expect(table.holdingsWithWaitingExits == desk.orders.holdingsWithWaitingExits, "seed \(seed)")
        }
    }
}

@Suite struct DeterminismTests {
    @Test func `the same inputs give the same outputs, twice`() {
        for seed in 0..<200 {
            var inputs = RandomInputs(seed: 70_000 + seed)
            var one = Desk.sample()
            var two = Desk.sample()
            for _ in 0..<50 {
                let input = inputs.next(for: one)
                let id = inputs.nextID()
                let first = one.step(input, at: inputs.now, id: id)
                let second = two.step(input, at: inputs.now, id: id)
                #expect(first.actions == second.actions, "seed \(seed)")
                #expect(one.changes().events == two.changes().events, "seed \(seed)")
                #expect(one.changes().notifications.map(\.text) == two.changes().notifications.map(\.text))
                one.committed()
                two.committed()
            }
        }
    }
}

/// What always holds, under chance: the driver checks it after each step.
@Suite struct InvariantTests {
    @Test(arguments: 0..<6)
    func `no order of events breaks what always holds`(part: Int) {
        for seed in (part * 60)..<(part * 60 + 60) {
            var inputs = RandomInputs(seed: 90_000 + seed)
            var driver = DeskDriver()
            for _ in 0..<80 {
                let input = inputs.next(for: driver.desk)
                driver.now = inputs.now
                driver.step(input)
                checkClosing(driver, seed)
            }
        }
    }

    /// Exits on their way never grow or flip what their strategy holds.
    private func checkClosing(_ driver: DeskDriver, _ seed: Int) {
        for (key, holding) in driver.desk.ledger.holdings where key.strategy != .external {
            for side in [Side.buy, .sell] {
                let closing = driver.desk.orders.open(on: key)
                    .filter { $0.state == .sending && $0.command.reduces && $0.command.side == side }
                let sendable = closing.compactMap { record in
                    if case .send(let placement) = driver.desk.clearance(for: record.id, at: driver.now) {
                        placement.quantity
                    } else {
                        nil
                    }
                }
                guard !sendable.isEmpty else { continue }
                let atBroker = driver.desk.orders.open(on: key)
                    .filter { $0.state != .received && $0.state != .sending && $0.command.reduces }
                let total = (sendable + atBroker.map(\.remaining)).reduce(0, +)
                #expect(total <= max(0, -holding.quantity * side.sign), "seed \(seed)")
            }
        }
    }
}

/// The same evidence in any order, repeated, and partly lost before it is complete, ends in the same state.
@Suite struct EvidenceTests {
    struct End: Equatable {
        var states: [StateWord?]
        var filled: [FillSum?]
        var holdings: [HoldingKey: Holding]
    }

    /// 20,000 cases, or as many as the environment says (`SEXTANT_CASES`).
    private static let share =
        (ProcessInfo.processInfo.environment["SEXTANT_CASES"].flatMap(Int.init) ?? 20_000) / 10

    @Test(arguments: 0..<10)
    func `evidence in any order ends in the same state`(part: Int) throws {
        for seed in (part * Self.share)..<((part + 1) * Self.share) {
            var chance = SeededGenerator(seed: 200_000 + seed)
            var driver = DeskDriver()
            let orders = [
                driver.alert(.sample(legs: [.sample(.buy, 100)])),
                driver.alert(.sample(strategy: .other, legs: [.sample(.buy, 60)])),
            ].flatMap(\.self)
            var inputs: [DeskInput] = []
            for record in orders {
                let number = driver.book.take(record)
                inputs.append(try #require(driver.book.report(number)).pushed)
                let isAnswered = Bool.random(using: &chance)
                inputs.append(
                    .answer(record.id, isAnswered ? .accepted(number) : .unanswered("lost"), sentAt: driver.now)
                )
                var left = record.quantity
                while left > 0 {
                    let quantity = Int.random(in: 1...left, using: &chance)
                    let fill = driver.book.fill(
                        number,
                        quantity,
                        at: .rupees(Int64.random(in: 1...500, using: &chance))
                    )
                    left -= quantity
                    inputs.append(try #require(driver.book.report(number, fill: fill)).pushed)
                    if Int.random(in: 0..<4, using: &chance) == 0 { break }
                }
                if left > 0 { driver.book.cancel(number) }
                inputs.append(try #require(driver.book.report(number)).pushed)
            }
            // Answers come once; evidence may come twice, or not at all until the books complete it.
            let answers = inputs.filter(\.isAnswer)
            let evidence = inputs.filter { !$0.isAnswer }
            let kept = evidence.filter { _ in Int.random(in: 0..<3, using: &chance) > 0 }
            let repeated = evidence.filter { _ in Int.random(in: 0..<3, using: &chance) == 0 }
            for input in (answers + kept + repeated).shuffled(using: &chance) {
                driver.wait(.milliseconds(5))
                driver.step(input)
                switch Int.random(in: 0..<8, using: &chance) {
                case 0: driver.readOrders()
                case 1: driver.readTrades()
                default: break
                }
            }
            driver.wait(.seconds(1))
            driver.readOrders()
            driver.readTrades()
            let end = End(
                states: orders.map { driver.state($0) },
                filled: orders.map { driver.desk.order($0.id)?.filled },
                holdings: driver.desk.ledger.holdings
            )
            #expect(end == Self.truth(driver.book, orders), "seed \(seed)")
            #expect(driver.placements == 2)
            #expect(driver.notified(.disputed).isEmpty)
        }
    }

    /// What the broker has, told without a desk.
    private static func truth(_ book: BrokerBook, _ orders: [OrderRecord]) -> End {
        var end = End(states: [], filled: [], holdings: [:])
        for (record, order) in zip(orders, book.orders.values.sorted { $0.number < $1.number }) {
            var sum = FillSum()
            for fill in order.fills { sum.add(fill.quantity, at: fill.price) }
            end.states.append(order.status == .complete ? .filled : .cancelled)
            end.filled.append(sum)
            end.holdings[record.command.holding] = Holding(quantity: sum.quantity, cost: sum.value)
        }
        return end
    }
}

extension OrderReport {
    fileprivate var pushed: DeskInput { .push(self) }
}

extension DeskInput {
    fileprivate var isAnswer: Bool { if case .answer = self { true } else { false } }
}
