/// Exact arithmetic on the text of durations: they never pass through floating point.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Int128)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
    /// A week, in nanoseconds.
    private static let longest: Int128 = 168 * 3_600_000_000_000

    /// `"1.5s"` → 1500 ms. Nil unless the text is a plain decimal number with a unit, at most a week, and a whole
    /// number of nanoseconds.
    @Sendable static func parse(_ text: String) -> Duration? {
        guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let parts = text.dropLast(unit.name.count).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = digits(parts[0]) else { return nil }
        var nanoseconds = whole * unit.nanoseconds
        if parts.count == 2 {
            guard let part = digits(parts[1]) else { return nil }
            let divisor = (0..<parts[1].utf8.count).reduce(Int128(1)) { power, _ in power * 10 }
            let (quotient, remainder) = (part * unit.nanoseconds).quotientAndRemainder(dividingBy: divisor)
            guard remainder == 0 else { return nil }
            nanoseconds += quotient
        }
        return nanoseconds <= longest ? .nanoseconds(Int64(nanoseconds)) : nil
    }

    /// Up to 15 digits: no product with a unit overflows.
    private static func digits(_ text: Substring) -> Int128? {
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int128(text)
    }
}
