@testable import Desk
import TestSupport
import Testing
import Trading

@Suite struct PackingTests {
    @Test(arguments: 0..<8)
    func `a desk that packs what ended does as one that never does`(part: Int) {
        var packed = 0
        var returned = 0
        for seed in (part * 100)..<(part * 100 + 100) {
            var inputs = RandomInputs(seed: 400_000 + seed)
            var plain = Desk.sample(.sample(packing: false))
            var packing = Desk.sample(.sample(packing: true))
            for number in 0..<140 {
                if number == 100, seed.isMultiple(of: 2) { inputs.turnDay() }
                let input = inputs.next(for: plain)
                // As the engine does when the store refuses the key.
                if case .alert(let alert) = input, let key = alert.idempotencyKey, !packing.knows(key: key),
                    let group = plain.groups.known(key: key)
                {
                    packing.recall(group)
                }
                let id = inputs.nextID()
                let before = Set(packing.packedOrders)
                let seen = packing.changes().events.count
                let one = plain.step(input, at: inputs.now, id: id)
                let other = packing.step(input, at: inputs.now, id: id)
                packed += Set(packing.packedOrders).subtracting(before).count
                returned += packing.changes().events.dropFirst(seen).filter { before.contains($0.command) }.count
                #expect(one.actions == other.actions, "seed \(seed)")
                #expect(one.trusted == other.trusted, "seed \(seed)")
                #expect(one.reply?.summary == other.reply?.summary, "seed \(seed)")
                #expect(plain.changes().events == packing.changes().events, "seed \(seed)")
                #expect(plain.changes().orders == packing.changes().orders, "seed \(seed)")
                #expect(plain.changes().fills == packing.changes().fills, "seed \(seed)")
                #expect(plain.changes().notifications == packing.changes().notifications, "seed \(seed)")
                #expect(plain.orderCounts == packing.orderCounts, "seed \(seed)")
                switch inputs.below(8) {
                case 0:
                    plain.rollBack()
                    packing.rollBack()
                case 1 where plain.sealed == nil:
                    _ = plain.seal()
                    _ = packing.seal()
                case 2: break
                default:
                    plain.committed()
                    packing.committed()
                }
                if number.isMultiple(of: 20) {
                    #expect(
                        DeskReplica(plain).differences(from: DeskReplica(packing)) == [],
                        "seed \(seed), input \(number)"
                    )
                }
            }
            #expect(DeskReplica(plain).differences(from: DeskReplica(packing)) == [], "seed \(seed)")
        }
        #expect(packed > 1000)
        #expect(returned > 0)
    }

    @Test func `orders that ended leave the desk after a minute, with their groups`() throws {
        var driver = DeskDriver()
        let entry = try driver.hold()
        driver.step(.alert(.exit()))
        let exit = try #require(driver.records.last)
        try driver.accept(exit)
        try driver.fill(try #require(driver.order(exit).state.brokerOrderID))
        let held = try driver.place(.sample(strategy: .other))
        driver.watch(seconds: 58)
        #expect(driver.desk.packedOrders.isEmpty)
        driver.watch(seconds: 4)
        #expect(Set(driver.desk.packedOrders) == [entry.id, exit.id])
        #expect(driver.desk.orders.records.keys.sorted() == [held.id])
        #expect(driver.desk.groups.groups.keys.sorted() == [held.command.group])
        #expect(driver.desk.bookedFills.isEmpty)
        #expect(driver.desk.view.numbersSince.count == 1)
        // And they are there for whoever asks.
        #expect(driver.desk.order(entry.id) == (try driver.order(entry)))
        #expect(driver.desk.orderCounts == [.filled: 2, .working: 1])
    }

    @Test func `of more than ten thousand orders that ended the oldest are packed at once`() {
        var desk = Desk.sample(.sample { $0.mostClosed = 3 })
        for number in 0..<20 {
            _ = desk.step(.alert(.sample(test: .failure)), at: .sample, id: .sample(number))
            desk.committed()
        }
        // Nothing is known of profit and loss: they are blocked when they have waited for it.
        _ = desk.step(.tick, at: .sample + .seconds(4), id: .sample(20))
        #expect(desk.packedOrders.isEmpty, "the store does not have them yet")
        desk.committed()
        _ = desk.step(.tick, at: .sample + .seconds(5), id: .sample(21))
        #expect(desk.packedOrders.count == 17)
        #expect(desk.orders.records.count == 3)
    }

    @Test func `an alert is known for a repeat of its content while that counts, packed or not`() {
        var desk = Desk.sample(.sample(packing: true))
        func send(after time: Duration, _ number: Int) -> DeskReply? {
            defer { desk.committed() }
            return desk.step(
                .alert(.sample(content: "x", test: .success)),
                at: .sample + time,
                id: .sample(number, at: .sample + time)
            )
            .reply
        }
        guard case .registered(let first, _, _) = send(after: .zero, 1) else {
            Issue.record("not registered")
            return
        }
        guard case .repeated(first, _) = send(after: .seconds(20), 2) else {
            Issue.record("not repeated")
            return
        }
        #expect(desk.packedOrders.isEmpty)
        _ = desk.step(.tick, at: .sample + .seconds(21), id: .sample(3))
        desk.committed()
        _ = desk.step(.tick, at: .sample + .seconds(22), id: .sample(4))
        #expect(desk.packedOrders.count == 1)
        #expect(desk.groups.groups.isEmpty)
    }

    @Test func `a repeat of a key that left the desk is known once the store has told of it`() throws {
        var driver = DeskDriver(.sample(packing: true))
        let record = try #require(driver.alert(.sample(key: "k", content: "x", test: .success)).first)
        let group = try #require(driver.desk.groups[record.command.group])
        driver.wait(.seconds(30))
        driver.tick()
        #expect(!driver.desk.knows(key: "k"))
        var desk = driver.desk
        desk.recall(group)
        driver = DeskDriver(desk, at: driver.now)
        guard case .repeated(group.id, _) = driver.step(.alert(.sample(key: "k", content: "x"))).reply else {
            Issue.record("not repeated")
            return
        }
        guard case .conflict(group.id, _) = driver.step(.alert(.sample(key: "k", content: "y"))).reply else {
            Issue.record("no conflict")
            return
        }
    }

    @Test func `a fill that comes for a packed order is booked, once`() throws {
        var driver = DeskDriver(.sample(packing: true))
        let record = try driver.place(.sample())
        let number = try #require(record.state.brokerOrderID)
        let late = try driver.fillUnseen(number, 40)
        driver.book.cancel(number)
        let row = try #require(driver.book.report(number))
        var early = row
        early.filled = 0
        driver.step(.push(early))
        driver.tick()
        #expect(driver.desk.packedOrders == [record.id])
        for _ in 0..<2 {
            driver.readOrders()
            driver.readTrades()
        }
        #expect(try driver.order(record).filled.quantity == 40)
        #expect(driver.held() == 40)
        #expect(driver.desk.fills(under: number)?[late.id]?.quantity == 40)
        #expect(driver.desk.packedOrders == [record.id])
    }

    @Test func `a book that shows less than a packed order had filled is not believed`() throws {
        var driver = DeskDriver(.sample(packing: true))
        let record = try driver.hold()
        let number = try #require(record.state.brokerOrderID)
        driver.wait(.seconds(1))
        driver.readBooks()
        #expect(driver.desk.packedOrders == [record.id])
        var row = try #require(driver.book.report(number))
        row.filled = 0
        #expect(driver.step(.orders(.known([row]), began: driver.now)).trusted == nil)
        #expect(driver.step(.orders(.empty, began: driver.now)).trusted == nil)
        #expect(driver.step(.trades(.empty, began: driver.now)).trusted == nil)
        driver.readOrders()
        driver.readTrades()
        #expect(driver.desk.view.implausibleSince.isEmpty)
    }
}

extension DeskReply {
    fileprivate var summary: String {
        switch self {
        case .registered(let group, let records, let problems):
            "registered \(group) \(records.map { "\($0.id) \($0.version) \($0.state.word)" }) \(problems)"
        case .cancelling(let record): "cancelling \(record.id) \(record.version)"
        case .modifying(let record): "modifying \(record.id) \(record.version)"
        case .unchanged(let record): "unchanged \(record.id) \(record.version)"
        case .unchangeable(let record, let text): "unchangeable \(record.id) \(text)"
        case .changeBlocked(let record, let reason, let problems): "blocked \(record.id) \(reason.text) \(problems)"
        case .tooLate(let record): "too late \(record.id) \(record.version)"
        case .resolved(let record): "resolved \(record.id) \(record.version)"
        case .unreadable, .repeated, .conflict, .unknownOrder, .notResolved, .ledger, .ledgerRefused, .done, .killed:
            "\(self)"
        }
    }
}
