import DequeModule
import Desk
import Trading

/// One call to the broker that waits for its turn.
struct LaneCall: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case cancel(CommandID, BrokerOrderID)
        case modify(CommandID)
        case place(CommandID, GroupID)
        case read(BookKind)
        case quote(Instrument, urgent: Bool)
        case security(Instrument, urgent: Bool)
        case shares
        case funds
    }

    let kind: Kind
    let lane: Lane
    let since: Timestamp

    var isOrder: Bool { lane.carriesOrders }

    var use: CallBudget.Use {
        switch lane {
        case .cancel, .exit: .urgent
        case .entry: .shared
        case .reads: .books
        case .questions: isUrgent ? .urgent : .shared
        }
    }

    private var isUrgent: Bool {
        switch kind {
        case .quote(_, let urgent), .security(_, let urgent): urgent
        case .cancel, .modify, .place, .read, .shares, .funds: false
        }
    }
}

/// Calls of one kind share connections, so a call that hangs delays only its own kind. In order of precedence.
enum Lane: Int, Sendable, CaseIterable {
    case cancel, exit, entry, reads
    /// About contracts: apart from the books, which must go on whatever becomes of a question.
    case questions

    var carriesOrders: Bool { self != .reads && self != .questions }

    var slots: Int {
        switch self {
        case .cancel, .reads, .questions: 2
        case .exit, .entry: 4
        }
    }
}

/// Who waits for the wire, in which order. Pure: what is taken out must be performed, and reported back when done.
///
/// Legs of a group go out in the alert's order: the next when the one before was answered, or one second after it was
/// written.
struct Lanes: Sendable {
    private struct Legs: Sendable {
        var current: CommandID
        var writtenAt: Timestamp?
        var waiting: Deque<(id: CommandID, lane: Lane, since: Timestamp)> = []
    }

    private var queues: [Lane: Deque<LaneCall>] = [:]
    private var inFlight: [Lane: Int] = [:]
    private var legs: [GroupID: Legs] = [:]
    /// Groups of which a leg waits behind another.
    private var waitingGroups: Set<GroupID> = []
    /// Placements that were taken out to be decided again.
    private(set) var undecided: [CommandID: (group: GroupID, since: Timestamp)] = [:]
    /// Placements that wait, or were taken out to be performed and whose answer is not durable: none goes in twice.
    private var placed: Set<CommandID> = []

    static let legPatience: Duration = .seconds(1)

    /// Queues a placement behind the legs before it, once, however often it is asked for. One that its desk decided again
    /// keeps its place.
    mutating func place(_ id: CommandID, group: GroupID, reduces: Bool, at now: Timestamp) {
        guard placed.insert(id).inserted else { return }
        let now = undecided.removeValue(forKey: id)?.since ?? now
        let lane: Lane = reduces ? .exit : .entry
        guard let line = legs[group], line.current != id else {
            if legs[group] == nil { legs[group] = Legs(current: id) }
            queues[lane, default: []].append(LaneCall(kind: .place(id, group), lane: lane, since: now))
            return
        }
        if line.writtenAt.map({ now - $0 >= Self.legPatience }) == true, line.waiting.isEmpty {
            legs[group] = Legs(current: id)
            queues[lane, default: []].append(LaneCall(kind: .place(id, group), lane: lane, since: now))
        } else {
            legs[group]?.waiting.append((id, lane, now))
            waitingGroups.insert(group)
        }
    }

    mutating func cancel(_ id: CommandID, _ number: BrokerOrderID, at now: Timestamp) {
        let call = LaneCall(kind: .cancel(id, number), lane: .cancel, since: now)
        guard queues[.cancel]?.contains(where: { $0.kind == call.kind }) != true else { return }
        queues[.cancel, default: []].append(call)
    }

    /// Queues a change with the placements of its kind: what adds risk must not take the calls that exits need.
    mutating func modify(_ id: CommandID, reduces: Bool, at now: Timestamp) {
        let lane: Lane = reduces ? .exit : .entry
        queues[lane, default: []].append(LaneCall(kind: .modify(id), lane: lane, since: now))
    }

    mutating func read(_ kind: BookKind, at now: Timestamp) {
        queues[.reads, default: []].append(LaneCall(kind: .read(kind), lane: .reads, since: now))
    }

