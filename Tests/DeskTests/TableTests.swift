import Testing
import Trading

@testable import Desk

/// The desk's own collections: what they hold must not depend on where they hold it.
@Suite struct TableTests {
    @Test func `a few ids are held as a set holds them`() {
        var few = Few<Int>()
        var set: Set<Int> = []
        var chance = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let element = Int.random(in: 0..<6, using: &chance)
            let present = Bool.random(using: &chance)
            if present { few.insert(element) } else { few.remove(element) }
            if present { set.insert(element) } else { set.remove(element) }
            #expect(few.sorted() == set.sorted())
            #expect(few.count == set.count)
            #expect(few.isEmpty == set.isEmpty && few.contains(element) == present)
        }
    }

    @Test func `fills of one number are told apart, wherever they lie`() {
        let early = Timestamp(microseconds: 1)
        let late = Timestamp(microseconds: 2)
        var fills = BookedFills()
        #expect(fills.isEmpty && fills["A"] == nil && fills.quantity() == 0)
        fills["A"] = Booked(quantity: 1, learned: early)
        fills["B"] = Booked(quantity: 2, learned: late)
        fills["C"] = Booked(quantity: 4, learned: early)
        #expect(fills.quantity() == 7 && fills.quantity(learnedBy: early) == 5)
        fills["A"] = nil
        #expect(fills["A"] == nil && fills["B"]?.quantity == 2 && fills.quantity() == 6)
        fills["C"] = Booked(quantity: 8, learned: late)
        fills["A"] = Booked(quantity: 1, learned: early)
        #expect(fills.quantity() == 11 && fills["A"]?.quantity == 1)
        #expect(fills.allSatisfy { $1.quantity > 0 } && !fills.allSatisfy { id, _ in id != "B" })
        for id: FillID in ["A", "B", "C"] { fills[id] = nil }
        #expect(fills.isEmpty)
    }
}
