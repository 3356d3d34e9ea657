/// Finds a file in a zip archive by the archive's own directory.
///
/// Everything is checked before it is believed: every offset and length must lie in the archive, and the directory must
/// end where the archive ends, so that an archive cut off anywhere is known for what it is.
struct ZipArchive {
    struct Entry: Hashable {
        let name: String
        let isDeflated: Bool
        let checksum: UInt32
        let size: Int
        /// Where its bytes stand in the archive.
        let range: Range<Int>
    }

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B]) }

    /// The archive's only file, or the one of `name` where it holds more.
    func entry(named name: String) throws(MasterFlaw) -> Entry {
        let entries = try entries().filter { !$0.name.hasSuffix("/") }
        let wanted = entries.first { $0.name.lowercased() == name.lowercased() }
        guard let entry = wanted ?? (entries.count == 1 ? entries.first : nil) else {
            throw MasterFlaw(.unsupported, "the archive has \(entries.count) files, none of them \(name)")
        }
        return entry
    }

    private func entries() throws(MasterFlaw) -> [Entry] {
        guard let end = endOfDirectory() else {
            throw MasterFlaw(.truncated, "the archive has no end: only a part of it is here")
        }
        let count = number(end + 10, 2)
        var position = number(end + 16, 4)
        guard position != 0xFFFF_FFFF, count != 0xFFFF else { throw MasterFlaw(.unsupported, "the archive is a Zip64") }
        guard number(end + 4, 4) == 0 else { throw MasterFlaw(.unsupported, "the archive has several parts") }
        guard position + number(end + 12, 4) <= end else {
            throw MasterFlaw(.truncated, "the archive's directory lies outside it")
        }
        var entries: [Entry] = []
        for _ in 0..<count {
            guard position + 46 <= end, number(position, 4) == 0x0201_4B50 else {
                throw MasterFlaw(.damaged, "the archive's directory cannot be read")
            }
            let next = position + 46 + number(position + 28, 2) + number(position + 30, 2) + number(position + 32, 2)
            guard next <= end else { throw MasterFlaw(.damaged, "the archive's directory cannot be read") }
            entries.append(try entry(at: position))
            position = next
        }
        return entries
    }

    private func entry(at position: Int) throws(MasterFlaw) -> Entry {
        let name = bytes[position + 46..<position + 46 + number(position + 28, 2)]
        let method = number(position + 10, 2)
        guard number(position + 8, 2) & 1 == 0, method == 0 || method == 8 else {
            throw MasterFlaw(.unsupported, "the archive is encrypted, or packed in a way that is not read here")
        }
        let local = number(position + 42, 4)
        let packed = number(position + 20, 4)
        let size = number(position + 24, 4)
        guard packed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, local != 0xFFFF_FFFF else {
            throw MasterFlaw(.unsupported, "the archive is a Zip64")
        }
        guard local + 30 <= bytes.count, number(local, 4) == 0x0403_4B50 else {
            throw MasterFlaw(.damaged, "the archive's directory leads nowhere")
        }
        let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
        guard start + packed <= bytes.count else {
            throw MasterFlaw(.truncated, "the archive's directory leads beyond its end")
        }
        return Entry(
            name: String(decoding: name, as: UTF8.self),
            isDeflated: method == 8,
            checksum: UInt32(number(position + 16, 4)),
            size: size,
            range: start..<start + packed
        )
    }

    /// The directory's end record: the archive ends with it and the comment that it announces.
    private func endOfDirectory() -> Int? {
        guard bytes.count >= 22 else { return nil }
        for position in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
        where number(position, 4) == 0x0605_4B50 && position + 22 + number(position + 20, 2) == bytes.count {
            return position
        }
        return nil
    }

    /// A little-endian number; the place must be in the archive.
    private func number(_ position: Int, _ length: Int) -> Int {
        bytes[position..<position + length].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
