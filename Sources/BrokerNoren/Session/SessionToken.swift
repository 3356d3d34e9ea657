import Trading

/// A token and the time that it holds for.
struct SessionToken: Equatable, Sendable {
    let text: String
    let openedAt: Timestamp
    let ends: Timestamp

    /// `expiresIn`: the broker's word, a moment or a duration in seconds; brokers write either.
    init(_ text: String, openedAt: Timestamp, expiresIn: String? = nil) {
        self.text = text
        self.openedAt = openedAt
        let nightly = Self.nightlyEnd(after: openedAt)
        guard let seconds = expiresIn.flatMap({ Int64($0) }), seconds > 0, seconds < 1 << 40 else {
            ends = nightly
            return
        }
        let said =
            seconds > 1_000_000_000
            ? Timestamp(microseconds: seconds * 1_000_000) : openedAt + .seconds(min(seconds, 86_400))
        ends = min(said, nightly)
    }

    init(_ text: String, openedAt: Timestamp, ends: Timestamp) {
        self.text = text
        self.openedAt = openedAt
        self.ends = ends
    }

    /// Brokers end all sessions between 03:00 and 06:00 in India; a token from before six is dead.
    static func nightlyEnd(after time: Timestamp) -> Timestamp {
        let day: Int64 = 86_400_000_000
        let six: Int64 = 6 * 3_600_000_000 - 19_800_000_000  // 06:00 in India, as microseconds of a UTC day
        let days = (time.microseconds - six) / day
        return Timestamp(microseconds: (days + 1) * day + six)
    }

    func holds(at now: Timestamp) -> Bool { openedAt <= now && now < ends }
}

extension SessionToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
