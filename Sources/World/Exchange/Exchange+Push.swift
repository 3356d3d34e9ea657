import Desk
import Engine
import Synchronization
import Trading

/// Order push: each message to every socket, sooner or later, once or twice or never.
extension Exchange {
    func announce(_ number: BrokerOrderID, _ fill: Fill? = nil) {
        guard let report = order(number)?.report(fill) else { return }
        for id in state.withLock({ $0.listeners.keys.sorted() }) {
            if faults.strikes(.missingPush) { continue }
            if faults.strikes(.unreadablePush) {
                deliver(.unreadable("not JSON"), to: id, after: .milliseconds(10))
                continue
            }
            deliver(.report(report), to: id, after: pushDelay)
            if faults.strikes(.repeatedPush) { deliver(.report(report), to: id, after: pushDelay) }
        }
    }

    private var pushDelay: Duration {
        faults.strikes(.reorderedPush) ? draw { $0.milliseconds(50...3000) } : .milliseconds(10)
    }

    private func deliver(_ event: PushEvent, to id: Int, after delay: Duration) {
        scheduler.after(delay) { _ = self.state.withLock { $0.listeners[id] }?.yield(event) }
    }

    func subscribe() -> (id: Int, events: AsyncStream<PushEvent>) {
        let (events, continuation) = AsyncStream<PushEvent>.makeStream()
        let id = state.withLock { state in
            state.drawn += 1
            state.listeners[state.drawn] = continuation
            return state.drawn
        }
        return (id, events)
    }

    func unsubscribe(_ id: Int) { state.withLock { $0.listeners.removeValue(forKey: id) }?.finish() }

    func dropSockets() {
        trace.note("exchange drops its sockets")
        for id in state.withLock({ $0.listeners.keys.sorted() }) { unsubscribe(id) }
    }

    // MARK: Sessions

    /// The last login wins.
    func openSession() -> Int {
        state.withLock { state in
            state.session += 1
            state.isSessionLive = true
            return state.session
        }
    }

    func isLive(_ session: Int) -> Bool { state.withLock { $0.isSessionLive && $0.session == session } }

    func killSession() {
        trace.note("exchange ends the session")
        state.withLock { $0.isSessionLive = false }
        dropSockets()
    }
}
