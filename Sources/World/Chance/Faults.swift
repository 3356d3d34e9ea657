import Synchronization

/// Draws faults: which kinds this world has, how often each strikes, and none once it is calm.
final class Faults: Sendable {
    private struct State {
        var chance: Chance
        var odds: [Fault: Int] = [:]
        var isCalm = false
        var struck: [Fault: Int] = [:]
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        var state = State(chance: Chance(seed: seed, .faults))
        // Few kinds in most worlds: where everything breaks, nothing gets far enough to go wrong.
        let share = state.chance.oneOf([0, 10, 20, 20, 35, 60])
        for fault in Fault.allCases where state.chance.happens(share) {
            state.odds[fault] = state.chance.oneOf([3, 10, 25])
        }
        self.state = Mutex(state)
    }

    /// From here on everything works as it should.
    func calm() { state.withLock { $0.isCalm = true } }

    func rage() { state.withLock { $0.isCalm = false } }

    var isCalm: Bool { state.withLock { $0.isCalm } }

    /// Whether this world has faults of this kind at all.
    func has(_ fault: Fault) -> Bool { state.withLock { $0.odds[fault] != nil } }

    func strikes(_ fault: Fault) -> Bool {
        state.withLock { state in
            guard !state.isCalm, let odds = state.odds[fault], state.chance.happens(odds) else { return false }
            state.struck[fault, default: 0] += 1
            return true
        }
    }

    func count(_ fault: Fault) { state.withLock { $0.struck[fault, default: 0] += 1 } }

    /// Whether something that only this kind of fault does may happen now; counted if so.
    func allows(_ fault: Fault) -> Bool {
        state.withLock { state in
            guard !state.isCalm, state.odds[fault] != nil else { return false }
            state.struck[fault, default: 0] += 1
            return true
        }
    }

    /// The first of `faults` that strikes.
    func first(_ faults: Fault...) -> Fault? { faults.first { strikes($0) } }

    func draw<Value>(_ body: (inout Chance) -> Value) -> Value { state.withLock { body(&$0.chance) } }

    var struck: [Fault: Int] { state.withLock { $0.struck } }
}
