import Testing
import Trading

@testable import Engine

@Suite struct LanesTests {
    let start = Timestamp(microseconds: 1_800_000_000_000_000)
    let group = GroupID(CommandID(milliseconds: 1, entropy: 1))

    func id(_ number: Int) -> CommandID { CommandID(milliseconds: 2, entropy: 0).numbered(number) }

    @Test func `the next leg waits until the one before is answered`() {
        var lanes = Lanes()
        for leg in 1...3 { lanes.place(id(leg), group: group, reduces: false, at: start) }
        let first = lanes.next(.entry)
        #expect(first?.kind == .place(id(1), group))
        lanes.start(.entry, at: start)
        #expect(lanes.next(.entry) == nil)
        if let first { lanes.finished(first) }
        #expect(lanes.next(.entry)?.kind == .place(id(2), group))
    }

    @Test func `the next leg goes one second after the one before was written`() {
        var lanes = Lanes()
        for leg in 1...2 { lanes.place(id(leg), group: group, reduces: false, at: start) }
        lanes.start(.entry, at: start)
        lanes.advancePatientLegs(at: start + .milliseconds(999))
        #expect(lanes.next(.entry) == nil)
        lanes.advancePatientLegs(at: start + .seconds(1))
        #expect(lanes.next(.entry)?.kind == .place(id(2), group))
    }

    @Test func `a late answer of an earlier leg does not let the leg after the next go`() {
        var lanes = Lanes()
        for leg in 1...3 { lanes.place(id(leg), group: group, reduces: false, at: start) }
        let first = lanes.next(.entry)
        lanes.start(.entry, at: start)
        lanes.advancePatientLegs(at: start + .seconds(1))
        lanes.start(.entry, at: start + .seconds(1))
        if let first { lanes.finished(first) }
        #expect(lanes.next(.entry) == nil)
    }

    @Test func `a hung lane has no more than its slots in flight and delays no other`() {
        var lanes = Lanes()
        for number in 1...6 {
            lanes.place(id(number), group: GroupID(id(number)), reduces: false, at: start)
        }
        for _ in 1...4 { lanes.start(.entry, at: start) }
        #expect(lanes.next(.entry) == nil)
        lanes.place(id(9), group: GroupID(id(9)), reduces: true, at: start)
        #expect(lanes.next(.exit) != nil)
    }

    @Test func `an order goes into its lane once until its answer is durable`() throws {
        var lanes = Lanes()
        func place() { lanes.place(id(1), group: group, reduces: true, at: start) }
        place()
        place()
        let call = try #require(lanes.next(.exit))
        lanes.start(.exit, at: start)
        #expect(lanes.next(.exit) == nil)
        place()
        lanes.finished(call)
        place()
        #expect(lanes.next(.exit) == nil)
        lanes.settled(id(1))
        place()
        #expect(lanes.next(.exit) != nil)
    }

    @Test func `an order that is decided again keeps its place in its group`() {
        var lanes = Lanes()
        for leg in 1...2 { lanes.place(id(leg), group: group, reduces: true, at: start) }
        lanes.skip(.exit)
        lanes.place(id(1), group: group, reduces: true, at: start)
        #expect(lanes.next(.exit)?.kind == .place(id(1), group))
        lanes.skip(.exit)
        lanes.passed(id(1), group)
        #expect(lanes.next(.exit)?.kind == .place(id(2), group))
    }

    @Test func `a change goes with its kind, and holds up no leg`() {
        var lanes = Lanes()
        lanes.modify(id(7), reduces: false, at: start)
        lanes.modify(id(8), reduces: true, at: start)
        lanes.place(id(1), group: group, reduces: false, at: start)
        #expect(lanes.next(.entry)?.kind == .modify(id(7)))
        #expect(lanes.next(.exit)?.kind == .modify(id(8)))
        #expect(lanes.next(.entry)?.use == .shared && lanes.next(.exit)?.use == .urgent)
        lanes.start(.entry, at: start)
        #expect(lanes.next(.entry)?.kind == .place(id(1), group))
        #expect(lanes.takeUnwritten() == [id(1), id(8)])
    }

    @Test func `what is not written when Sextant stops is given back, legs behind it too`() {
        var lanes = Lanes()
        for leg in 1...3 { lanes.place(id(leg), group: group, reduces: false, at: start) }
        lanes.start(.entry, at: start)
        #expect(lanes.takeUnwritten() == [id(2), id(3)])
        #expect(lanes.isIdle)
        #expect(lanes.ordersInFlight == 1)
    }
}
