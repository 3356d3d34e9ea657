import Synchronization
import Trading

/// When the calls that are under way must have ended. The engine's timekeeper looks at them at each of its turns, so a
/// call costs no timer of its own.
final class Deadlines: Sendable {
    fileprivate struct Waiter {
        let at: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    fileprivate struct State {
        /// Time as the turns count it.
        var elapsed: Duration = .zero
        var lastTurn: Timestamp?
        var drawn: UInt64 = 0
        /// Nil while its task is on its way to wait.
        var waiters: [UInt64: Waiter?] = [:]
        var isOver = false
    }

    /// No turn counts as longer: when the machine's clock is set forward, no call is late for that.
    private static let longestTurn: Duration = .milliseconds(500)

    private let state = Mutex(State())

    /// Returns at the first turn after `time`, or soon after its task is cancelled.
    func wait(_ time: Duration) async {
        let id = state.withLock { state in
            state.drawn += 1
            state.waiters[state.drawn] = .some(nil)
            return state.drawn
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    // Gone when it was cancelled meanwhile.
                    guard state.waiters[id] != nil, !state.isOver else { return false }
                    state.waiters[id] = Waiter(at: state.elapsed + time, continuation: continuation)
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }??.continuation.resume()
        }
        state.withLock { _ = $0.waiters.removeValue(forKey: id) }
    }

    /// A turn of the timekeeper.
    func turn(at now: Timestamp) {
        let due = state.withLock { state in
            if let last = state.lastTurn { state.elapsed += min(max(now - last, .zero), Self.longestTurn) }
            state.lastTurn = now
            return state.takeWaiters { [elapsed = state.elapsed] in $0.at <= elapsed }
        }
        for waiter in due { waiter.continuation.resume() }
    }

    /// No more turns will come: whoever waits, now or later, is late.
    func end() {
        let left = state.withLock { state in
            state.isOver = true
            return state.takeWaiters { _ in true }
        }
        for waiter in left { waiter.continuation.resume() }
    }
}

extension Deadlines.State {
    fileprivate mutating func takeWaiters(_ isTaken: (Deadlines.Waiter) -> Bool) -> [Deadlines.Waiter] {
        let taken = waiters.filter { $0.value.map(isTaken) ?? false }
        for id in taken.keys { waiters.removeValue(forKey: id) }
        return taken.sorted { $0.key < $1.key }.compactMap(\.value)
    }
}

/// What `body` returns, or nil when it has not within `time`; it is cancelled then.
func withDeadline<Value: Sendable>(
    _ time: Duration,
    _ deadlines: Deadlines,
    _ body: @escaping @Sendable () async -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        // At once and on this thread: a call does not wait for another one to wake.
        group.addImmediateTask {
            await deadlines.wait(time)
            return nil
        }
        group.addImmediateTask { await body() }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
