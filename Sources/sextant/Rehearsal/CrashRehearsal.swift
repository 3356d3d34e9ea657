#if DEBUG
import Engine
import Foundation
import Synchronization

/// `SEXTANT_CRASH_AT=name[:nth]` lets a debug build kill itself with SIGKILL where a crash point is reached for the nth
/// time. No release build has this code.
enum CrashRehearsal {
    static func arm(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        guard let wish = environment["SEXTANT_CRASH_AT"] else { return }
        let parts = wish.split(separator: ":")
        guard let name = parts.first, let point = CrashPoint(rawValue: String(name)),
            let nth = parts.count > 1 ? Int(parts[1]) : 1
        else {
            let known = CrashPoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("SEXTANT_CRASH_AT is name[:nth], and name one of \(known)")
        }
        let left = Mutex(nth)
        CrashPoint.arm { reached in
            guard reached == point else { return }
            let isNow = left.withLock { left in
                left -= 1
                return left == 0
            }
            if isNow { kill(getpid(), SIGKILL) }
        }
    }
}
#endif
