/// Calls of one user in the last second and the last minute. Refused calls do not count towards the next one.
struct RateWindow: Sendable {
    private var calls: [Int64] = []
    private var orders: [Int64] = []

    /// Notes a call at `now`, or refuses it in the broker's own words (the misspelling is theirs).
    mutating func admit(isOrder: Bool, _ habits: BrokerHabits, at now: Int64) throws(Refusal) {
        calls.removeAll { $0 <= now - 60_000_000 }
        orders.removeAll { $0 <= now - 1_000_000 }
        let inSecond = calls.reversed().prefix { $0 > now - 1_000_000 }.count
        try check(inSecond, habits.callsPerSecond, "second")
        try check(calls.count, habits.callsPerMinute, "minute")
        if isOrder {
            try check(orders.count, habits.ordersPerSecond, "second")
            orders.append(now)
        }
        calls.append(now)
    }

    private func check(_ count: Int, _ limit: Int, _ window: String) throws(Refusal) {
        guard count >= limit else { return }
        throw Refusal(
            "Invalid Input :  Order Recieved \(count + 1) in a current \(window) exceeds Limit \(limit) for user",
            .rate
        )
    }
}
