import Testing
import Trading

@testable import BrokerNoren

@Suite struct ZipTests {
    private static let text = """
        Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,
        NSE,22,1,ACC,ACC-EQ,EQ,0.05,

        """

    private func contracts(_ bytes: [UInt8], limit: Int = 1 << 20) throws(MasterFlaw) -> Int {
        var table = ContractTableBuilder()
        return try MasterFile(name: "NSE_symbols.txt.zip", exchange: "NSE").read(bytes, into: &table, limit: limit)
            .contracts
    }

    private func flaw(_ bytes: [UInt8], limit: Int = 1 << 20) -> MasterFlaw? {
        do throws(MasterFlaw) {
            _ = try contracts(bytes, limit: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a deflated, a stored and a streamed archive are read, and so is plain text`() throws {
        let deflated = ZipSample(Self.text)
        var stored = deflated
        stored.isDeflated = false
        var streamed = deflated
        streamed.hasDescriptor = true
        var commented = deflated
        commented.comment = "made at 08:00"
        for sample in [deflated, stored, streamed, commented] { #expect(try contracts(sample.bytes) == 1) }
        #expect(try contracts(Array(Self.text.utf8)) == 1)
    }

    @Test func `an archive cut off at whatever byte is refused`() {
        let whole = ZipSample(Self.text).bytes
        for length in 2..<whole.count {
            let flaw = flaw(Array(whole[..<length]))
            #expect(flaw?.kind == .truncated, "\(length) of \(whole.count) bytes")
            #expect(flaw?.file == "NSE_symbols.txt.zip")
        }
        #expect(flaw([])?.kind == .empty)
    }

    /// What is not the contents' own may change without harm: dates, versions, names.
    @Test func `an archive with any bit changed is refused or gives the same contracts`() {
        let whole = ZipSample(Self.text).bytes
        for index in 2..<whole.count {
            for bit in 0..<8 {
                var changed = whole
                changed[index] ^= 1 << UInt8(bit)
                if let count = try? contracts(changed) { #expect(count == 1, "byte \(index), bit \(bit)") }
            }
        }
    }

    @Test func `contents that do not match their checksum are refused`() {
        var sample = ZipSample(Self.text)
        sample.checksum = 1
        #expect(flaw(sample.bytes)?.kind == .damaged)
        sample.isDeflated = false
        #expect(flaw(sample.bytes)?.kind == .damaged)
    }

    @Test func `contents of another size than announced are refused`() {
        var sample = ZipSample(Self.text)
        sample.size = sample.contents.count - 1
        #expect(flaw(sample.bytes)?.kind == .damaged)
        sample.size = sample.contents.count + 1
        #expect(flaw(sample.bytes)?.kind == .truncated)
    }

    @Test func `an archive that unpacks to more than the limit is refused, whether it says so or not`() {
        var bomb = ZipSample(Self.text + String(repeating: "\n", count: 1 << 20))
        #expect(bomb.bytes.count < 2000)
        #expect(flaw(bomb.bytes)?.kind == .tooLarge)
        bomb.size = 100
        #expect(flaw(bomb.bytes)?.kind == .damaged)
        #expect(flaw(Array((Self.text + String(repeating: "\n", count: 1 << 20)).utf8))?.kind == .tooLarge)
    }

    @Test func `of several files the one of the right name is read`() throws {
        var readme = ZipSample("read me")
        readme.name = "README"
        let archive = ZipSample.archive([readme, ZipSample(Self.text)])
        #expect(try contracts(archive) == 1)
        var other = ZipSample(Self.text)
        other.name = "other.txt"
        #expect(flaw(ZipSample.archive([readme, other]))?.kind == .unsupported)
        #expect(try contracts(other.bytes) == 1)
        #expect(flaw(ZipSample.archive([]))?.kind == .unsupported)
    }

    @Test func `an encrypted archive is refused`() {
        var sample = ZipSample(Self.text)
        sample.isEncrypted = true
        #expect(flaw(sample.bytes)?.kind == .unsupported)
    }

    @Test func `an archive larger than one piece is read whole`() throws {
        var text = Self.text
        for number in 0..<20_000 { text += "NSE,\(100 + number),1,S\(number),S\(number)-EQ,EQ,0.05,\n" }
        #expect(try contracts(ZipSample(text).bytes) == 20_001)
    }
}
