import Engine
import Testing
import Trading

@testable import Desk

/// What every journal must do; `make` gives a new, empty one each time.
func verifyJournalContract(_ make: () async throws -> any Journal) async throws {
    try await verifyThatStoriesComeBack(try await make())
    try await verifyThatRowsFollowTheirOrder(try await make())
    try await verifyThatTheRestComesBack(try await make())
    try await verifyThatLedgerEntriesComeBack(try await make())
    try await verifyThatACommitIsAllOrNothing(try await make())
    try await verifyThatEventsAreWrittenOnce(try await make())
    try await verifyThatClientsAreApart(try await make())
}

private func verifyThatStoriesComeBack(_ journal: any Journal) async throws {
    let stories = try OrderStory.everyState()
    try await journal.commit([stories.changes(of: "FA00001")])
    let snapshot = try await journal.snapshot(of: "FA00001", since: .sample)
    #expect(snapshot.orders == stories.map(\.record))
    #expect(Set(snapshot.fills) == Set(stories.flatMap(\.fills)))
    for story in stories {
        let history = try await journal.archive(of: "FA00001").history(of: story.record.id)
        #expect(history?.record == story.record)
        #expect(history?.events == story.events)
    }
    let nextWeek = try await journal.snapshot(of: "FA00001", since: TradingDay(.sample + .seconds(7 * 86_400)))
    #expect(nextWeek.orders == stories.map(\.record).filter(\.state.isOpen))
}

/// An order's row is brought up to date by each commit.
private func verifyThatRowsFollowTheirOrder(_ journal: any Journal) async throws {
    for whole in try OrderStory.everyState() {
        for event in whole.events {
            var record = try #require(OrderRecord(beginning: whole.events[0]))
            for earlier in whole.events.dropFirst().prefix(event.sequence - 1) { try record.apply(earlier) }
            var changes = DeskChanges(client: "FA00001")
            changes.orders = [record]
            changes.events = [event]
            try await journal.commit([changes])
            #expect(try await journal.archive(of: "FA00001").history(of: record.id)?.record == record)
        }
    }
}

private func verifyThatTheRestComesBack(_ journal: any Journal) async throws {
    var legs = [OrderCommand.sample(11), .sample(12), .sample(13)]
    for index in legs.indices {
        legs[index].group = .sample(1)
        legs[index].leg = 3 - index
    }
    let group = Group.sample(1, key: "alert 1", commands: legs.reversed().map(\.id))
    let old = Group(
        id: .sample(2),
        source: .api,
        idempotencyKey: "alert 2",
        contentHash: "",
        request: "",
        receivedAt: .sample - .seconds(3 * 86_400)
    )
    let held = HoldingKey("momentum", PositionKey(Instrument("NSE", "ACC-EQ"), .delivery))
    let short = HoldingKey("reversal", PositionKey(Instrument("NSE", "M&M-EQ"), .intraday))
    let vast = Holding(quantity: -5, cost: Int128(Int64.max) * 3)
    let halts = [Halt.Scope.global, .client, .strategy("momentum")].map {
        Halt(scope: $0, by: "asha", reason: "news", at: .sample)
    }
    var changes = try legs.map { try OrderStory($0) }.changes(of: "FA00001")
    changes.groups = [group, old]
    changes.holdings = [(held, Holding(quantity: 10, cost: 12_345)), (short, vast)]
    changes.halts = halts.map { ($0.scope, $0) }
    changes.notifications = [
        Notification(kind: .halted, severity: .critical, text: "halted", command: nil, at: .sample),
        Notification(kind: .blocked, severity: .notice, text: "blocked", command: .sample(11), at: .sample),
    ]
    try await journal.commit([changes])

    let snapshot = try await journal.snapshot(of: "FA00001", since: .sample)
    #expect(snapshot.groups == [group])
    #expect(Dictionary(uniqueKeysWithValues: snapshot.holdings.map { ($0.key, $0.holding) })[short] == vast)
    #expect(Set(snapshot.halts) == Set(halts))
    #expect(try await journal.group(of: "FA00001", key: "alert 2") == old)
    #expect(try await journal.group(of: "FA00001", key: "alert 3") == nil)
    #expect(try await journal.archive(of: "FA00001").orders(of: .sample(1)).map(\.id) == group.commands)

    var lifting = DeskChanges(client: "FA00001")
    lifting.halts = [(.client, nil), (.strategy("momentum"), nil), (.strategy("unknown"), nil)]
    lifting.holdings = [(held, .flat)]
    try await journal.commit([lifting])
    let after = try await journal.snapshot(of: "FA00001", since: .sample)
    #expect(after.halts.map(\.scope) == [.global])
    #expect(after.holdings.map(\.key) == [short])
}

