/// The name of a field, packed so that comparing it is comparing a number.
struct FieldName: Hashable, Sendable, ExpressibleByStringLiteral {
    private let packed: UInt128

    /// Nil for names longer than any of ours.
    init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= 16 else { return nil }
        packed = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    init(stringLiteral text: StaticString) {
        precondition(text.utf8CodeUnitCount <= 16, "a field's name has up to 16 bytes")
        packed = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt128($1) } }
    }
}

extension FieldName: CustomStringConvertible {
    var description: String {
        let bytes = (0..<16).reversed().map { UInt8(truncatingIfNeeded: packed >> (8 * $0)) }
        return String(decoding: bytes.drop { $0 == 0 }, as: UTF8.self)
    }
}