    /// What an exit waits for comes first.
    mutating func ask(_ question: LaneCall.Kind, at now: Timestamp) {
        let call = LaneCall(kind: question, lane: .questions, since: now)
        guard queues[.questions]?.contains(where: { $0.kind == call.kind }) != true else { return }
        if call.use == .urgent {
            queues[.questions, default: []].prepend(call)
        } else {
            queues[.questions, default: []].append(call)
        }
    }

    /// The next call of a lane that has a free slot; nil when there is none.
    func next(_ lane: Lane) -> LaneCall? {
        inFlight[lane, default: 0] < lane.slots ? queues[lane]?.first : nil
    }

    /// Takes the lane's next call out, to be performed now.
    mutating func start(_ lane: Lane, at now: Timestamp) {
        guard let call = queues[lane]?.popFirst() else { return }
        inFlight[lane, default: 0] += 1
        if case .place(_, let group) = call.kind { legs[group]?.writtenAt = now }
    }

    /// Takes the lane's next call out without performing it; the group's next leg stays behind it until `passed`.
    mutating func skip(_ lane: Lane) {
        guard let call = queues[lane]?.popFirst(), case .place(let id, let group) = call.kind else { return }
        placed.remove(id)
        undecided[id] = (group, call.since)
    }

    /// A performed call has come back.
    mutating func finished(_ call: LaneCall) {
        inFlight[call.lane, default: 0] -= 1
        if case .place(let id, let group) = call.kind { passed(id, group) }
    }

    /// What a placement came to is durable.
    mutating func settled(_ id: CommandID) { placed.remove(id) }

    /// A leg is answered or given up: the next one may go.
    mutating func passed(_ id: CommandID, _ group: GroupID) {
        undecided[id] = nil
        guard legs[group]?.current == id else { return }
        advance(group)
    }

    /// Lets legs go whose predecessor was written long enough ago.
    mutating func advancePatientLegs(at now: Timestamp) {
        for group in waitingGroups.sorted() {
            guard let written = legs[group]?.writtenAt, now - written >= Self.legPatience else { continue }
            advance(group)
        }
    }

    private mutating func advance(_ group: GroupID) {
        guard let next = legs[group]?.waiting.popFirst() else {
            legs[group] = nil
            return
        }
        if legs[group]?.waiting.isEmpty == true { waitingGroups.remove(group) }
        legs[group]?.current = next.id
        legs[group]?.writtenAt = nil
        queues[next.lane, default: []].append(
            LaneCall(kind: .place(next.id, group), lane: next.lane, since: next.since)
        )
    }

    /// The entry that has waited longest, if it has since before `limit`; it is taken out.
    mutating func takeEntry(waitingSince limit: Timestamp) -> LaneCall? {
        guard let first = queues[.entry]?.first, first.since <= limit else { return nil }
        if case .place(let id, _) = first.kind { placed.remove(id) }
        return queues[.entry]?.popFirst()
    }

    /// Placements and changes that have not been written, with those behind them, in order; they are taken out.
    mutating func takeUnwritten() -> [CommandID] {
        var ids: [CommandID] = []
        for lane in [Lane.exit, .entry] {
            for call in queues[lane] ?? [] {
                switch call.kind {
                case .place(let id, _), .modify(let id): ids.append(id)
                case .cancel, .read, .quote, .security, .shares, .funds: break
                }
            }
            queues[lane] = []
        }
        ids += undecided.keys
        undecided = [:]
        for group in legs.keys { ids += legs[group]?.waiting.map(\.id) ?? [] }
        legs = [:]
        waitingGroups = []
        placed.subtract(ids)
        return ids.sorted()
    }

    var isIdle: Bool { queues.values.allSatisfy(\.isEmpty) && waitingGroups.isEmpty }

    /// Calls of a lane that wait for a slot, a session or the budget.
    func waiting(_ lane: Lane) -> Int { queues[lane]?.count ?? 0 }

    func callsInFlight(_ lane: Lane) -> Int { inFlight[lane, default: 0] }

    /// Orders and cancels on the wire.
    var ordersInFlight: Int {
        Lane.allCases.filter(\.carriesOrders).map { inFlight[$0, default: 0] }.reduce(0, +)
    }

    /// Since when the longest waiting exit or cancel has waited.
    var oldestUrgent: Timestamp? {
        [queues[.cancel]?.first?.since, queues[.exit]?.first?.since].compactMap(\.self).min()
    }
}
