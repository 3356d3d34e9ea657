import Trading

/// Orders that have ended, first to last, until each is packed.
struct Closings: Sendable {
    /// Each order takes three steps or more: two a step keep up with any day.
    static let mostAtStep = 2
    static let mostAtTick = 500

    private struct Closing: Sendable {
        let id: CommandID
        let at: Timestamp
    }

    private var queue: [Closing] = []
    private var first = 0

    var count: Int { queue.count - first }

    var oldest: (id: CommandID, at: Timestamp)? {
        first < queue.count ? (queue[first].id, queue[first].at) : nil
    }

    mutating func add(_ id: CommandID, at time: Timestamp) { queue.append(Closing(id: id, at: time)) }

    mutating func removeOldest() {
        first += 1
        guard first >= 1024, first * 2 >= queue.count else { return }
        queue.removeFirst(first)
        first = 0
    }
}
