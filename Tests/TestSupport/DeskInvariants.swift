import Desk
import Testing
import Trading

/// What always holds (`design/architecture.md` section 5), checked from outside after every step: the desk's records
/// and ledger are folded a second time from its events.
struct DeskInvariants: Sendable {
    private(set) var records: [CommandID: OrderRecord] = [:]
    private(set) var holdings: [HoldingKey: Holding] = [:]
    private(set) var groups: [Group] = []
    private(set) var fills: [BookedFill] = []
    private(set) var halts: [Halt.Scope: Halt] = [:]
    private(set) var ledgerRequests: [DoneLedgerRequest] = []
    private(set) var riskDay: RiskDay?
    private var folded: [HoldingKey: Int] = [:]
    private var seenFills: Set<Fill> = []
    private var placed: Set<CommandID> = []
    private var answered: Set<CommandID> = []
    /// Taken out of their lanes to be decided again, and not back yet.
    private var undecided: Set<CommandID> = []

    mutating func check(
        _ input: DeskInput,
        _ output: DeskOutput,
        _ events: [OrderEvent],
        _ entries: [LedgerEntry],
        _ changes: DeskChanges,
        _ desk: Desk
    ) {
        for event in events { replay(event) }
        for entry in entries { folded[entry.holding, default: 0] += entry.quantity }
        for request in changes.ledgerRequests where !ledgerRequests.contains(request) { ledgerRequests.append(request) }
        for id in Set(events.map(\.command)) {
            #expect(records[id] == desk.order(id), "replay of events = live state")
        }
        for (key, holding) in changes.holdings { holdings[key] = holding }
        for (key, quantity) in folded {
            #expect(holdings[key, default: .flat].quantity == quantity, "the ledger is the fold of fills and entries")
        }
        #expect(Set(changes.orders.map(\.id)) == Set(changes.events.map(\.command)), "rows change with events only")
        for group in changes.groups where !groups.contains(where: { $0.id == group.id }) { groups.append(group) }
        for fill in changes.fills where !fills.contains(fill) { fills.append(fill) }
        for (scope, halt) in changes.halts { halts[scope] = halt }
        if case .answer(let id, _, _) = input { answered.insert(id) }
        checkPlacements(input, output)
    }

    /// Within a day floor and peak never fall, and a breach stays.
    mutating func check(_ events: some Sequence<RiskEvent>) {
        for event in events {
            if let riskDay, riskDay.day == event.day.day, event.kind != .began {
                #expect(riskDay.objection(to: event.day, after: event.kind) == nil)
            }
            riskDay = event.day
        }
    }

    mutating func takeBack(to day: RiskDay?) { riskDay = day }

    /// A new process has a new lane; what was answered stays answered.
    mutating func forgetPlacements() { answered.formUnion(placed) }

    private mutating func replay(_ event: OrderEvent) {
        guard var record = records[event.command] ?? OrderRecord(beginning: event) else {
            Issue.record("an order begins with \(event.fact.kind)")
            return
        }
        let before = record.state
        move(record, by: -1)
        if records[event.command] != nil {
            #expect(event.sequence == record.version + 1, "sequences run without gaps")
            do { try record.apply(event) } catch { Issue.record("replay: \(error)") }
        }
        records[event.command] = record
        move(record, by: 1)
        if !before.isOpen, before != record.state {
            #expect(Self.mayFollow(before.word, record.state.word), "\(before) was left for \(record.state)")
        }
        let most = max(record.quantity, record.askedTerms?.quantity ?? 0)
        #expect(record.filled.quantity <= most || record.isDisputed, "Σ fills ≤ quantity, else disputed")
        if case .filled(let fill, _) = event.fact {
            #expect(seenFills.insert(fill).inserted, "each fill is applied once")
        }
    }

    /// What an order has filled is its strategy's.
    private mutating func move(_ record: OrderRecord, by sign: Int) {
        guard record.command.test == nil, record.filled.quantity > 0 else { return }
        folded[record.command.holding, default: 0] += record.filled.quantity * record.command.side.sign * sign
    }

    /// The complete list of ways out of a terminal state.
    private static func mayFollow(_ from: StateWord, _ to: StateWord) -> Bool {
        switch (from, to) {
        case (.notSent, .working), (.notSent, .filled), (.rejected, .filled), (.cancelled, .filled),
            (.expired, .filled):
            true
        default: false
        }
    }

    private mutating func checkPlacements(_ input: DeskInput, _ output: DeskOutput) {
        for case .place(let id, _, _) in output.actions {
            #expect(records[id]?.state == .sending, "no placement without a durable intent")
            #expect(!answered.contains(id), "never sent again")
            #expect(records[id]?.command.test == nil, "a test order calls no broker")
            if case .recheck(id) = input { continue }
            #expect(
                placed.insert(id).inserted || undecided.remove(id) != nil,
                "at most one placement per command, and one more each time that it was taken out of its lane"
            )
        }
        if case .recheck(let id) = input {
            let isBack = output.actions.contains { if case .place(id, _, _) = $0 { true } else { false } }
            if isBack { undecided.remove(id) } else { undecided.insert(id) }
        }
    }
}
