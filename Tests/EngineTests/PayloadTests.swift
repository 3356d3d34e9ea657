import JSONText
import Testing
import Trading

@testable import Engine

@Suite struct PayloadTests {
    static let id = CommandID(milliseconds: 1_790_000_000_000, entropy: 12_345)
    static let at = Timestamp(microseconds: 1_790_000_000_123_456)

    static let full = OrderCommand(
        id: id,
        client: "FA00001",
        group: GroupID(id),
        leg: 2,
        source: .webhook,
        strategy: "S \"quoted\"",
        executionType: .adjust,
        instrument: Instrument("NSE", "M&M-EQ"),
        product: .intraday,
        side: .sell,
        reduces: true,
        type: .stopLimit,
        quantity: 75,
        askedQuantity: 150,
        price: Price(tenThousandths: 2_123_501),
        triggerPrice: Price(tenThousandths: 2_200_000),
        validity: .immediateOrCancel,
        test: .failure,
        protection: Protection(
            stopLoss: Price(tenThousandths: 1),
            target: Price(tenThousandths: 20_000),
            trailingType: .percent,
            trailingValue: Price(tenThousandths: 15_000),
            trailingActivationPrice: Price(tenThousandths: 99_999)
        ),
        notes: [.init(name: "tag", text: "<b>&</b>"), .init(name: "iv", text: "12.5")],
        signalledAt: at
    )

    static var plain: OrderCommand {
        var command = full
        command.reduces = false
        command.askedQuantity = nil
        command.price = .zero
        command.triggerPrice = .zero
        command.test = nil
        command.protection = .none
        command.notes = []
        command.signalledAt = nil
        return command
    }

    static let reason = Reason(
        .riskLimitsExceeded,
        code: "day_loss",
        "text",
        limit: "-1.00",
        observed: "-2.00",
        blocking: id
    )
    static let fill = Fill(
        id: "380225664",
        brokerOrderID: "26112300000017",
        exchange: "NFO",
        tradingDay: TradingDay(at),
        quantity: 60,
        price: Price(tenThousandths: 17_280_000),
        at: at
    )

    static let limited = OrderTerms(
        type: .limit,
        price: Price(tenThousandths: 1_010_000),
        protection: MarketLimit(
            basis: .opposite,
            reference: Price(tenThousandths: 1_000_000),
            basisPoints: 100,
            knownAt: at
        )
    )

    static let facts: [OrderFact] =
        [
            .received(full), .received(plain), .adopted(plain, "26112300000018"), .blocked(reason),
            .blocked(Reason(.noPosition, "bare")), .sending(quantity: 60), .capped(quantity: 30),
            .priced(
                OrderTerms(
                    type: .stopLimit,
                    price: Price(tenThousandths: 1_010_000),
                    triggerPrice: Price(tenThousandths: 1_000_000)
                )
            ), .priced(limited),
            .accepted("26112300000017", sentAt: at), .unanswered("no answer", sentAt: at), .notSent(reason),
            .rejected(reason, .reply), .expired(reason), .cancelAsked(exit: nil), .cancelAsked(exit: id),
            .modifyAsked(WorkingTerms(quantity: 75, type: .limit, price: Price(tenThousandths: 990_001)), .api),
            .modifyAsked(WorkingTerms(quantity: 75, type: .market), .system), .modifyBlocked(reason),
            .modifyRefused("SAF:order is not open to modify", .reply),
            .modified(
                WorkingTerms(
                    quantity: 80,
                    type: .stopLimit,
                    price: Price(tenThousandths: 990_000),
                    triggerPrice: Price(tenThousandths: 980_000)
                ),
                .orderBook
            ),
            .cancelRefused("SAF:order is not open to cancel"), .resized(quantity: 5, .push), .disputed("text"),
            .agreed("text"),
            .inferred(ShownFill(quantity: 60, average: Price(tenThousandths: 1_012_500)), .orderBook),
            .assigned("S", reduces: true, "text"),
            .assigned("S \"quoted\"", reduces: false, "text"),
        ]
        + Evidence.allCases.flatMap { evidence -> [OrderFact] in
            [
                .working("26112300000017", evidence), .filled(fill, evidence), .rejected(reason, evidence),
                .cancelled(reason, evidence),
            ]
        }

    @Test(arguments: facts.indices)
    func `what is stored of a fact reads back as the same fact`(index: Int) throws {
        let fact = Self.facts[index]
        let stored = try JSONValue.parse(fact.payload.text)
        #expect(try OrderFact(kind: fact.kind, payload: stored) == fact)
    }

    @Test func `every kind of fact is among them`() {
        #expect(Set(Self.facts.map(\.kind)) == Set(OrderFact.Kind.allCases))
    }

    @Test func `what is told to people names the evidence and what it showed`() {
        let told = Evidence.allCases.map { OrderFact.filled(Self.fill, $0).why }
        #expect(Set(told).count == Evidence.allCases.count)
        #expect(told.allSatisfy { $0.contains("\(Self.fill.id)") && $0.contains("\(Self.fill.price)") })
    }

    @Test func `a payload that was tampered with names the field`() {
        #expect(throws: PayloadError(field: "quantity")) {
            try OrderFact(kind: .sending, payload: ["quantity": "sixty"])
        }
    }
}
