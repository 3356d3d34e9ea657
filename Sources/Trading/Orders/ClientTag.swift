/// The mark that a placement carries in the broker's free-text field, and by which a lost answer is found again.
///
/// `SX` and 13 characters: 41 bits of milliseconds and 24 of the command id's random bits. 15 characters fit the 20
/// that brokers are known to keep (Noren `remarks`).
public struct ClientTag: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline let bits: UInt128

    init(milliseconds: Int64, entropy: UInt32) {
        let time = UInt128(truncatingIfNeeded: milliseconds) & (1 << 41 - 1)
        bits = time << 24 | UInt128(entropy & 0xFF_FFFF)
    }

    /// Nil for text that Sextant, this one or another, cannot have written.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("SX"), text.utf8.count == 15, let bits = CrockfordText.decode(text.dropFirst(2)) else {
            return nil
        }
        self.bits = bits
    }

    public var text: String { "SX" + CrockfordText.encode(bits, count: 13) }

    /// The lower part holds what was drawn by chance.
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: bits)) }

    @inlinable public func _rawHashValue(seed: Int) -> Int {
        TableHash.of(UInt64(truncatingIfNeeded: bits), seed: seed)
    }

    public var description: String { text }
}
