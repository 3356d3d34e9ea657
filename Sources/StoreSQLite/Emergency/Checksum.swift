/// CRC-32 as in zip files: finds what a torn write or a worn disk leaves of a record.
struct Checksum {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private var state: UInt32 = 0xFFFF_FFFF

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = Checksum()
        for byte in bytes { sum.state = sum.state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum.state) ^ byte)] }
        return ~sum.state
    }
}
