import Trading

/// What happened at least once: a world that never gets somewhere proves nothing about it.
struct Coverage: Sendable {
    struct Transition: Hashable, Sendable {
        let from: StateWord?
        let to: StateWord
    }

    var transitions: [Transition: Int] = [:]
    var facts: [OrderFact.Kind: Int] = [:]
    var tags: [OrderTag: Int] = [:]
    var evidence: [Evidence: Int] = [:]
    var crashes: [CrashPoint: Int] = [:]
    var faults: [Fault: Int] = [:]

    mutating func add(_ other: Coverage) {
        transitions.merge(other.transitions, uniquingKeysWith: +)
        facts.merge(other.facts, uniquingKeysWith: +)
        tags.merge(other.tags, uniquingKeysWith: +)
        evidence.merge(other.evidence, uniquingKeysWith: +)
        crashes.merge(other.crashes, uniquingKeysWith: +)
        faults.merge(other.faults, uniquingKeysWith: +)
    }
}

extension Coverage {
    /// What can happen, and has not.
    var neverHappened: [String] {
        Self.possible.filter { transitions[$0] == nil }.map { "\($0.from?.rawValue ?? "-") to \($0.to.rawValue)" }
            + OrderFact.Kind.allCases.filter { facts[$0] == nil && !Self.absent.contains($0) }.map {
                "fact \($0.rawValue)"
            }
            + OrderTag.allCases.filter { tags[$0] == nil && !Self.unused.contains($0) }.map { "tag \($0.rawValue)" }
            + Evidence.allCases.filter { evidence[$0] == nil && $0 != .person }.map { "evidence \($0.rawValue)" }
            + CrashPoint.allCases.filter { crashes[$0] == nil }.map { "crash \($0.rawValue)" }
            + Fault.allCases.filter { faults[$0] == nil }.map { "fault \($0.rawValue)" }
    }

    /// Only earlier versions wrote `resized`; in a world nobody settles what is open or adopts orders.
    private static let absent: Set<OrderFact.Kind> = [.resized, .agreed, .assigned]

    /// Nothing gives it yet.
    private static let unused: Set<OrderTag> = [.resolvedByPerson]

    /// The one table of the system, as words. Not in it: what was only registered and is found working, since an intent is
    /// durable before it is sent; it takes a store that was set back to a backup.
    private static let possible: [Transition] = {
        let table: [(StateWord?, [StateWord])] = [
            (nil, [.received, .working]),
            (.received, [.blocked, .sending, .notSent, .expired]),
            (.sending, [.working, .rejected, .unconfirmed, .notSent]),
            (.unconfirmed, [.working, .notSent]),
            (.working, [.filled, .rejected, .cancelled, .expired]),
            (.notSent, [.working]),
            (.cancelled, [.filled]),
        ]
        return table.flatMap { from, words in words.map { Transition(from: from, to: $0) } }
    }()
}
