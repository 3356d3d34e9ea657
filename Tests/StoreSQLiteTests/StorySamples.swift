import Desk
import Trading

extension OrderStory {
    /// Orders in every state there is, with every field that an order can have set in one of them.
    static func everyState() throws -> [OrderStory] {
        var number = 0
        func next(_ facts: OrderFact..., change: (inout OrderCommand) -> Void = { _ in }) throws -> OrderStory {
            number += 1
            var command = OrderCommand.sample(number)
            change(&command)
            var story = try OrderStory(command)
            for fact in facts { try story.add(fact) }
            return story
        }
        let sending = OrderFact.sending(quantity: 75)
        func accepted(_ id: BrokerOrderID) -> OrderFact { .accepted(id, sentAt: .sample) }
        return [
            try next(change: { $0.makeFull() }),
            try next(change: { $0.makeOpenEndedExit() }),
            try next(.blocked(.sample)),
            try next(.blocked(Reason(.validationFailed, "qty: 0 is not positive")), change: { $0.quantity = 0 }),
            try next(sending),
            try next(sending, .capped(quantity: 50)),
            try next(sending, .priced(.sample), accepted("110")),
            try next(sending, accepted("111"), .modifyAsked(.sample, .api)),
            try next(sending, accepted("112"), .modifyAsked(.sample, .api), .cancelAsked(exit: nil)),
            try next(sending, accepted("113"), .modifyAsked(.sample, .api), .modified(.sample, .push)),
            try next(sending, accepted("114"), .modifyAsked(.sample, .api), .modifyRefused("SAF:no", .reply)),
            try next(sending, accepted("115"), .modifyBlocked(.sample)),
            try next(sending, .unanswered("timed out", sentAt: .sample)),
            try next(sending, accepted("101")),
            try next(sending, accepted("102"), .filled(.sample("1", of: "102", 25), .push)),
            try next(sending, accepted("103"), .cancelAsked(exit: .sample(900))),
            try next(sending, accepted("104"), .disputed("two quantities")),
            try next(sending, accepted("105"), .filled(.sample("1", of: "105", 75, at: 1), .tradeBook)),
            try next(sending, .rejected(Reason(.brokerRejected, code: "broker", "RMS: margin"), .reply)),
            try next(sending, accepted("106"), .rejected(Reason(.brokerRejected, "later \"no\" ₹"), .orderBook)),
            try next(
                sending,
                accepted("107"),
                .filled(.sample("1", of: "107", 20), .push),
                .filled(.sample("2", of: "107", 5, at: 2_123_900), .push),
                .cancelled(Reason(.brokerCancelled, "cancelled"), .push)
            ),
            try next(sending, accepted("108"), .expired(Reason(.brokerExpired, "end of day"))),
            try next(.expired(Reason(.expiredUnsent, "never sent"))),
            try next(sending, .notSent(Reason(.notSent, code: "lane_closed", ""))),
            try next(sending, accepted("109"), .filled(.sample("1", of: "109", 90), .push)),
            try next(sending, accepted("116"), .inferred(.sample(60), .orderBook)),
            try next(
                sending,
                accepted("117"),
                .inferred(.sample(60), .orderBook),
                .filled(.sample("1", of: "117", 25), .push)
            ),
            try next(
                sending,
                accepted("118"),
                .inferred(.sample(25), .push),
                .filled(.sample("1", of: "118", 25), .push)
            ),
            try next(sending, accepted("119"), .inferred(.sample(75), .orderBook)),
            try adopted(number: 100),
            try adopted(number: 101).adding(.assigned("momentum", reduces: true, "asha said: mine")),
        ]
    }

    private static func adopted(number: Int) throws -> OrderStory {
        var command = OrderCommand.sample(number)
        command.source = .system
        command.strategy = .external
        return try OrderStory(.adopted(command, BrokerOrderID("99\(number)")), id: command.id)
    }
}

extension ShownFill {
    fileprivate static func sample(_ quantity: Int) -> ShownFill {
        ShownFill(quantity: quantity, average: Price(tenThousandths: 2_123_400))
    }
}

extension WorkingTerms {
    fileprivate static let sample = WorkingTerms(
        quantity: 150,
        type: .stopLimit,
        price: Price(tenThousandths: 2_145_501),
        triggerPrice: Price(tenThousandths: 2_145_500)
    )
}

extension OrderTerms {
    fileprivate static let sample = OrderTerms(
        type: .limit,
        price: Price(tenThousandths: 2_145_500),
        protection: MarketLimit(
            basis: .opposite,
            reference: Price(tenThousandths: 2_124_000),
            basisPoints: 100,
            knownAt: .sample
        )
    )
}

extension OrderCommand {
    mutating func makeFull() {
        leg = 3
        type = .stopLimit
        triggerPrice = Price(tenThousandths: 2_120_001)
        validity = .immediateOrCancel
        test = .failure
        protection = Protection(
            stopLoss: Price(tenThousandths: 1),
            target: .zero,
            trailingType: .percent,
            trailingValue: Price(tenThousandths: 5000),
            trailingActivationPrice: .largest
        )
        notes = [Note(name: "strike", text: "26000"), Note(name: "strike", text: "\u{0} \" \\ \n ₹ 😀")]
        signalledAt = .sample
    }

    mutating func makeOpenEndedExit() {
        executionType = .exit
        side = .sell
        reduces = true
        type = .market
        quantity = 0
        askedQuantity = nil
        price = .zero
    }
}
