/// The hash by which tables find ids and names: a desk looks dozens of them up in each step, and the standard library's
/// would be a fifth of all it does.
///
/// `seed` is the table's own: without it, copying one table into another would pile its elements up.
@usableFromInline enum TableHash {
    @inlinable static func of(_ value: UInt64, seed: Int) -> Int {
        let mixed = (value ^ UInt64(truncatingIfNeeded: seed)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    /// Texts are equal however their accents are composed, so only plain ASCII is hashed by its bytes.
    @usableFromInline static func of(_ text: String, seed: Int) -> Int {
        let plain =
            text.utf8.withContiguousStorageIfAvailable { ofASCII(UnsafeRawBufferPointer($0), seed: seed) } ?? nil
        return plain ?? of(UInt64(truncatingIfNeeded: text.hashValue), seed: seed)
    }

    /// Eight bytes at a time; nil for what is not all ASCII.
    private static func ofASCII(_ bytes: UnsafeRawBufferPointer, seed: Int) -> Int? {
        var state = UInt64(truncatingIfNeeded: seed) ^ UInt64(bytes.count) &* 0xD6E8_FEB8_6659_FD93
        var highBits: UInt64 = 0
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            highBits |= word
            state = fold(state ^ word)
            offset += 8
        }
        var rest: UInt64 = 0
        for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
        guard (highBits | rest) & 0x8080_8080_8080_8080 == 0 else { return nil }
        return Int(truncatingIfNeeded: fold(state ^ rest))
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
