/// How many things happened in the stretch of time before now.
struct SlidingWindow: Sendable {
    /// In microseconds.
    let length: Int64
    /// Oldest first; those before `start` are forgotten, and taken out now and then.
    private var times: [Int64] = []
    private var start = 0

    init(length: Int64) { self.length = length }

    mutating func count(at now: Int64) -> Int {
        while start < times.count, times[start] <= now - length { start += 1 }
        if start > 1000, start > times.count / 2 {
            times.removeFirst(start)
            start = 0
        }
        return times.count - start
    }

    mutating func note(_ now: Int64) { times.append(now) }
}
