/// Crockford's base 32: digits and capitals without I, L, O, U; sorts as the number does.
enum CrockfordText {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The lowest `count` times five bits of `value`, the highest first.
    static func encode(_ value: UInt128, count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { bytes in
            var rest = value
            for place in stride(from: count - 1, through: 0, by: -1) {
                bytes[place] = alphabet[Int(truncatingIfNeeded: rest) & 31]
                rest >>= 5
            }
            return count
        }
    }

    /// Nil when a character is not of the alphabet (lower case is not: stored ids have one spelling).
    static func decode(_ text: some StringProtocol) -> UInt128? {
        var value: UInt128 = 0
        for byte in text.utf8 {
            guard let digit = digits[Int(byte)] else { return nil }
            value = value << 5 | UInt128(digit)
        }
        return value
    }

    private static let digits: [UInt8?] = (0..<256).map { byte in
        alphabet.firstIndex(of: UInt8(byte)).map { UInt8($0) }
    }
}
