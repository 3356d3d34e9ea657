import Desk
import Engine
import Foundation
import GRDB
import Logging
import ServiceLifecycle
import Synchronization
import Trading

@testable import StoreSQLite

/// An engine that runs on a real store, with a scripted broker.
final class RunningEngine: Sendable {
    let engine: Engine
    let broker: ScriptedBroker
    let journal: UnreliableJournal
    private let group: ServiceGroup
    private let run: Task<Void, any Error>
    let store: StoreSQLite
    let folder: String
    private let emergency: EmergencyLog

    /// `folder`: of an engine that was stopped; a new one without. `file`: in place of the real emergency file. `stay`: how
    /// long the desk keeps orders that have ended as they are.
    init(
        _ broker: ScriptedBroker = ScriptedBroker(),
        commitDeadline: Duration = .seconds(2),
        in folder: String? = nil,
        emergency file: (any EmergencyFile)? = nil,
        closedStay stay: Duration? = nil
    ) throws {
        let temporary = FileManager.default.temporaryDirectory.path
        self.folder = folder ?? temporary + "/sextant-engine-\(UUID().uuidString.prefix(12))"
        let folder = self.folder
        emergency = try EmergencyLog.open(path: folder + "/emergency", deadline: .seconds(30))
        store = try StoreSQLite.open(path: folder + "/sextant.db")
        let journal = UnreliableJournal(store)
        self.journal = journal
        self.broker = broker
        var client = EngineClient(id: "FA00001", broker: broker, placeTimeout: .seconds(30))
        client.limits.callsPerMinute = 100_000
        client.limits.callsPerSecond = 10_000
        client.limits.ordersPerSecond = 10_000
        if let stay { client.desk.closedStay = stay }
        client.watch.poll = .milliseconds(50)
        client.watch.positions = .milliseconds(50)
        client.watch.idle = .milliseconds(100)
        let quiet = Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() }
        engine = Engine(
            clients: [client],
            clock: RealClock(),
            ids: AscendingIDs(),
            commitDeadline: commitDeadline,
            logger: quiet,
            emergency: file ?? emergency
        ) { journal }
        group = ServiceGroup(services: [engine], logger: quiet)
        run = Task { [group] in try await group.run() }
    }

    func untilReady() async throws {
        try await eventually("ready") { await self.engine.readiness().values.allSatisfy(\.isEmpty) }
    }

    /// Stops the engine; its store can still be read.
    func stop() async {
        await group.triggerGracefulShutdown()
        try? await run.value
    }

    /// Stops it and lets its files go, so that another one can run on them.
    func leave() async {
        await stop()
        try? store.close()
        emergency.close()
    }

    /// What the emergency file would give the next start.
    func kept() throws -> [DeskChanges] {
        emergency.close()
        return try EmergencyLog.open(path: folder + "/emergency", deadline: .seconds(30)).found.flatMap(\.self)
    }

    func end() async {
        await leave()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func order(_ id: CommandID) async throws -> OrderRecord? {
        try await store.archive(of: "FA00001").history(of: id)?.record
    }

    /// The first row that its events do not come to; nil when all do.
    func selfCheck() async throws -> String? {
        try store.pin(["FA00001": .live], at: RealClock().now())
        return try await StoreReaderSQLite.open(path: folder + "/sextant.db").selfCheck(of: "FA00001").difference
    }

    /// Takes everything that the strategy holds out, or what it holds of one symbol.
    func exit(
        _ strategy: StrategyName = "S",
        of symbol: String? = nil,
        key: String? = nil
    ) async throws -> [CommandID] {
        let leg = symbol.map {
            Alert.Leg(index: 0, exchange: "NSE", symbol: $0, product: nil, side: nil, quantity: nil)
        }
        let alert = Alert(
            source: .webhook,
            strategy: strategy,
            executionType: .exit,
            idempotencyKey: key,
            contentHash: "exit \(strategy) \(symbol ?? "") \(key ?? "")",
            request: "{}",
            legs: leg.map { [$0] } ?? []
        )
        guard case .registered(_, let records, _) = try await engine.submit(alert, to: "FA00001") else { return [] }
        return records.map(\.id)
    }

    /// How many notifications of a kind are stored.
    func notified(_ kind: String) async throws -> Int {
        try await store.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM notifications WHERE kind = ?", arguments: [kind]) ?? 0
        }
    }

    /// Takes the room on the disk away from the writing connection, and gives it back.
    func limitPages(_ isFull: Bool) async throws {
        try await store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(isFull ? pages : 1 << 30)")
        }
    }

    /// Somebody else's change, past everything that the store guards.
    func execute(_ sql: String) async throws {
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    func enter(_ legs: Int, strategy: StrategyName = "S", key: String? = nil) async throws(IntakeRefusal) -> [CommandID]
    {
        let legs = (0..<legs).map { index in
            Alert.Leg(index: index, exchange: "NSE", symbol: "X\(index)", product: .intraday, side: .buy, quantity: 10)
        }
        let alert = Alert(
            source: .webhook,
            strategy: strategy,
            executionType: .entry,
            idempotencyKey: key,
            contentHash: strategy.text,
            request: "{}",
            legs: legs
        )
        guard case .registered(_, let records, _) = try await engine.submit(alert, to: "FA00001") else { return [] }
        return records.map(\.id)
    }
}

/// The real store, behind a door that a test can hold shut or lock.
final class UnreliableJournal: Journal {
    private let store: StoreSQLite
    private let before = Mutex<(@Sendable () async throws(JournalError) -> Void)?>(nil)
    private let after = Mutex<(@Sendable () async throws(JournalError) -> Void)?>(nil)
    private let isReadable = Mutex(true)

    init(_ store: StoreSQLite) { self.store = store }

    /// Whether questions about keys are answered.
    func answers(_ does: Bool) { isReadable.withLock { $0 = does } }

    /// What happens before each commit; nil for nothing.
    func beforeCommit(_ action: (@Sendable () async throws(JournalError) -> Void)?) {
        before.withLock { $0 = action }
    }

    /// What happens after each commit that happened; nil for nothing.
    func afterCommit(_ action: (@Sendable () async throws(JournalError) -> Void)?) {
        after.withLock { $0 = action }
    }

    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        if let action = before.withLock({ $0 }) { try await action() }
        let synced = try await store.commit(changes)
        if let action = after.withLock({ $0 }) { try await action() }
        return synced
    }

    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        try await store.snapshot(of: client, since: day)
    }

    func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        guard isReadable.withLock({ $0 }) else { throw .busy("not readable") }
        return try await store.group(of: client, key: key)
    }

    func backUp(to path: String) async throws(JournalError) { try await store.backUp(to: path) }

    func archive(of client: ClientID) -> any OrderArchive { store.archive(of: client) }
}

struct RealClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}

final class AscendingIDs: IDSource {
    private let count = Mutex<UInt128>(0)

    func next(at now: Timestamp) -> CommandID {
        count.withLock { count in
            count += 4096
            return CommandID(milliseconds: now.milliseconds, entropy: count)
        }
    }
}

struct TimedOut: Error, CustomStringConvertible {
    let description: String
}

func eventually(_ what: String, within seconds: Int = 20, _ fact: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try await !fact() {
        guard ContinuousClock.now < deadline else { throw TimedOut(description: "did not come true: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
