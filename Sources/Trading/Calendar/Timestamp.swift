/// A point in time: microseconds since 1970-01-01 UTC. Values come from a clock port; nothing here reads the time.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    public var milliseconds: Int64 { microseconds / 1000 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: time.microseconds + duration.microseconds)
    }

    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: time.microseconds - duration.microseconds)
    }

    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    /// Whole microseconds, the rest cut off.
    public var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }

    /// Seconds with up to three decimals, for people: `3s`, `0.25s`.
    public var inSeconds: String {
        let milliseconds = microseconds / 1000
        let fraction = milliseconds % 1000
        guard fraction != 0 else { return "\(milliseconds / 1000)s" }
        let sign = milliseconds < 0 ? "-" : ""
        var digits = String(abs(fraction) + 1000).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(sign)\(abs(milliseconds) / 1000).\(digits)s"
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with microseconds: `2026-11-23T03:45:00.000000Z`.
    public var description: String {
        let day = microseconds.floorDivided(by: 86_400_000_000)
        let rest = microseconds - day * 86_400_000_000
        let date = CivilDate(daysSince1970: Int(day))
        let seconds = rest / 1_000_000
        return "\(date)T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
            + ".\(String(rest % 1_000_000 + 1_000_000).dropFirst())Z"
    }

    private func two(_ number: Int64) -> Substring { String(number + 100).dropFirst() }
}

extension Timestamp {
    /// Reads ISO 8601 (`2026-11-23T09:15:00Z`, `…+05:30`, with or without fraction; no zone means UTC) or an epoch in
    /// seconds (also with a fraction), milliseconds or microseconds, told apart by size.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0].utf8.allSatisfy(Self.isDigit), let whole = Int64(parts[0]) else {
            self.init(iso: text)
            return
        }
        let fraction = parts.count > 1 ? parts[1] : "0"
        guard !fraction.isEmpty, fraction.utf8.allSatisfy(Self.isDigit),
            let millionths = Int64((fraction + "00000").prefix(6))
        else { return nil }
        switch whole {
        case 0..<100_000_000_000: self.init(microseconds: whole * 1_000_000 + millionths)
        case 100_000_000_000..<100_000_000_000_000: self.init(microseconds: whole * 1000)
        case ..<Self.end: self.init(microseconds: whole)
        default: return nil
        }
    }

    /// The first moment that is written with a year of five digits.
    private static let end: Int64 = 253_402_300_800_000_000

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private init?(iso text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return Int(String(decoding: bytes[range], as: UTF8.self))
        }
        func mark(_ index: Int, _ allowed: String) -> Bool {
            index < bytes.count && allowed.utf8.contains(bytes[index])
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            mark(4, "-"), mark(7, "-"), mark(10, "T "), mark(13, ":"), mark(16, ":"),
            let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 61
        else { return nil }
        var position = 19
        var fraction = 0
        if mark(position, ".") {
            let digits = bytes[(position + 1)...].prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            let six = String(decoding: digits.prefix(6), as: UTF8.self)
            fraction = Int(six + String(repeating: "0", count: 6 - six.count)) ?? 0
            position += 1 + digits.count
        }
        var offset = 0
        if mark(position, "Zz") {
            position += 1
        } else if mark(position, "+-") {
            let colon = mark(position + 3, ":") ? 1 : 0
            guard let hours = number(position + 1..<position + 3),
                let minutes = number(position + 3 + colon..<position + 5 + colon), hours < 24, minutes < 60
            else { return nil }
            offset = (mark(position, "-") ? -1 : 1) * (hours * 60 + minutes)
            position += 5 + colon
        }
        guard position == bytes.count else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        guard seconds >= -62_167_219_200, seconds < Self.end / 1_000_000 else { return nil }
        self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction))
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    }
}
