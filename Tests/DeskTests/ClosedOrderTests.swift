@testable import Desk
import TestSupport
import Testing
import Trading

@Suite struct ClosedOrderTests {
    @Test(arguments: 0..<4)
    func `an order that was packed comes back as it was`(part: Int) throws {
        var chance = SeededGenerator(seed: 300_000 + part)
        var packed = ClosedOrders()
        var known: [CommandID: ClosedOrder] = [:]
        var forgotten: [[ClosedOrders.Forgotten]] = []
        for number in 0..<2500 {
            let order = ClosedOrder.random(number, &chance)
            let isPacked = packed.insert(order)
            #expect(isPacked)
            known[order.record.id] = order
            switch Int.random(in: 0..<12, using: &chance) {
            case 0:
                let id = try #require(known.keys.sorted().randomElement(using: &chance))
                let order = packed.remove(id)
                expectSame(order, known.removeValue(forKey: id))
            case 1:
                // What is taken back was never gone.
                let day = TradingDay(.sample + .seconds(86_400 * Int64.random(in: 0..<4, using: &chance)))
                forgotten.append(packed.forget { $0.tradingDay < day && $0.id.bits.isMultiple(of: 5) })
                for order in forgotten.removeLast() { packed.restore(order) }
            case 2 where number.isMultiple(of: 7):
                let word = try #require(StateWord.allCases.randomElement(using: &chance))
                _ = packed.forget { $0.word == word }
                known = known.filter { $0.value.record.state.word != word }
                packed.tidy()
            default: break
            }
        }
        #expect(packed.count == known.count)
        for (id, order) in known {
            let glance = order.record.state.brokerOrderID.flatMap { packed.glance(numbered: $0) }
            #expect(packed.id(tagged: id.tag) == id)
            #expect(order.record.state.brokerOrderID.flatMap { packed.id(numbered: $0) } == glance?.id)
            if let glance {
                #expect(glance.id == id)
                #expect(glance.filled == order.record.filled.quantity)
                #expect(glance.terms == order.record.workingTerms)
                #expect(glance.tradingDay == order.record.tradingDay)
                #expect(glance.numberLearned == order.numberLearned)
            }
            #expect(packed.order(id) == order.record)
        }
        for id in known.keys.sorted() {
            let order = packed.remove(id)
            expectSame(order, known[id])
        }
        #expect(packed.isEmpty)
        #expect(packed.allSatisfy { _ in false })
    }

    private func expectSame(_ one: ClosedOrder?, _ other: ClosedOrder?) {
        #expect(one?.record == other?.record)
        #expect(one?.numberLearned == other?.numberLearned)
        #expect(one?.inferred == other?.inferred)
        #expect(one?.group == other?.group)
        #expect(one?.fills.listed == other?.fills.listed)
    }

    @Test func `an order that may still change is not packed`() {
        var packed = ClosedOrders()
        var desk = Desk.sample()
        _ = desk.step(.positions(.empty, began: .sample), at: .sample, id: .sample(1))
        let output = desk.step(.alert(.sample()), at: .sample, id: .sample(2))
        guard case .registered(_, let records, _) = output.reply, let record = records.first else {
            Issue.record("not registered")
            return
        }
        let isPacked = packed.insert(ClosedOrder(record: record))
        #expect(!isPacked)
        #expect(packed.isEmpty)
    }

    @Test func `an order takes little room`() {
        var chance = SeededGenerator(seed: 5)
        var writer = PackedWriter()
        var order = ClosedOrder.random(1, &chance)
        let command = OrderCommand(
            id: .sample(1),
            client: .sample,
            group: GroupID(.sample(0)),
            leg: 1,
            source: .webhook,
            strategy: .sample,
            executionType: .entry,
            instrument: .sample,
            product: .margin,
            side: .buy,
            reduces: false,
            type: .limit,
            quantity: 75,
            askedQuantity: 75,
            price: .rupees(240)
        )
        order.record = OrderRecord(
            command: command,
            state: .filled("26112300001234"),
            quantity: 75,
            filled: FillSum(quantity: 75, value: 180_000_000),
            pending: nil,
            makesWayFor: nil,
            isDisputed: false,
            tradingDay: TradingDay(.sample),
            version: 5,
            createdAt: .sample,
            updatedAt: .sample + .milliseconds(40)
        )
        order.numberLearned = .sample + .milliseconds(30)
        order.fills = BookedFills()
        order.fills["4001234"] = Booked(quantity: 75, learned: .sample + .milliseconds(40))
        order.group = ClosedGroup(source: .webhook, receivedAt: .sample, commands: [.sample(1)])
        PackedOrder.write(order, shape: 0, into: &writer)
        #expect(writer.bytes.count <= 110)
    }
}

extension BookedFills {
    fileprivate var listed: [FillID: Booked] {
        var fills: [FillID: Booked] = [:]
        forEach { fills[$0] = $1 }
        return fills
    }
}

