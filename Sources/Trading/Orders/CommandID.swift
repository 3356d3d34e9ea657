/// Names one order command for ever: 48 bits of milliseconds, then 80 bits drawn once per input, so ids sort by time.
public struct CommandID: Hashable, Comparable, Sendable {
    @usableFromInline let value: UInt128

    private init(value: UInt128) { self.value = value }

    /// `entropy`: only the lowest 80 bits count.
    public init(milliseconds: Int64, entropy: UInt128) {
        value = UInt128(truncatingIfNeeded: milliseconds) << 80 | entropy & (1 << 80 - 1)
    }

    /// Reads the 26 characters that `description` writes.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 26, text.utf8.first.map({ $0 <= UInt8(ascii: "7") }) == true,
            let value = CrockfordText.decode(text)
        else { return nil }
        self.value = value
    }

    /// The `index`-th id that belongs to the same input: one alert's legs, or the orders that an exit turns into.
    public func numbered(_ index: Int) -> CommandID { CommandID(value: value &+ UInt128(index)) }

    public var milliseconds: Int64 { Int64(truncatingIfNeeded: value >> 80) }

    /// The mark under which the broker's books show this command.
    public var tag: ClientTag { ClientTag(milliseconds: milliseconds, entropy: UInt32(truncatingIfNeeded: value)) }

    public static func < (left: CommandID, right: CommandID) -> Bool { left.value < right.value }

    /// The lower half tells ids apart: it is drawn by chance and numbered from there.
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: value)) }

    @inlinable public func _rawHashValue(seed: Int) -> Int {
        TableHash.of(UInt64(truncatingIfNeeded: value), seed: seed)
    }
}

extension CommandID: CustomStringConvertible {
    public var description: String { CrockfordText.encode(value, count: 26) }
}

/// The orders of one alert. Its legs know each other and do not block each other.
public struct GroupID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let id: CommandID

    public init(_ id: CommandID) { self.id = id }

    public init?(_ text: some StringProtocol) {
        guard let id = CommandID(text) else { return nil }
        self.id = id
    }

    public var description: String { id.description }

    public static func < (left: GroupID, right: GroupID) -> Bool { left.id < right.id }

    @inlinable public func _rawHashValue(seed: Int) -> Int { id._rawHashValue(seed: seed) }
}
