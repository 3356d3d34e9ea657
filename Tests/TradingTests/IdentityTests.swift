import TestSupport
import Testing
import Trading

@Suite struct IdentityTests {
    @Test func `an id is 26 characters that read back`() {
        var chance = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let entropy = UInt128(chance.next()) << 64 | UInt128(chance.next())
            let id = CommandID(milliseconds: Int64(chance.next() >> 16), entropy: entropy)
            #expect(id.description.count == 26)
            #expect(CommandID(id.description) == id)
            #expect(ClientTag(id.tag.text) == id.tag)
        }
    }

    @Test func `ids sort by time, as text too`() {
        var chance = SeededGenerator(seed: 2)
        let times = (0..<500).map { _ in Int64(chance.next() >> 16) }.sorted()
        let ids = Set(times).sorted().map { CommandID(milliseconds: $0, entropy: UInt128(chance.next()) << 16) }
        #expect(ids == ids.sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(ids.map(\.milliseconds) == Set(times).sorted())
    }

    @Test func `the ids of one input follow each other and differ`() {
        let id = CommandID.sample()
        let ids = (0..<50).map(id.numbered)
        #expect(ids == ids.sorted())
        #expect(Set(ids.map(\.tag)).count == 50)
    }

    @Test func `names of equal texts are one key, written in whatever code points`() {
        #expect(StrategyName("caf\u{E9}") == StrategyName("cafe\u{301}"))
        #expect(Set<StrategyName>(["caf\u{E9}", "cafe\u{301}", "cafe"]).count == 2)
        #expect(Set([Instrument("NSE", "A"), Instrument("BSE", "A"), Instrument("NSE", "A")]).count == 2)
        let positions = [Product.intraday, .margin].map { PositionKey(Instrument("NSE", "A"), $0) }
        #expect(Set(positions.flatMap { [HoldingKey("S", $0), HoldingKey("T", $0), HoldingKey("S", $0)] }).count == 4)
    }

    @Test func `ids that differ in their lowest bits alone spread over a table`() {
        let id = CommandID.sample()
        let buckets = Set((0..<4096).map { id.numbered($0)._rawHashValue(seed: 7) & 4095 })
        #expect(buckets.count > 2000)
        #expect(id._rawHashValue(seed: 1) != id._rawHashValue(seed: 2))
    }

    @Test(arguments: [
        "", "0", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0000000000000000000000000I", "0000000000000000000000000l",
        "0000000000000000000000000U", "00000000000000000000000000 ", "000000000000000000000000é",
    ])
    func `text that no id is written as is refused`(text: String) {
        #expect(CommandID(text) == nil)
        #expect(GroupID(text) == nil)
    }

    @Test func `a tag is SX and 13 characters: 41 bits of milliseconds, 24 of chance`() {
        let all = CommandID(milliseconds: 1 << 41 - 1, entropy: (1 << 80) - 1)
        #expect(all.tag.text == "SXZZZZZZZZZZZZZ")
        #expect(CommandID(milliseconds: 0, entropy: 0).tag.text == "SX0000000000000")
        #expect(CommandID(milliseconds: 1, entropy: 0).tag.text == "SX00000000G0000")
        #expect(CommandID(milliseconds: 0, entropy: 1 << 24).tag == CommandID(milliseconds: 0, entropy: 0).tag)
        #expect(CommandID.sample().tag.text.utf8.count == 15)
    }

    @Test(arguments: [
        "", "SX", "SX000000000000", "SX00000000000000", "sx0000000000000", "SX000000000000I", "SX000000000000o",
        "AB0000000000000",
        "SX00000000000é", "SX 000000000000",
    ])
    func `text that Sextant cannot have written is no tag`(text: String) {
        #expect(ClientTag(text) == nil)
    }
}
