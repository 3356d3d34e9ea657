import Engine
import Foundation
import Synchronization
import Trading

/// The machine's time of day, which never goes back: every wait, window and deadline is counted on it.
///
/// When somebody sets the machine's clock back, this one goes on at half speed until the two agree. When it is set
/// forward, this one follows at once.
struct SystemClock: WallClock {
    private struct Reading {
        var time: Int64 = .min
        var monotonic: Int64 = 0
    }

    private static let last = Mutex(Reading())

    func now() -> Timestamp {
        let real = Self.realTime
        let monotonic = Self.read(CLOCK_MONOTONIC)
        return Self.last.withLock { last in
            // Two threads may read in one order and get here in the other: then no time has passed.
            let elapsed = max(0, monotonic - last.monotonic)
            let time = last.time == .min ? real : max(real, last.time + elapsed / 2)
            last = Reading(time: time, monotonic: max(monotonic, last.monotonic))
            return Timestamp(microseconds: time)
        }
    }

    private static var realTime: Int64 {
        #if DEBUG
        read(CLOCK_REALTIME) + RehearsedClock.ahead
        #else
        read(CLOCK_REALTIME)
        #endif
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
