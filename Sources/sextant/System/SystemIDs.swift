import Engine
import Synchronization
import Trading

/// Ids from the clock and chance, ascending within the process even when the clock steps back.
///
/// Within one millisecond the random part goes up in steps of 4,096, which leaves each input numbers of its own; the 24
/// bits of it that become the tag cannot meet before 4,096 inputs in one millisecond.
final class SystemIDs: IDSource {
    private struct Last {
        var milliseconds: Int64 = 0
        var entropy: UInt128 = 0
    }

    private let last = Mutex(Last())

    func next(at now: Timestamp) -> CommandID {
        last.withLock { last in
            if now.milliseconds > last.milliseconds {
                last.milliseconds = now.milliseconds
                // The top bit stays free, so that steps within the millisecond cannot overflow into the time.
                last.entropy = UInt128.random(in: 0..<1 << 79)
            } else {
                last.entropy += 4096
            }
            return CommandID(milliseconds: last.milliseconds, entropy: last.entropy)
        }
    }
}
