import BrokerNoren
import Desk
import Engine
import Foundation
import Gateway
import Logging
import ServiceLifecycle
import StoreSQLite
import Synchronization
import Trading
import UnixSignals

/// Everything that `serve` runs, wired together from a configuration.
struct Server {
    let engine: Engine
    private let gateway: Gateway
    private let watch: MasterWatch
    private let store: HeldStore
    private let runFile: RunFile
    private let logger: Logger

    /// Opens the store first: what is wrong with it is said before anything else starts. A store that another `serve`
    /// holds makes this one a standby.
    init(_ configuration: Configuration, logger: Logger, onBound: @escaping @Sendable (Int) async -> Void) throws {
        let accounts = try configuration.clients.map { try NorenAccount($0) }
        let store = HeldStore(path: configuration.store.sqlite)
        let isHeldByAnother = try !store.tryOpen()
        let seal = try SealKey.load(
            environment: ProcessInfo.processInfo.environment,
            besideStore: configuration.store.sqlite
        )
        if isHeldByAnother {
            logger.notice("another serve holds the store; standing by", metadata: ["store": "\(store.path)"])
        }
        let bound = Gate()
        let runFile = RunFile(path: store.path + ".run")
        let clock = SystemClock()
        let masters = ConfiguredMasters(configuration.clients, beside: configuration.store.sqlite)
        let loaded = masters.all.map { MasterWatch.Loaded($0) }
        for one in loaded { one.log(logger) }
        let engine = Engine(
            clients: zip(configuration.clients, accounts).map { configured, account in
                let memory = SessionMemory(client: ClientID(configured.id), vault: store, seal: seal)
                var client = EngineClient(configured, account: account, memory: memory, logger: logger)
                let own = loaded.first { $0.shared.clients.contains(client.id) }
                if let contracts = own?.contracts { client.contracts = contracts }
                return client
            },
            clock: clock,
            ids: SystemIDs(),
            commitDeadline: configuration.store.commitDeadline,
            logger: logger
        ) {
            let url = await bound.value()
            try Task.checkCancellation()
            while try !store.tryOpen() { try await Task.sleep(for: .seconds(1)) }
            try runFile.write(url: url)
            return try store.journal()
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
        watch = MasterWatch(engine: engine, logger: logger, first: loaded)
        self.store = store
        self.runFile = runFile
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT: intake closes, the orders in hand are finished, the store closes.
    ///
    /// `others` start first and stop last; the server stops with the first of them that ends.
    func run(besides others: [any Service] = []) async throws {
        var configuration = ServiceGroupConfiguration(
            services: others.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) } + [
                .init(service: engine), .init(service: gateway), .init(service: watch), .init(service: LastResort()),
            ],
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

/// The store, once this process holds it.
private final class HeldStore: SessionVault, Sendable {
    let path: String
    private let opened = Mutex<StoreSQLite?>(nil)

    init(path: String) { self.path = path }

    /// False while another process holds it.
    func tryOpen() throws -> Bool {
        try opened.withLock { opened in
            if opened != nil { return true }
            do {
                opened = try StoreSQLite.open(path: path)
                return true
            } catch StoreError.heldByAnother {
                return false
            }
        }
    }

    func journal() throws -> any Journal {
        guard let store = opened.withLock({ $0 }) else { throw CommandFailure("the store is not open") }
        return store
    }

    func session(of client: ClientID) async throws(JournalError) -> SessionRecord? {
        try await vault().session(of: client)
    }

    func keep(_ record: SessionRecord, of client: ClientID) async throws(JournalError) {
        try await vault().keep(record, of: client)
    }

    private func vault() throws(JournalError) -> any SessionVault {
        guard let store = opened.withLock({ $0 }) else { throw .busy("the store is not open") }
        return store
    }

    func close() throws { try opened.withLock { $0 }?.close() }
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
