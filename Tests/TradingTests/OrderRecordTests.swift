import Testing
import TestSupport
import Trading

@Suite struct OrderRecordTests {
    /// A record in each state, reached by events.
    static func record(_ word: StateWord, quantity: Int = 100) throws -> OrderRecord {
        let command = OrderCommand.sample(quantity: quantity)
        let sent: [OrderFact] = [.sending(quantity: quantity)]
        let working = sent + [.accepted("N1", sentAt: .sample)]
        let facts: [OrderFact] =
            switch word {
            case .received: []
            case .blocked: [.blocked(.sample)]
            case .sending: sent
            case .unconfirmed: sent + [.unanswered("", sentAt: .sample)]
            case .working: working
            case .filled: working + [.filled(.sample("F0", quantity), .push)]
            case .rejected: working + [.rejected(.sample, .push)]
            case .cancelled: working + [.cancelled(.sample, .push)]
            case .expired: working + [.expired(.sample)]
            case .notSent: sent + [.notSent(.sample)]
            }
        return try fold([.received(command)] + facts)
    }

    static func fold(_ facts: [OrderFact]) throws -> OrderRecord {
        let events = facts.enumerated().map { index, fact in
            OrderEvent(command: .sample(), sequence: index + 1, at: .sample + .seconds(index), fact: fact)
        }
        var record = try #require(events.first.flatMap(OrderRecord.init(beginning:)))
        for event in events.dropFirst() { try record.apply(event) }
        return record
    }

    static func apply(_ fact: OrderFact, to record: inout OrderRecord) throws {
        let event = OrderEvent(command: record.id, sequence: record.version + 1, at: record.updatedAt, fact: fact)
        try record.apply(event)
    }

    @Test(arguments: StateWord.allCases)
    func `a fill is applied in every state`(word: StateWord) throws {
        var record = try Self.record(word)
        let before = record
        try Self.apply(.filled(.sample("F9", 40), .tradeBook), to: &record)
        #expect(record.filled.quantity == before.filled.quantity + 40)
        #expect(record.state == before.state)
        #expect(record.isDisputed == (word == .filled))
    }

    @Test(arguments: [StateWord.working, .rejected, .cancelled, .expired])
    func `the full quantity fills an order, also after its end`(word: StateWord) throws {
        var record = try Self.record(word)
        try Self.apply(.filled(.sample("F8", 60), .tradeBook), to: &record)
        try Self.apply(.filled(.sample("F9", 40), .tradeBook), to: &record)
        #expect(record.state == .filled("N1"))
        #expect(!record.isDisputed)
    }

    @Test(arguments: StateWord.allCases)
    func `more than the quantity disputes an order`(word: StateWord) throws {
        var record = try Self.record(word)
        try Self.apply(.filled(.sample("F9", 101), .tradeBook), to: &record)
        #expect(record.isDisputed)
        #expect(record.filled.quantity >= 101)
    }

    @Test func `a disputed order stays open at its full quantity, until a person has looked`() throws {
        // Under two numbers, the fills of one could complete the other, which is still live.
        var record = try Self.record(.working)
        try Self.apply(.disputed("the reply and the books disagree"), to: &record)
        try Self.apply(.filled(.sample("F9", 100), .tradeBook), to: &record)
        #expect(record.state == .working("N1"))
        #expect(record.isDisputed)
    }

    @Test func `a fact that cannot follow changes nothing`() throws {
        var record = try Self.record(.filled)
        let before = record
        #expect(throws: IllegalTransition.self) { try Self.apply(.sending(quantity: 7), to: &record) }
        #expect(record == before)
    }

    @Test func `an end takes the pending request with it`() throws {
        var record = try Self.record(.working)
        try Self.apply(.cancelAsked(exit: .sample(7)), to: &record)
        #expect(record.pending == .cancel)
        try Self.apply(.cancelled(.sample, .push), to: &record)
        #expect(record.pending == nil)
        #expect(record.makesWayFor == .sample(7))
    }

    @Test func `a refused cancel ends nothing`() throws {
        var record = try Self.record(.working)
        try Self.apply(.cancelAsked(exit: nil), to: &record)
        try Self.apply(.cancelRefused("too late"), to: &record)
        #expect(record.state == .working("N1"))
        #expect(record.pending == nil)
    }

    @Test func `a record counts its events and knows its first and last moment`() throws {
        let record = try Self.record(.filled)
        #expect(record.version == 4)
        #expect(record.createdAt == .sample)
        #expect(record.updatedAt == .sample + .seconds(3))
        #expect(record.tradingDay == TradingDay(.sample))
    }

    @Test func `only received and adopted begin a record`() {
        for fact in [OrderFact.sending(quantity: 1), .filled(.sample(), .push), .disputed("")] {
            let event = OrderEvent(command: .sample(), sequence: 1, at: .sample, fact: fact)
            #expect(OrderRecord(beginning: event) == nil)
        }
        let adopted = OrderEvent(command: .sample(), sequence: 1, at: .sample, fact: .adopted(.sample(), "N1"))
        #expect(OrderRecord(beginning: adopted)?.state == .working("N1"))
    }

    @Test func `a modified order is complete at its new quantity`() throws {
        var record = try Self.record(.working)
        try Self.apply(.filled(.sample("F1", 60), .push), to: &record)
        try Self.apply(.resized(quantity: 60, .orderBook), to: &record)
        #expect(record.state == .filled("N1"))
    }

    @Test func `a quantity below what is filled disputes an order`() throws {
        var record = try Self.record(.working)
        try Self.apply(.filled(.sample("F1", 60), .push), to: &record)
        try Self.apply(.resized(quantity: 50, .orderBook), to: &record)
        #expect(record.isDisputed)
    }
}
