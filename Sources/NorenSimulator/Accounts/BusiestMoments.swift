/// The most calls of one user that any second and any minute has seen: all that arrived, whatever came of them.
struct BusiestMoments: Sendable {
    private var seconds = SlidingWindow(length: 1_000_000)
    private var minutes = SlidingWindow(length: 60_000_000)
    private var orderSeconds = SlidingWindow(length: 1_000_000)
    private(set) var callsInSecond = 0
    private(set) var callsInMinute = 0
    private(set) var ordersInSecond = 0

    mutating func note(isOrder: Bool, at now: Int64) {
        callsInSecond = max(callsInSecond, seconds.counting(now))
        callsInMinute = max(callsInMinute, minutes.counting(now))
        if isOrder { ordersInSecond = max(ordersInSecond, orderSeconds.counting(now)) }
    }
}

extension SlidingWindow {
    /// How many there are with the one now.
    fileprivate mutating func counting(_ now: Int64) -> Int {
        note(now)
        return count(at: now)
    }
}
