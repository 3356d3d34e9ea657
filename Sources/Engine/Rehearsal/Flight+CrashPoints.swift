#if DEBUG
import Desk
import Trading

/// What a batch is about, so that a test can die at the one it means.
extension Flight {
    func reachBeforeCommit() {
        if events.contains(where: { $0.fact.kind == .received }) { CrashPoint.stepped.reach() }
        if events.contains(where: { $0.fact.kind == .filled }) { CrashPoint.evidenceStepped.reach() }
        if batch.items.contains(where: { $0.isKept }), !events.isEmpty { CrashPoint.takingIn.reach() }
    }

    func reachAfterCommit() {
        let kinds = Set(events.map(\.fact.kind))
        let waits = changes.contains { $0.orders.contains { $0.state == .received } }
        if kinds.contains(.received), waits { CrashPoint.registered.reach() }
        if kinds.contains(.sending) { CrashPoint.committed.reach() }
        if !kinds.isDisjoint(with: [.accepted, .rejected, .unanswered]) { CrashPoint.recorded.reach() }
        if kinds.contains(.filled) { CrashPoint.filled.reach() }
    }

    private var events: [OrderEvent] { changes.flatMap(\.events) }
}

extension Inbox.Item {
    fileprivate var isKept: Bool { if case .kept = input { true } else { false } }
}
#endif
