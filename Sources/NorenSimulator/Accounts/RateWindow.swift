/// Calls of one user in the last second and the last minute. Refused calls do not count towards the next one.
struct RateWindow: Sendable {
    static let perSecond = 10
    static let perMinute = 120

    private var calls: [Int64] = []

    /// Notes a call at `now`, or refuses it in the broker's own words (the misspelling is theirs).
    mutating func admit(at now: Int64) throws(Refusal) {
        calls.removeAll { $0 <= now - 60_000_000 }
        let inSecond = calls.reversed().prefix { $0 > now - 1_000_000 }.count
        try check(inSecond, Self.perSecond, "second")
        try check(calls.count, Self.perMinute, "minute")
        calls.append(now)
    }

    private func check(_ count: Int, _ limit: Int, _ window: String) throws(Refusal) {
        guard count >= limit else { return }
        throw Refusal(
            "Invalid Input :  Order Recieved \(count + 1) in a current \(window) exceeds Limit \(limit) for user",
            status: 200
        )
    }
}
