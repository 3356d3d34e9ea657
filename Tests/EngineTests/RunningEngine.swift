import Desk
import Engine
import Foundation
import Logging
import ServiceLifecycle
import StoreSQLite
import Synchronization
import Trading

/// An engine that runs on a real store, with a scripted broker.
final class RunningEngine: Sendable {
    let engine: Engine
    let broker: ScriptedBroker
    let journal: UnreliableJournal
    private let group: ServiceGroup
    private let run: Task<Void, any Error>
    private let store: StoreSQLite
    private let folder: String

    init(_ broker: ScriptedBroker = ScriptedBroker(), commitDeadline: Duration = .seconds(2)) throws {
        folder = FileManager.default.temporaryDirectory.path + "/sextant-engine-\(UUID().uuidString.prefix(12))"
        store = try StoreSQLite.open(path: folder + "/sextant.db")
        let journal = UnreliableJournal(store)
        self.journal = journal
        self.broker = broker
        var client = EngineClient(id: "FA00001", broker: broker, placeTimeout: .seconds(30))
        client.limits.callsPerMinute = 100_000
        client.limits.callsPerSecond = 10_000
        client.limits.ordersPerSecond = 10_000
        client.watch.poll = .milliseconds(50)
        client.watch.positions = .milliseconds(50)
        client.watch.idle = .milliseconds(100)
        let quiet = Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() }
        engine = Engine(
            clients: [client],
            clock: RealClock(),
            ids: AscendingIDs(),
            commitDeadline: commitDeadline,
            logger: quiet
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

    func end() async {
        await stop()
        try? store.close()
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

    func enter(_ legs: Int, strategy: StrategyName = "S") async throws -> [CommandID] {
        let legs = (0..<legs).map { index in
            Alert.Leg(index: index, exchange: "NSE", symbol: "X\(index)", product: .intraday, side: .buy, quantity: 10)
        }
        let alert = Alert(
            source: .webhook,
            strategy: strategy,
            executionType: .entry,
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

    init(_ store: StoreSQLite) { self.store = store }

    /// What happens before each commit; nil for nothing.
    func beforeCommit(_ action: (@Sendable () async throws(JournalError) -> Void)?) {
        before.withLock { $0 = action }
    }

    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        if let action = before.withLock({ $0 }) { try await action() }
        return try await store.commit(changes)
    }

    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        try await store.snapshot(of: client, since: day)
    }

    func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        try await store.group(of: client, key: key)
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
