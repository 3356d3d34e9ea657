/// The mark that a placement carries in the broker's free-text field, and by which a lost answer is found again.
///
/// `SX` and 13 characters: 41 bits of milliseconds and 24 of the command id's random bits. 15 characters fit the 20
/// that brokers are known to keep (Noren `remarks`).
public struct ClientTag: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    init(milliseconds: Int64, entropy: UInt32) {
        let bits = UInt128(truncatingIfNeeded: milliseconds) & (1 << 41 - 1)
        text = "SX" + CrockfordText.encode(bits << 24 | UInt128(entropy & 0xFF_FFFF), count: 13)
    }

    /// Nil for text that Sextant, this one or another, cannot have written.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("SX"), text.utf8.count == 15, CrockfordText.decode(text.dropFirst(2)) != nil else {
            return nil
        }
        self.text = String(text)
    }

    public var description: String { text }
}