extension ClosedOrder {
    /// One with everything that an order can have, by chance.
    fileprivate static func random(_ number: Int, _ chance: inout SeededGenerator) -> ClosedOrder {
        let created = Timestamp.sample + .seconds(Int64.random(in: 0..<300_000, using: &chance))
        let id = CommandID.sample(number, at: created + .milliseconds(Int64.random(in: -50...0, using: &chance)))
        func time(_ chance: inout SeededGenerator) -> Timestamp {
            created + .microseconds(Int64.random(in: -9_000_000_000...9_000_000_000, using: &chance))
        }
        func price(_ chance: inout SeededGenerator) -> Price {
            Price(tenThousandths: Int64.random(in: -9...99_999_999_999, using: &chance))
        }
        func name(_ chance: inout SeededGenerator) -> String {
            ["", "a", "straddle 920", "zwölf", "\u{0}", "e\u{301}", String(repeating: "long ", count: 60)]
                .randomElement(using: &chance) ?? ""
        }
        func maybe<Value>(_ value: Value, _ chance: inout SeededGenerator) -> Value? {
            Bool.random(using: &chance) ? value : nil
        }
        func any<Word: CaseIterable>(_ type: Word.Type, _ chance: inout SeededGenerator) -> Word
        where Word.AllCases == [Word] {
            Word.allCases[Int.random(in: 0..<Word.allCases.count, using: &chance)]
        }
        let broker = BrokerOrderID("\(["2611230000", "N", "Ä"][number % 3])\(number)")
        let reason = Reason(
            any(OrderTag.self, &chance),
            code: maybe(name(&chance), &chance),
            name(&chance),
            limit: maybe("5000.00", &chance),
            observed: maybe(name(&chance), &chance),
            blocking: maybe(.sample(7), &chance)
        )
        let states: [OrderState] = [
            .blocked(reason), .filled(broker), .rejected(nil, reason), .rejected(broker, reason),
            .cancelled(broker, reason), .expired(nil, reason), .expired(broker, reason), .notSent(reason),
        ]
        let state = states[Int.random(in: 0..<states.count, using: &chance)]
        var command = OrderCommand(
            id: id,
            client: .sample,
            group: GroupID(.sample(Int.random(in: 0...number, using: &chance), at: time(&chance))),
            leg: Int.random(in: 1...60, using: &chance),
            source: any(Source.self, &chance),
            strategy: StrategyName(name(&chance)),
            executionType: any(ExecutionType.self, &chance),
            instrument: Instrument("NFO", name(&chance)),
            product: Product(["C", "M", "I", "H"][number % 4]),
            side: any(Side.self, &chance),
            reduces: Bool.random(using: &chance),
            type: any(OrderType.self, &chance),
            quantity: Int.random(in: 0...10_000_000, using: &chance),
            askedQuantity: maybe(Int.random(in: 0...10_000_000, using: &chance), &chance)
        )
        command.price = price(&chance)
        command.triggerPrice = price(&chance)
        command.validity = any(Validity.self, &chance)
        command.test = maybe(any(TestOutcome.self, &chance), &chance)
        command.protection = Protection(
            stopLoss: maybe(price(&chance), &chance),
            target: maybe(price(&chance), &chance),
            trailingType: maybe(any(Protection.Measure.self, &chance), &chance),
            trailingValue: maybe(price(&chance), &chance),
            trailingActivationPrice: maybe(price(&chance), &chance)
        )
        for _ in 0..<Int.random(in: 0..<3, using: &chance) {
            command.notes.append(OrderCommand.Note(name: name(&chance), text: name(&chance)))
        }
        command.slice = maybe(OrderSlice(of: .sample(3), number: 2), &chance)
        command.signalledAt = maybe(time(&chance), &chance)
        let limit = MarketLimit(
            basis: any(MarketLimit.Basis.self, &chance),
            reference: price(&chance),
            basisPoints: Int.random(in: -300...300, using: &chance),
            knownAt: time(&chance)
        )
        let terms = OrderTerms(
            type: any(OrderType.self, &chance),
            price: price(&chance),
            triggerPrice: price(&chance),
            protection: maybe(limit, &chance)
        )
        let record = OrderRecord(
            command: command,
            state: state,
            quantity: Int.random(in: 0...10_000_000, using: &chance),
            terms: maybe(terms, &chance),
            filled: FillSum(
                quantity: Int.random(in: 0...10_000_000, using: &chance),
                value: Int128(Int64.random(in: .min ... .max, using: &chance)) * 1_000_003
            ),
            pending: nil,
            makesWayFor: maybe(.sample(9), &chance),
            isDisputed: Bool.random(using: &chance),
            tradingDay: TradingDay(created),
            version: Int.random(in: 1...90, using: &chance),
            createdAt: created,
            updatedAt: time(&chance)
        )
        var order = ClosedOrder(record: record)
        for fill in 0..<Int.random(in: 0..<4, using: &chance) {
            order.fills[FillID("\(name(&chance))\(fill)")] = Booked(
                quantity: Int.random(in: 1...100, using: &chance),
                learned: time(&chance)
            )
        }
        order.numberLearned = maybe(time(&chance), &chance)
        order.inferred = maybe(Booked(quantity: 7, learned: time(&chance)), &chance)
        let members = (0..<Int.random(in: 0..<5, using: &chance)).map { id.numbered($0) } + [.sample(11)]
        order.group = maybe(
            ClosedGroup(source: any(Source.self, &chance), receivedAt: time(&chance), commands: members),
            &chance
        )
        return order
    }
}
