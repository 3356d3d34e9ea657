import Desk
import Trading

/// What is counted of one client as it happens.
struct ClientCounts: Sendable {
    private(set) var events: [OrderFact.Kind: Int] = [:]
    private(set) var notifications: [Notification.Kind: Int] = [:]
    private(set) var stages: [ClientFigures.Stage: Histogram] = [:]
    private(set) var calls: [Lane: Int] = [:]
    var lastPush: Timestamp?

    mutating func note(_ stage: ClientFigures.Stage, _ duration: Duration) {
        stages[stage, default: Histogram()].note(duration)
    }

    mutating func noteCall(_ lane: Lane) { calls[lane, default: 0] += 1 }

    /// What a commit has made durable.
    mutating func note(_ changes: DeskChanges) {
        for event in changes.events { events[event.fact.kind, default: 0] += 1 }
        for notification in changes.notifications { notifications[notification.kind, default: 0] += 1 }
        guard changes.events.contains(where: { $0.fact.kind.mayEnd }) else { return }
        let ending = Set(changes.events.lazy.filter { $0.fact.kind.mayEnd }.map(\.command))
        for record in changes.orders where !record.state.isOpen && ending.contains(record.id) {
            note(.watch, record.updatedAt - record.createdAt)
        }
    }
}

extension OrderFact.Kind {
    fileprivate var mayEnd: Bool {
        switch self {
        case .blocked, .notSent, .filled, .rejected, .cancelled, .expired: true
        default: false
        }
    }
}
