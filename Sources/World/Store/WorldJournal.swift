import Desk
import Engine
import Trading

/// The journal of one process on the world's disk. It may die at every boundary of a write.
final class WorldJournal: Journal {
    private let disk: Disk
    private let process: Process
    private let faults: Faults
    private let scheduler: Scheduler
    private let judge: Judge

    init(_ disk: Disk, process: Process, faults: Faults, scheduler: Scheduler, judge: Judge) {
        self.disk = disk
        self.process = process
        self.faults = faults
        self.scheduler = scheduler
        self.judge = judge
    }

    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        try await pass(.beforeWrite)
        if !process.writes { judge.violated("process \(process.number) writes, and another one may") }
        if faults.strikes(.busyStore) { throw .busy("database or disk is full") }
        // How the engine learns of a repeat that its desk no longer remembers: no fault of anybody.
        if let key = disk.repeatedKey(in: changes) { throw .contradiction("key \(key) twice") }
        if let text = disk.contradiction(in: changes) {
            judge.violated("a commit contradicts the store: \(text)")
            throw .contradiction(text)
        }
        disk.write(changes)
        try await pass(.written)
        if faults.strikes(.failedCommit) { throw .failed("disk I/O error") }
        try await wait(faults.draw { $0.milliseconds(0...3) })
        if faults.strikes(.slowCommit) { try await wait(faults.draw { $0.milliseconds(50...1500) }) }
        if faults.strikes(.hungCommit) {
            process.isSick = true
            try await wait(faults.draw { $0.milliseconds(2_500...30_000) })
            process.isSick = false
        }
        try await pass(.beforeSync)
        disk.sync()
        process.hasCommitted = true
        try await pass(.synced)
        return .milliseconds(1)
    }

    private func pass(_ point: CrashPoint) async throws(JournalError) {
        process.reach(point)
        if !process.isAlive { throw .failed("the process is dead") }
    }

    private func wait(_ duration: Duration) async throws(JournalError) {
        do {
            try await scheduler.sleep(for: duration)
        } catch {
            throw .failed("the process is dead")
        }
        if !process.isAlive { throw .failed("the process is dead") }
    }

    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        guard let shelf = disk[client] else { throw .failed("there is no client \(client)") }
        return shelf.read { contents in
            var snapshot = DeskSnapshot()
            snapshot.orders = contents.orders.values.filter { $0.state.isOpen || !($0.tradingDay < day) }
                .sorted { $0.id < $1.id }
            snapshot.fills = snapshot.orders.flatMap { contents.fills[$0.id] ?? [] }
            let groups = Set(snapshot.orders.map(\.command.group))
            snapshot.groups = contents.groups.values.filter { groups.contains($0.id) }
                .map { contents.whole($0) }.sorted { $0.id < $1.id }
            snapshot.holdings = contents.holdings.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
            snapshot.ledgerRequests = contents.ledgerRequests
            snapshot.intradayMoves = IntradayMove.moves(of: contents.orders.values)
            snapshot.riskDay = contents.riskDay
            snapshot.halts = Array(contents.halts.values).sorted { "\($0.scope)" < "\($1.scope)" }
            return snapshot
        }
    }

    func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        guard let shelf = disk[client] else { throw .failed("there is no client \(client)") }
        return shelf.read { contents in
            contents.keys[key].flatMap { contents.groups[$0] }.map { contents.whole($0) }
        }
    }

    func backUp(to path: String) async throws(JournalError) { throw .busy("a world keeps no files") }

    func archive(of client: ClientID) -> any OrderArchive { ShelfArchive(shelf: disk[client]) }
}

extension Shelf.Contents {
    /// A group with all commands that were stored for it, those that an exit added later too.
    fileprivate func whole(_ group: Group) -> Group {
        let members = orders.values.filter { $0.command.group == group.id }.sorted { $0.command.leg < $1.command.leg }
        return Group(
            id: group.id,
            source: group.source,
            idempotencyKey: group.idempotencyKey,
            contentHash: group.contentHash,
            request: group.request,
            receivedAt: group.receivedAt,
            commands: members.map(\.id)
        )
    }
}

/// Nobody lists orders in a world; the engine asks whether it has one.
private struct ShelfArchive: OrderArchive {
    let shelf: Shelf?

    func orders(_ query: OrderQuery) async throws -> OrderPage { OrderPage(orders: [], hasMore: false) }
    func history(of id: CommandID) async throws -> (record: OrderRecord, events: [OrderEvent])? {
        shelf?.read { contents in contents.orders[id].map { ($0, contents.events[id] ?? []) } }
    }
    func orders(of group: GroupID) async throws -> [OrderRecord] { [] }
    func orders(changedSince moment: Timestamp) async throws -> [OrderRecord] { [] }
}
