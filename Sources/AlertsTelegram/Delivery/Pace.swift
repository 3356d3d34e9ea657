import Trading

/// How often one chat may be written to: what Telegram grants, kept so that it need not refuse.
struct Pace: Sendable {
    private static let spacing: Duration = .seconds(1)
    /// Of groups.
    private static let perMinute = 20

    private let isGroup: Bool
    private var sent: [Timestamp] = []

    init(isGroup: Bool) { self.isGroup = isGroup }

    mutating func sent(at now: Timestamp) {
        sent.append(now)
        if sent.count > Self.perMinute { sent.removeFirst() }
    }

    /// How long the next message must wait. A clock that was set back holds nothing up for longer than a minute.
    func wait(at now: Timestamp) -> Duration {
        guard let last = sent.last else { return .zero }
        var wait = Self.spacing - (now - last)
        if isGroup, sent.count == Self.perMinute, let first = sent.first {
            wait = max(wait, .seconds(60) - (now - first))
        }
        return min(max(wait, .zero), .seconds(60))
    }
}
