import Synchronization

/// Where a process can die.
enum CrashPoint: String, CaseIterable, Sendable {
    case beforeWrite, written, beforeSync, synced
    case beforeKeeping, kept, beforeClearing
    case beforePlacing, placed, answered
    case beforeCancelling, cancelled
    case beforeChanging, changed
    case bookAsked, bookRead
    case pushed
    case anywhere

    /// Reached all the time, or now and then.
    var isFrequent: Bool { self == .bookAsked || self == .bookRead || self == .pushed }
    var isRare: Bool { self == .beforeChanging || self == .changed || self == .cancelled }
}

/// One life of `serve`. Once dead, nothing it does has an effect: its tasks are cancelled and unwind.
final class Process: Sendable {
    private struct State {
        var isAlive = true
        var isSick = false
        var isStopping = false
        var writes = false
        var hasCommitted = false
    }

    let number: Int
    private let state = Mutex(State())
    /// Called at each point; it may kill this process.
    private let reached: @Sendable (CrashPoint, Process) -> Void

    init(_ number: Int, reached: @escaping @Sendable (CrashPoint, Process) -> Void) {
        self.number = number
        self.reached = reached
    }

    var isAlive: Bool { state.withLock { $0.isAlive } }
    /// Its store has failed, or will be found to: a person starts it anew.
    var isSick: Bool {
        get { state.withLock { $0.isSick } }
        set { state.withLock { $0.isSick = newValue } }
    }

    /// It was told to end, and finishes what it has in hand.
    var isStopping: Bool {
        get { state.withLock { $0.isStopping } }
        set { state.withLock { $0.isStopping = newValue } }
    }
    /// It holds the store's lock.
    var writes: Bool {
        get { state.withLock { $0.writes } }
        set { state.withLock { $0.writes = newValue } }
    }

    /// It has taken over what the store held.
    var hasCommitted: Bool {
        get { state.withLock { $0.hasCommitted } }
        set { state.withLock { $0.hasCommitted = newValue } }
    }

    func die() { state.withLock { $0.isAlive = false } }

    func reach(_ point: CrashPoint) {
        if isAlive { reached(point, self) }
    }
}
