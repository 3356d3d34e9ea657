@testable import Desk
import TestSupport
import Testing
import Trading

/// An answer to a change, what push says and what the books show end in the same state, in whatever order they come.
@Suite struct ModifyEvidenceTests {
    struct End: Equatable {
        var state: StateWord?
        var filled: FillSum
        var terms: WorkingTerms
        var pending: PendingRequest?
        var asked: WorkingTerms?
        var isDisputed: Bool
        var held: Int
    }

    /// What the broker does with an order that rests, told in the order in which it happens.
    private struct Story {
        var evidence: [DeskInput] = []
        var wasMade = false
    }

    @Test(arguments: 0..<10)
    func `evidence of a change in any order ends in the same state`(part: Int) throws {
        for seed in (part * 300)..<(part * 300 + 300) {
            var chance = SeededGenerator(seed: 400_000 + seed)
            var driver = DeskDriver()
            let record = try driver.rest()
            let number = try driver.number(record)
            driver.change(
                record,
                quantity: [40, 70, 100, 150].randomElement(using: &chance),
                price: .rupees(Int64.random(in: 98...102, using: &chance))
            )
            guard let asked = try driver.order(record).askedTerms else { continue }
            let change = try driver.modification(of: record, to: asked)
            let story = try Self.play(number, asked, &driver, &chance)
            let refusals: [CancelAnswer] = [
                .accepted, .refused("SAF:order is not open to modify"), .unanswered("lost"),
            ]
            let answers: [CancelAnswer] = story.wasMade ? [.accepted, .unanswered("lost")] : refusals
            let answer = try #require(answers.randomElement(using: &chance))
            let kept = story.evidence.filter { _ in Int.random(in: 0..<3, using: &chance) > 0 }
            let repeated = story.evidence.filter { _ in Int.random(in: 0..<3, using: &chance) == 0 }
            for input in ([.modifyAnswer(record.id, change, answer)] + kept + repeated).shuffled(using: &chance) {
                driver.wait(.milliseconds(5))
                driver.step(input)
                switch Int.random(in: 0..<8, using: &chance) {
                case 0: driver.readOrders()
                case 1: driver.readTrades()
                default: break
                }
            }
            driver.watch(seconds: 17)
            let after = try driver.order(record)
            let end = End(
                state: after.state.word,
                filled: after.filled,
                terms: after.workingTerms,
                pending: after.pending,
                asked: after.askedTerms,
                isDisputed: after.isDisputed,
                held: driver.held()
            )
            let truth = Self.truth(try #require(driver.book[number]))
            #expect(end == truth, "seed \(seed): \(end), the broker has \(truth)")
            #expect(driver.changes(of: record) == 1, "seed \(seed)")
        }
    }

    /// Some fills, the change or its refusal, more fills, and perhaps an end; pushes are told as they were at each step.
    private static func play(
        _ number: BrokerOrderID,
        _ asked: WorkingTerms,
        _ driver: inout DeskDriver,
        _ chance: inout SeededGenerator
    ) throws -> Story {
        var story = Story()
        func tell(_ fill: Fill? = nil) throws {
            story.evidence.append(.push(try #require(driver.book.report(number, fill: fill))))
        }
        func trade() throws {
            guard let order = driver.book[number], order.status == .open, Bool.random(using: &chance) else { return }
            let most = order.quantity - order.filled
            try tell(driver.book.fill(number, Int.random(in: 1...most, using: &chance), when: driver.now))
        }
        try tell()
        try trade()
        let order = try #require(driver.book[number])
        story.wasMade = order.status == .open && order.filled < asked.quantity && Bool.random(using: &chance)
        if story.wasMade {
            driver.book.change(number, to: asked)
            try tell()
        } else {
            var refusal = try #require(driver.book.report(number))
            refusal.refusesRequest = true
            refusal.refusedRequest = .modify
            if Bool.random(using: &chance) { refusal.status = .rejected }
            story.evidence.append(.push(refusal))
        }
        try trade()
        try trade()
        if driver.book[number]?.status == .open, Bool.random(using: &chance) {
            driver.book.cancel(number)
            try tell()
        }
        return story
    }

    /// What the broker has, told without a desk.
    private static func truth(_ order: BrokerBook.Order) -> End {
        var sum = FillSum()
        for fill in order.fills { sum.add(fill.quantity, at: fill.price) }
        return End(
            state: order.status == .complete ? .filled : order.status == .cancelled ? .cancelled : .working,
            filled: sum,
            terms: WorkingTerms(
                quantity: order.quantity,
                type: order.type,
                price: order.price,
                triggerPrice: order.triggerPrice
            ),
            pending: nil,
            asked: nil,
            isDisputed: false,
            held: sum.quantity
        )
    }
}
