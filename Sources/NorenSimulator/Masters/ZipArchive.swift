import CZlib

/// A zip file with one deflated entry.
struct ZipArchive {
    let name: String
    let content: [UInt8]
    let writtenAt: Int64

    var bytes: [UInt8] {
        let packed = Self.deflated(content)
        // Version 2.0, no flags, deflate.
        let facts =
            word(20) + word(0) + word(8) + stamp + long(UInt32(crc32(0, content, uInt(content.count))))
            + long(UInt32(packed.count)) + long(UInt32(content.count)) + word(name.utf8.count) + word(0)
        let entry = [0x50, 0x4B, 3, 4] + facts + Array(name.utf8) + packed
        let directory =
            [0x50, 0x4B, 1, 2] + word(20) + facts + word(0) + word(0) + word(0) + long(0) + long(0) + Array(name.utf8)
        let end =
            [0x50, 0x4B, 5, 6] + word(0) + word(0) + word(1) + word(1) + long(UInt32(directory.count))
            + long(UInt32(entry.count)) + word(0)
        return entry + directory + end
    }

    /// zlib's stream without its two bytes of header and its checksum: what a zip entry holds.
    private static func deflated(_ content: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(content.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        let result = compress2(&packed, &length, content, uLong(content.count), Z_DEFAULT_COMPRESSION)
        precondition(result == Z_OK, "memory of the size that zlib asks for is enough")
        return Array(packed[2..<Int(length) - 4])
    }

    /// Two-second steps since 1980, in Indian time.
    private var stamp: [UInt8] {
        let time = IndianTime(microseconds: writtenAt)
        let (year, month, day) = time.day.parts
        let seconds = time.secondsOfDay
        return word(seconds / 3600 << 11 | seconds / 60 % 60 << 5 | seconds % 60 / 2)
            + word((year - 1980) << 9 | month << 5 | day)
    }

    private func word(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8 & 255)] }

    private func long(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
}
