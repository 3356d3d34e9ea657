import Trading

/// The wire's two spellings of a moment, both in Indian time: `20-11-2026 09:18:00` and `09:18:00 20-11-2026`.
enum WireTime {
    /// Nil for text of another form, and for the year 1980, which stands for "not set".
    static func timestamp(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        let dateFirst = parts[0].utf8.contains(UInt8(ascii: "-"))
        guard let date = numbers(parts[dateFirst ? 0 : 1], "-"), let time = numbers(parts[dateFirst ? 1 : 0], ":"),
            let day = CivilDate(year: date[2], month: date[1], day: date[0]), date[2] > 1980,
            time[0] < 24, time[1] < 60, time[2] < 61
        else { return nil }
        let seconds = day.daysSince1970 * 86_400 + time[0] * 3600 + time[1] * 60 + time[2] - 19_800
        return Timestamp(microseconds: Int64(seconds) * 1_000_000)
    }

    private static func numbers(_ text: Substring, _ mark: Character) -> [Int]? {
        let parts = text.split(separator: mark, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
        }
        return parts.count == 3 && numbers.count == 3 ? numbers : nil
    }
}
