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

    /// A request to change an order came to nothing, and the message does not always say which request that was.
    func announceRefusal(of number: BrokerOrderID) {
        guard var report = order(number)?.report() else { return }
        report.refusesRequest = true
        report.refusedRequest = draw { $0.happens(50) } ? .modify : nil
        report.rejection = "SAF:order is not modifiable"
        for id in state.withLock({ $0.listeners.keys.sorted() }) where !faults.strikes(.missingPush) {
            deliver(.report(report), to: id, after: pushDelay)
        }
    }

    /// What the market shows; to one socket, if it is asked for there. When it was received is for the receiver to say.
    func quote(_ instrument: Instrument) -> Quote {
        let last = draw { 1_000_000 + Int64($0.below(20)) * 500 }
        return Quote(
            last: Price(tenThousandths: last),
            bid: Price(tenThousandths: last - 500),
            ask: Price(tenThousandths: last + 500),
            receivedAt: now
        )
    }

    func pushQuote(_ instrument: Instrument, to id: Int, after delay: Duration) {
        deliver(.quote(instrument, quote(instrument)), to: id, after: delay)
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
