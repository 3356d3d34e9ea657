import Desk
public import Logging
public import ServiceLifecycle
import Trading

/// Runs the desks: steps what comes in, commits all events of a batch in one durable transaction, and only then lets
/// anything leave the process.
public actor Engine: Service {
    private let configured: [EngineClient]
    nonisolated let configuredIDs: [ClientID]
    private let openJournal: @Sendable () async throws -> any Journal
    /// Where exits are written down while the store cannot be; nil where there is no such place.
    let emergency: (any EmergencyFile)?
    let clock: any WallClock
    let ids: any IDSource
    /// Of the calls that are under way.
    let deadlines = Deadlines()
    let logger: Logger
    /// How long one commit may take before the store counts as failed.
    private let commitDeadline: Duration

    var journal: (any Journal)?
    var clients: [ClientID: ClientRuntime] = [:]
    /// Sets of masters that came before the client was loaded.
    var newContracts: [ClientID: ContractTable] = [:]
    var inbox = Inbox()
    /// What was stepped since the commit that is under way began.
    var next = Batch()
    var flight: Flight?
    /// How many items at the front of the inbox are committed one by one: one of them contradicts the store.
    var alone = 0
    var commitBegan: Timestamp?
    private var turnsInCommit: Int64 = 0
    /// Why the commit under way is given up.
    var overdue: String?
    /// Not nil while the store cannot be written.
    var trouble: StoreTrouble?
    /// Items are being followed in memory at this moment.
    var isFollowing = false
    var emergencyFailed = false
    /// Clients for which the emergency file is still to be taken in.
    var importing: Set<ClientID> = []
    /// The store has all that the emergency file kept.
    var isImported = false
    var isStopping = false
    var followers: [AsyncStream<Committed>.Continuation] = []
    var limiter = LogLimiter()
    /// Of the engine as a whole; each client counts its own.
    var counted = EngineFigures()
    var wakeUp: CheckedContinuation<Void, Never>?
    var wakeCommitter: CheckedContinuation<Void, Never>?

    /// What is to run beside the engine: calls to brokers. The stream keeps them inside `run`'s task group.
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let jobSource: AsyncStream<@Sendable () async -> Void>.Continuation

    /// `openJournal` returns once this process is the one that may write: until then the engine is a standby.
    public init(
        clients: [EngineClient],
        clock: any WallClock,
        ids: any IDSource,
        commitDeadline: Duration = .seconds(2),
        logger: Logger,
        emergency: (any EmergencyFile)? = nil,
        openJournal: @escaping @Sendable () async throws -> any Journal
    ) {
        configured = clients
        configuredIDs = clients.map(\.id)
        self.clock = clock
        self.ids = ids
        self.commitDeadline = commitDeadline
        self.logger = logger
        self.emergency = emergency
        self.openJournal = openJournal
        (jobs, jobSource) = AsyncStream.makeStream()
    }

    /// Loads, logs in, reconciles and then trades, until it is told to stop; the order in hand is finished first.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await serve()
        } onGracefulShutdown: {
            // Not structured, since the handler is synchronous; it only sets a flag that the timer acts on.
            Task { await self.stop() }
        }
    }

    private func serve() async throws {
        guard let journal = try await openedJournal() else { return }
        try await load(journal)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.drain() }
            group.addTask { await self.commitWhatIsReady() }
            group.addTask { await self.keepTime() }
            for client in configured {
                group.addTask { await self.listen(to: client) }
            }
            await runJobs()
            group.cancelAll()
            wake()
            wakeTheCommitter()
        }
        isStopping = true
        refuse(inbox.takeAll() + (trouble?.held ?? []), .stopping)
    }

    /// Until no more come; what still runs then is cancelled. Beside the actor: an order does not wait for what the engine
    /// still has to answer.
    @concurrent nonisolated private func runJobs() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs { group.addImmediateTask { await job() } }
            group.cancelAll()
        }
    }

    /// Nil when a standby is told to stop: it has nothing to finish.
    private func openedJournal() async throws -> (any Journal)? {
        let open = openJournal
        let (stops, stop) = AsyncStream<Never>.makeStream()
        do {
            return try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: (any Journal)?.self) { group in
                    group.addTask { try await open() }
                    group.addTask {
                        for await _ in stops {}
                        return nil
                    }
                    let first = try await group.next() ?? nil
                    group.cancelAll()
                    if let first { return first }
                    return try await group.next() ?? nil
                }
            } onGracefulShutdown: {
                stop.finish()
            }
        } catch is CancellationError {
            return nil
        }
    }

    /// Closes the connections to the brokers; to be called once `run` has ended, or will not be called.
    public func close() async {
        for client in configured { await client.broker.shutDown() }
    }

    private func load(_ journal: any Journal) async throws {
        let now = clock.now()
        let contents = try await emergency?.contents() ?? []
        if !contents.isEmpty { importing = Set(configuredIDs) }
        for client in configured {
            // Brokers clear their books some time after midnight, Friday's perhaps on Monday: what they may still show must
            // be known, or it would be taken for somebody else's.
            let oldest = TradingDay(now - .seconds(4 * 86_400))
            let snapshot = try await journal.snapshot(of: client.id, since: oldest)
            let desk = Desk(client: client.id, settings: client.desk, restoring: snapshot, at: now)
            clients[client.id] = ClientRuntime(client, desk: desk, at: now)
            logger.info(
                "client loaded",
                metadata: [
                    "client": "\(client.id)", "orders": "\(snapshot.orders.count)",
                    "open": "\(snapshot.orders.count { $0.state.isOpen })",
                ]
            )
            enqueue(Inbox.Item(client.id, .contracts(newContracts[client.id] ?? client.contracts)))
            if !contents.isEmpty {
                enqueue(Inbox.Item(client.id, .kept(try await kept(for: client.id, in: contents, snapshot, journal))))
            }
            enqueue(Inbox.Item(client.id, .started))
        }
        self.journal = journal
        CrashPoint.loaded.reach()
    }

    /// What is done for each client must not depend on where a table happens to keep it.
    var clientsInOrder: [ClientRuntime] { configuredIDs.compactMap { clients[$0] } }

    // MARK: Stopping

    /// Closes intake and finishes what is in hand; `run` ends then. A graceful shutdown calls it.
    public func stop() {
        isStopping = true
        CrashPoint.stopping.reach()
        logger.info("stopping: intake is closed, the orders in hand are finished")
        for runtime in clientsInOrder {
            let reason = Reason(.notSent, code: "stopping", "Sextant was stopped before it was sent")
            for id in runtime.lanes.takeUnwritten() { enqueue(Inbox.Item(runtime.id, .dropped(id, reason))) }
        }
        stopIfDone(deadline: clock.now() + .seconds(7))
    }

    /// Ends the job stream, and with it `run`, once nothing is in hand or patience is over.
    private func stopIfDone(deadline: Timestamp) {
        let busy =
            clients.values.contains { $0.lanes.ordersInFlight > 0 } || !inbox.isEmpty || !next.isEmpty || flight != nil
            || isFollowing || trouble?.backlog.isEmpty == false
        guard busy, clock.now() < deadline, journal != nil else {
            jobSource.finish()
            return
        }
        spawn { [clock] in
            try? await clock.sleep(for: .milliseconds(10))
            await self.stopIfDone(deadline: deadline)
        }
    }

    // MARK: Tasks

    /// Runs `job` beside the engine, inside `run`'s task group.
    func spawn(_ job: @escaping @Sendable () async -> Void) { jobSource.yield(job) }

    func wake() {
        wakeUp?.resume()
        wakeUp = nil
    }

    func wakeTheCommitter() {
        wakeCommitter?.resume()
        wakeCommitter = nil
    }

    /// False when the inbox is full for it.
    @discardableResult func enqueue(_ item: Inbox.Item) -> Bool {
        if trouble != nil, item.needsStore || item.reply != nil && !hasEmergencyFile {
            refuse([item], .notReady([.storeFailed]))
            return true
        }
        guard inbox.add(item) else { return false }
        wake()
        return true
    }

    private func keepTime() async {
        while !Task.isCancelled {
            let isBusy = tick()
            try? await clock.sleep(for: isBusy ? .milliseconds(10) : .milliseconds(50))
        }
        deadlines.end()
    }

    /// Gives every client its turn; true while somebody waits for the next moment.
    private func tick() -> Bool {
        let now = clock.now()
        deadlines.turn(at: now)
        // Counted in turns as well: a clock that is set forward is no slow commit.
        turnsInCommit = commitBegan == nil ? 0 : turnsInCommit + 1
        if let commitBegan, now - commitBegan > commitDeadline,
            commitDeadline.microseconds / 50_000 <= turnsInCommit * 2
        {
            overdue = "a commit has taken \((now - commitBegan).inSeconds), longer than store.commit_deadline"
            wake()
        } else if trouble?.isTryDue(at: now) == true {
            wake()
        }
        var isBusy = false
        for runtime in clientsInOrder {
            let interval: Duration = runtime.desk.isWaiting ? .milliseconds(100) : .seconds(1)
            if now - runtime.lastTick >= interval {
                runtime.lastTick = now
                enqueue(Inbox.Item(runtime.id, .tick))
            }
            pump(runtime)
            isBusy = isBusy || !runtime.lanes.isIdle
        }
        return isBusy
    }
}
