internal import Trading

extension ValueKind<Int> {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        ValueKind(
            name: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            advice: "write plain digits",
            placeholder: range.lowerBound
        ) { text in
            // `Int` also takes a sign, which no number here has.
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else { return nil }
            return range.contains(value) ? value : nil
        }
    }
}

extension ValueKind<Money> {
    static var rupees: Self {
        ValueKind(
            name: "a positive amount of rupees",
            advice: "write a decimal number such as 5000 or 2500.50",
            placeholder: .zero
        ) { text in
            Money(text).flatMap { $0 > .zero ? $0 : nil }
        }
    }
}

extension ValueKind<Duration> {
    /// Longer than nothing and at most a week.
    static var duration: Self {
        ValueKind(
            name: "a duration above 0s and up to 168h",
            advice: "write a number with a unit, such as 500ms, 1.5s, 2m or 1h",
            placeholder: .zero
        ) { text in
            DurationText.parse(text).flatMap { $0 > .zero ? $0 : nil }
        }
    }

    /// At most a week; 0s turns something off.
    static var durationOrZero: Self {
        ValueKind(
            name: "a duration from 0s to 168h",
            advice: "write a number with a unit, such as 0s, 500ms, 1.5s or 2m",
            placeholder: .zero,
            read: DurationText.parse
        )
    }
}