/// What persons said of who holds what comes back with its request, so that it is not done twice.
private func verifyThatLedgerEntriesComeBack(_ journal: any Journal) async throws {
    let held = HoldingKey("momentum", PositionKey(Instrument("NSE", "ACC-EQ"), .margin))
    func entry(_ strategy: StrategyName, _ quantity: Int, at time: Timestamp) -> LedgerEntry {
        let key = HoldingKey(strategy, held.position)
        let price = Price(tenThousandths: 18_000_501)
        return LedgerEntry(.adopted, of: key, quantity, at: price, by: "asha (FA00001)", reason: "b\"y", on: time)
    }
    func request(_ key: String?, at time: Timestamp, _ quantities: Int...) -> DoneLedgerRequest {
        let entries = quantities.map { entry($0 > 0 ? "momentum" : .external, $0, at: time) }
        return DoneLedgerRequest(key: key, content: "adopt", at: time, entries: entries)
    }
    let requests = [
        request("one", at: .sample, -10, 10), request(nil, at: .sample, 5), request(nil, at: .sample + .seconds(1), 5),
    ]
    let old = request("old", at: .sample - .seconds(9 * 86_400), 1)
    for request in [old] + requests {
        var changes = DeskChanges(client: "FA00001")
        changes.ledger = request.entries
        changes.ledgerRequests = [request]
        try await journal.commit([changes])
    }
    #expect(try await journal.snapshot(of: "FA00001", since: .sample).ledgerRequests == requests)
    #expect(try await journal.snapshot(of: "FA00002", since: .sample).ledgerRequests.isEmpty)
}

private func verifyThatACommitIsAllOrNothing(_ journal: any Journal) async throws {
    try await journal.commit([.groups(.sample(1, key: "taken"), client: "FA00002")])
    let story = try OrderStory(.sample(1))
    var contradicting = try OrderStory(.sample(2, client: "FA00002")).changes
    contradicting.groups = [.sample(3, key: "taken")]
    await expectContradiction { try await journal.commit([story.changes, contradicting]) }
    for client in ["FA00001", "FA00002"] as [ClientID] {
        #expect(try await journal.snapshot(of: client, since: .sample).orders == [])
    }
    try await journal.commit([story.changes])
    #expect(try await journal.snapshot(of: "FA00001", since: .sample).orders == [story.record])
}

private func verifyThatEventsAreWrittenOnce(_ journal: any Journal) async throws {
    let story = try OrderStory(.sample(1)).adding(.sending(quantity: 75))
    try await journal.commit([story.changes])
    await expectContradiction { try await journal.commit([story.changes]) }
    #expect(try await journal.archive(of: "FA00001").history(of: story.record.id)?.events == story.events)
}

private func verifyThatClientsAreApart(_ journal: any Journal) async throws {
    let story = try OrderStory(.sample(1))
    var changes = story.changes
    changes.groups = [.sample(1, key: "alert")]
    changes.halts = [(.client, Halt(scope: .client, by: "asha", reason: "", at: .sample))]
    try await journal.commit([changes])
    let other = try await journal.snapshot(of: "FA00002", since: .sample)
    #expect(other.orders.isEmpty && other.groups.isEmpty && other.halts.isEmpty)
    #expect(try await journal.group(of: "FA00002", key: "alert") == nil)
    let archive = journal.archive(of: "FA00002")
    #expect(try await archive.history(of: story.record.id) == nil)
    #expect(try await archive.orders(of: story.record.command.group) == [])
    #expect(try await archive.orders(OrderQuery()).orders == [])
}

/// Expects that `work` throws a contradiction.
func expectContradiction(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ work: () async throws -> Void
) async {
    do {
        try await work()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch JournalError.contradiction {
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
