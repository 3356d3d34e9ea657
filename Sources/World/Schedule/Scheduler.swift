import HeapModule
import Synchronization
import Trading

/// One thread for everything that runs in a world, in virtual time: which of the tasks that could go on does is drawn from
/// the seed, and time moves only when none can.
///
/// Tasks begun with it as executor preference, their children and the default actors they call stay on it. A bare
/// `Task { }` would not.
final class Scheduler: TaskExecutor {
    fileprivate enum Alarm {
        case sleeper(Int)
        case action(@Sendable () -> Void)
    }

    fileprivate struct Timer: Comparable {
        let at: Int64
        let order: Int
        let alarm: Alarm

        static func < (left: Timer, right: Timer) -> Bool { (left.at, left.order) < (right.at, right.order) }
        static func == (left: Timer, right: Timer) -> Bool { left.order == right.order }
    }

    fileprivate struct State {
        var ready: [UnownedJob] = []
        var timers = Heap<Timer>()
        var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
        var now: Int64 = 0
        var order = 0
        var steps = 0
        var chance: Chance
    }

    private let state: Mutex<State>

    init(chance: Chance) { state = Mutex(State(chance: chance)) }

    /// Microseconds since the world began.
    var now: Int64 { state.withLock { $0.now } }
    /// How often a task went on.
    var steps: Int { state.withLock { $0.steps } }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(job) }
    }

    /// Does something between two tasks, later.
    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.add(delay, .action(action)) }
    }

    /// Throws when its task is cancelled.
    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.order += 1
            return state.order
        }
        // Nothing else runs between here and the parking: there is one thread.
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    state.sleepers[id] = continuation
                    state.add(duration, .sleeper(id))
                }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    /// Runs until `isDone`. False when nothing is left that could happen, or when it does not end.
    func run(atMost limit: Int, until isDone: () -> Bool) -> Bool {
        while !isDone() {
            guard steps < limit, step() else { return false }
        }
        return true
    }

    private func step() -> Bool {
        if let job = state.withLock({ $0.takeReady() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
            return true
        }
        guard let alarm = state.withLock({ $0.takeTimer() }) else { return false }
        switch alarm {
        case .action(let action): action()
        case .sleeper(let id): state.withLock { $0.sleepers.removeValue(forKey: id) }?.resume()
        }
        return true
    }
}

extension Scheduler.State {
    fileprivate mutating func add(_ delay: Duration, _ alarm: Scheduler.Alarm) {
        order += 1
        timers.insert(Scheduler.Timer(at: now + max(0, delay.microseconds), order: order, alarm: alarm))
    }

    fileprivate mutating func takeReady() -> UnownedJob? {
        guard !ready.isEmpty else { return nil }
        steps += 1
        let index = ready.count == 1 ? 0 : chance.below(ready.count)
        ready.swapAt(index, ready.count - 1)
        return ready.removeLast()
    }

    fileprivate mutating func takeTimer() -> Scheduler.Alarm? {
        while let timer = timers.popMin() {
            if case .sleeper(let id) = timer.alarm, sleepers[id] == nil { continue }  // woken by its cancellation
            now = max(now, timer.at)
            return timer.alarm
        }
        return nil
    }
}
