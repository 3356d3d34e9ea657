import AlertsTelegram
import BrokerNoren
import Desk
import Engine
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import Synchronization
import Trading
import UnixSignals

/// Everything that `serve` runs, wired together from a configuration.
struct Server {
    let engine: Engine
    /// The brokers of the paper clients.
    let paperBrokers: [PaperBroker]
    private let gateway: Gateway
    private let watch: MasterWatch
    private let store: HeldStore
    private let runFile: RunFile
    private let logger: Logger
    private let alerts: TelegramAlerts?

    /// Opens the store first: what is wrong with it is said before anything else starts. A store that another `serve`
    /// holds makes this one a standby.
    init(
        _ configuration: Configuration,
        logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void
    ) async throws {
        let live = try configuration.clients.filter { $0.mode == .live }.map { ($0.id, try NorenAccount($0)) }
        let store = HeldStore(configuration)
        let isHeldByAnother = try !store.tryOpen()
        let seal = try SealKey.load(
            environment: ProcessInfo.processInfo.environment,
            besideStore: configuration.store.sqlite
        )
        if isHeldByAnother {
            logger.notice("another serve holds the store; standing by", metadata: ["store": "\(store.path)"])
        }
        var paperBrokers: [PaperBroker] = []
        for client in configuration.clients where client.mode == .paper {
            paperBrokers.append(try await PaperBroker(for: client, store: store.path, logger: logger))
        }
        if !isHeldByAnother { try await store.openBooks(of: paperBrokers) }
        let accounts = Dictionary(
            live + paperBrokers.map { ($0.client.text, $0.account) },
            uniquingKeysWith: { first, _ in first }
        )
        let bound = Gate()
        let runFile = RunFile(path: store.path + ".run")
        let clock = SystemClock()
        let masters = ConfiguredMasters(configuration.clients, beside: configuration.store.sqlite)
        let loaded = masters.all.map { MasterWatch.Loaded($0) }
        for one in loaded { one.log(logger) }
        configuration.calendar.logUnknownYears(at: clock.now(), logger)
        let engine = Engine(
            clients: configuration.clients.compactMap { configured in
                guard let account = accounts[configured.id] else { return nil }
                // A paper broker's sessions end with it: there is nothing to remember.
                let memory = SessionMemory(client: ClientID(configured.id), vault: store, seal: seal)
                var client = EngineClient(
                    configured,
                    account: account,
                    memory: configured.mode == .live ? memory : nil,
                    logger: logger
                )
                let own = loaded.first { $0.shared.clients.contains(client.id) }
                if let contracts = own?.contracts { client.contracts = contracts }
                client.desk.calendar = configuration.calendar
                return client
            },
            clock: clock,
            ids: SystemIDs(),
            commitDeadline: configuration.store.commitDeadline,
            logger: logger,
            emergency: store
        ) { [paperBrokers] in
            let url = await bound.value()
            try Task.checkCancellation()
            while try !store.tryOpen() { try await Task.sleep(for: .seconds(1)) }
            if isHeldByAnother { try await store.openBooks(of: paperBrokers) }
            if store.damagedRecords > 0 {
                logger.critical(
                    "records of the emergency file are damaged and left out: compare the broker's books by hand",
                    metadata: ["file": "\(configuration.store.emergency)", "records": "\(store.damagedRecords)"]
                )
            }
            try runFile.write(url: url)
            #if DEBUG
            return RehearsedJournal.around(try store.journal())
            #else
            return try store.journal()
            #endif
        }
        let host = configuration.server.host
        gateway = Gateway(
            engine: engine,
            clients: configuration.clients.map {
                GatewayClient(id: ClientID($0.id), webhookSecret: $0.webhook.secret.reveal, apiKey: $0.apiKey.reveal)
            },
            adminKey: configuration.server.adminKey?.reveal,
            host: host,
            port: configuration.server.port,
            now: { clock.now() },
            logger: logger
        ) { port in
            await onBound(port)
            bound.open("http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
        }
        self.engine = engine
        self.paperBrokers = paperBrokers
        watch = MasterWatch(engine: engine, logger: logger, first: loaded)
        self.store = store
        self.runFile = runFile
        self.logger = logger
        alerts = configuration.telegramSettings.map {
            TelegramAlerts($0, outbox: store, clock: clock, logger: logger)
        }
    }

    /// Runs until SIGTERM or SIGINT: intake closes, the orders in hand are finished, the store closes.
    ///
    /// `others` start first and stop last; the server stops with the first of them that ends. Paper brokers stop after the
    /// engine, which still finishes orders with them.
    func run(besides others: [any Service] = []) async throws {
        let ours: [any Service] = paperBrokers + [engine, gateway, watch, LastResort()] + (alerts.map { [$0] } ?? [])
        var configuration = ServiceGroupConfiguration(
            services: others.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) }
                + ours.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(9)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            try? await end()
            throw error
        }
        try await end()
    }

    private func end() async throws {
        await engine.close()
        runFile.remove()  // before the lock is free: the next server writes its own
        try store.close()
    }
}

/// Opens once, with a value for everyone who waits.
private final class Gate: Sendable {
    private let stream: AsyncStream<String>
    private let source: AsyncStream<String>.Continuation

    init() { (stream, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func open(_ value: String) {
        source.yield(value)
        source.finish()
    }

    func value() async -> String {
        for await value in stream { return value }
        return ""
    }
}

/// `<sqlite>.run`: where commands find the running server.
private final class RunFile: Sendable {
    let path: String
    private let isOurs = Mutex(false)

    init(path: String) { self.path = path }

    func write(url: String) throws {
        let text = #"{"pid":\#(ProcessInfo.processInfo.processIdentifier),"url":"\#(url)"}"# + "\n"
        try? FileManager.default.removeItem(atPath: path)
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: mode) else {
            throw CommandFailure("\(path) cannot be written: check the folder's permissions")
        }
        isOurs.withLock { $0 = true }
    }

    /// Another server's file stays.
    func remove() {
        if isOurs.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
    }
}

/// Ends the process when a stop takes longer than is promised: a store or a disk that hangs cannot be waited for. What
/// was acknowledged is durable, and the next start settles what was on its way.
private struct LastResort: Service {
    func run() async throws {
        try await gracefulShutdown()
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 9.7)
            _exit(1)
        }
    }
}
