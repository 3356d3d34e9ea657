import TestSupport
import Testing
import Trading

@Suite struct WorkingTermsTests {
    static let limit = WorkingTerms(quantity: 100, type: .limit, price: .rupees(100))
    static let stop = WorkingTerms(quantity: 100, type: .stopLimit, price: .rupees(101), triggerPrice: .rupees(100))

    @Test func `a price that the type has no place for is left out`() {
        let market = WorkingTerms(quantity: 1, type: .market, price: .rupees(1), triggerPrice: .rupees(1))
        #expect(market.price == .zero && market.triggerPrice == .zero)
        #expect(
            WorkingTerms(quantity: 1, type: .limit, price: .rupees(1), triggerPrice: .rupees(1)).triggerPrice == .zero
        )
        #expect(
            WorkingTerms(quantity: 1, type: .stopMarket, price: .rupees(1), triggerPrice: .rupees(1)).price == .zero
        )
    }

    @Test(
        arguments: [
            (100, 100, false), (99, 100, false), (101, 100, true), (100, 99, false), (100, 101, true), (50, 101, true),
        ] as [(Int, Int64, Bool)]
    )
    func `more units or a better limit adds risk, fewer or a worse one does not`(
        quantity: Int,
        rupees: Int64,
        adds: Bool
    ) {
        let new = WorkingTerms(quantity: quantity, type: .limit, price: .rupees(rupees))
        #expect(new.addsRisk(over: Self.limit, .buy) == adds)
        let mirrored = WorkingTerms(quantity: quantity, type: .limit, price: .rupees(200 - rupees))
        #expect(mirrored.addsRisk(over: Self.limit, .sell) == adds)
    }

    @Test func `a trigger that comes sooner adds risk, and so does any other type`() {
        func stop(_ trigger: Int64) -> WorkingTerms {
            WorkingTerms(quantity: 100, type: .stopLimit, price: .rupees(101), triggerPrice: .rupees(trigger))
        }
        #expect(stop(99).addsRisk(over: Self.stop, .buy))
        #expect(!stop(101).addsRisk(over: Self.stop, .buy))
        #expect(stop(101).addsRisk(over: Self.stop, .sell))
        #expect(WorkingTerms(quantity: 1, type: .limit, price: .rupees(1)).addsRisk(over: Self.stop, .buy))
    }
}

@Suite struct ModifiedRecordTests {
    static let wish = WorkingTerms(quantity: 150, type: .limit, price: .rupees(99))

    static func record(_ facts: OrderFact...) throws -> OrderRecord {
        let command = OrderCommand.sample(type: .limit, price: .rupees(100))
        let begin = OrderEvent(command: command.id, sequence: 1, at: .sample, fact: .received(command))
        var record = try #require(OrderRecord(beginning: begin))
        for fact in [.sending(quantity: 100), .accepted("N1", sentAt: .sample)] + facts {
            let next = OrderEvent(command: command.id, sequence: record.version + 1, at: .sample, fact: fact)
            try record.apply(next)
        }
        return record
    }

    @Test func `a change that is asked for changes nothing yet`() throws {
        let record = try Self.record(.modifyAsked(Self.wish, .api))
        #expect(record.pending == .modify)
        #expect(record.askedTerms == Self.wish)
        #expect(record.price == .rupees(100) && record.quantity == 100)
    }

    @Test func `a change that the broker shows is the order, and the command stays what was asked first`() throws {
        let record = try Self.record(.modifyAsked(Self.wish, .api), .modified(Self.wish, .orderBook))
        #expect(record.workingTerms == Self.wish)
        #expect(record.pending == nil && record.askedTerms == nil)
        #expect(record.command.price == .rupees(100))
    }

    @Test func `an order that was changed back is as it was asked for`() throws {
        let first = WorkingTerms(quantity: 100, type: .limit, price: .rupees(100))
        let record = try Self.record(.modified(Self.wish, .push), .modified(first, .push))
        #expect(record.terms == nil)
        #expect(record.workingTerms == first)
    }

    @Test func `a quantity alone leaves the limit that protects an order at the market`() throws {
        let limit = MarketLimit(basis: .last, reference: .rupees(100), basisPoints: 100, knownAt: .sample)
        let terms = OrderTerms(type: .limit, price: .rupees(101), protection: limit)
        let fewer = WorkingTerms(quantity: 50, type: .limit, price: .rupees(101))
        let record = try Self.record(.priced(terms), .modified(fewer, .orderBook))
        #expect(record.terms == terms && record.quantity == 50)
        let dearer = WorkingTerms(quantity: 50, type: .limit, price: .rupees(102))
        #expect(try Self.record(.priced(terms), .modified(dearer, .orderBook)).terms?.protection == nil)
    }

    @Test func `what was the whole quantity completes nothing while a larger one may be granted`() throws {
        let asked = OrderFact.modifyAsked(Self.wish, .api)
        let filled = OrderFact.filled(.sample(), .tradeBook)
        #expect(try Self.record(asked, filled).state == .working("N1"))
        #expect(try Self.record(asked, filled, .modifyRefused("no", .reply)).state == .filled("N1"))
        let more = OrderFact.filled(.sample("F2", 50), .tradeBook)
        let granted = try Self.record(asked, filled, more, .modified(Self.wish, .orderBook))
        #expect(granted.state == .filled("N1") && !granted.isDisputed)
        #expect(try Self.record(asked, filled, more, .modifyRefused("no", .reply)).isDisputed)
    }

    @Test func `a cancel stands before a change, and behind it when it was refused`() throws {
        let both = try Self.record(.modifyAsked(Self.wish, .api), .cancelAsked(exit: nil))
        #expect(both.pending == .cancel && both.askedTerms == Self.wish)
        let refused = try Self.record(.modifyAsked(Self.wish, .api), .cancelAsked(exit: nil), .cancelRefused("no"))
        #expect(refused.pending == .modify)
        let alone = try Self.record(
            .modifyAsked(Self.wish, .api),
            .cancelAsked(exit: nil),
            .modifyRefused("no", .push)
        )
        #expect(alone.pending == .cancel && alone.askedTerms == nil)
    }

    @Test func `an order that has ended waits for nothing`() throws {
        let record = try Self.record(
            .modifyAsked(Self.wish, .api),
            .cancelled(Reason(.brokerCancelled, "gone"), .orderBook)
        )
        #expect(record.pending == nil && record.askedTerms == nil)
    }
}
