import Trading

/// Lets a repeated warning through once per key and minute, and counts the ones it held back.
struct LogLimiter: Sendable {
    private struct Entry: Sendable {
        var loggedAt: Timestamp
        var heldBack = 0
    }

    private var entries: [String: Entry] = [:]

    /// How many were held back since the last one that passed; nil if this one is held back too.
    mutating func pass(_ key: String, at now: Timestamp) -> Int? {
        guard var entry = entries[key], now - entry.loggedAt < .seconds(60) else {
            let heldBack = entries[key]?.heldBack ?? 0
            if entries.count >= 1000 { entries = entries.filter { now - $0.value.loggedAt < .seconds(60) } }
            entries[key] = Entry(loggedAt: now)
            return heldBack
        }
        entry.heldBack += 1
        entries[key] = entry
        return nil
    }
}
