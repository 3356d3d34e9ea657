import Engine
import Synchronization
import Trading

/// The wall clock of the machine: virtual time, set forward or back at will. A sleep is not moved by that.
final class WorldClock: WallClock {
    private let scheduler: Scheduler
    private let start: Timestamp
    private let offset = Mutex<Duration>(.zero)
    /// To what multiple of time every sleep is prolonged: a machine that is slow, or has nothing urgent to do.
    private let grain = Mutex<Duration>(.milliseconds(1))

    init(_ scheduler: Scheduler, start: Timestamp) {
        self.scheduler = scheduler
        self.start = start
    }

    func now() -> Timestamp { start + .microseconds(scheduler.now) + offset.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        let (now, grain) = (scheduler.now, grain.withLock { $0.microseconds })
        let end = now + max(0, duration.microseconds)
        try await scheduler.sleep(for: .microseconds((end + grain - 1) / grain * grain - now))
    }

    func wakeUp(every duration: Duration) { grain.withLock { $0 = duration } }

    func jump(_ by: Duration) { offset.withLock { $0 += by } }
}

/// Ids that ascend even when the clock is set back.
final class WorldIDs: IDSource {
    private let last = Mutex<(milliseconds: Int64, count: UInt128)>((0, 0))

    func next(at now: Timestamp) -> CommandID {
        last.withLock { last in
            last.milliseconds = max(last.milliseconds, now.milliseconds)
            last.count += 4096
            return CommandID(milliseconds: last.milliseconds, entropy: last.count)
        }
    }
}
