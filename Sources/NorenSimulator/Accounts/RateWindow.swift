/// Calls of one user in the last second and the last minute. Refused calls do not count towards the next one.
struct RateWindow: Sendable {
    private var inSecond = SlidingWindow(length: 1_000_000)
    private var inMinute = SlidingWindow(length: 60_000_000)
    private var ordersInSecond = SlidingWindow(length: 1_000_000)
    /// How many calls were refused.
    private(set) var refusals = 0

    /// Notes a call at `now`, or refuses it in the broker's own words (the misspelling is theirs).
    mutating func admit(isOrder: Bool, _ habits: BrokerHabits, at now: Int64) throws(Refusal) {
        try check(inSecond.count(at: now), habits.callsPerSecond, "second")
        try check(inMinute.count(at: now), habits.callsPerMinute, "minute")
        if isOrder {
            try check(ordersInSecond.count(at: now), habits.ordersPerSecond, "second")
            ordersInSecond.note(now)
        }
        inSecond.note(now)
        inMinute.note(now)
    }

    private mutating func check(_ count: Int, _ limit: Int, _ window: String) throws(Refusal) {
        guard count >= limit else { return }
        refusals += 1
        throw Refusal(
            "Invalid Input :  Order Recieved \(count + 1) in a current \(window) exceeds Limit \(limit) for user",
            .rate
        )
    }
}
