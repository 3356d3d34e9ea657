import Synchronization
import Trading

/// What happened in a world, as one number: two runs of a seed that differ anywhere differ in it.
final class Trace: Sendable {
    private struct State {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var entries = 0
        var lines: [String] = []
    }

    private let state = Mutex(State())
    private let keepsLines: Bool
    private let scheduler: Scheduler

    init(_ scheduler: Scheduler, keepsLines: Bool) {
        self.scheduler = scheduler
        self.keepsLines = keepsLines
    }

    func note(_ text: String) {
        let now = scheduler.now
        state.withLock { state in
            state.entries += 1
            for byte in text.utf8 { state.hash = (state.hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state.hash = (state.hash ^ UInt64(bitPattern: now)) &* 0x100_0000_01B3
            if keepsLines { state.lines.append("\(Self.seconds(now)) \(text)") }
        }
    }

    var hash: UInt64 { state.withLock { $0.hash } }
    var entries: Int { state.withLock { $0.entries } }
    var lines: [String] { state.withLock { $0.lines } }

    private static func seconds(_ microseconds: Int64) -> String {
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        return "\(microseconds / 1_000_000).\(fraction)"
    }
}
