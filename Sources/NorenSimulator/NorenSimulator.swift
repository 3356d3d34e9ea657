import EventLoops
public import JSONText
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// A broker that speaks NorenOMS on one local port: REST, push and the control endpoint.
///
/// Everything it holds is in memory and gone with it, but for the books when `SimulatorSettings.keepsBooksAt` names a
/// file for them. See `Control` for what tests can make it do.
public final class NorenSimulator: Service, Sendable {
    private let settings: SimulatorSettings
    private let doors = Doors()
    private let simulation: Simulation
    private let listener: Listener
    private let logger: Logger
    private let started = Mutex<Listener.Server?>(nil)

    /// `now` tells microseconds since 1970, UTC. It decides which expiries are listed, and dates every order.
    public init(settings: SimulatorSettings, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.settings = settings
        self.logger = logger
        simulation = Simulation(settings: settings, doors: doors, clock: now, logger: logger)
        listener = Listener(host: settings.host, doors: doors)
    }

    /// Binds the port and returns it. What connects from now on is served once `run()` runs; call that too.
    public func start() async throws -> Int {
        if let port = started.withLock({ $0?.channel.localAddress?.port }) { return port }
        let server: Listener.Server
        do {
            server = try await listener.bind(port: settings.port)
        } catch {
            throw SimulatorCannotListen(host: settings.host, port: settings.port, reason: "\(error)")
        }
        started.withLock { $0 = server }
        return server.channel.localAddress?.port ?? settings.port
    }

    /// Opens the kept books, if they are kept and not open yet: from here on nobody else may open them.
    ///
    /// Throws, in one line that says what to do, when they are in use, damaged, or another simulator's.
    public func openBooks() async throws { try await simulation.openBooks() }

    /// Serves until graceful shutdown or cancellation, then closes every connection and the books.
    public func run() async throws {
        let port = try await start()
        try await openBooks()
        guard let server = started.withLock({ $0 }) else { return }
        let ended: Result<Void, any Error>
        do {
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await serve(server, port)
            } onCancelOrGracefulShutdown: {
                self.doors.closeAll()
            }
            ended = .success(())
        } catch {
            ended = .failure(error)
        }
        await simulation.closeBooks()
        try ended.get()
    }

    /// The same as the control endpoint, in process. Bad input answers `{"error":…}`.
    public func control(_ path: String, _ body: JSONValue) async -> JSONValue {
        let path = RequestPath(path)
        let members = path.queryItems.map { JSONMember($0.0, .string($0.1)) } + (body.members ?? [])
        return await simulation.control(path.control ?? path.parts.joined(separator: "/"), .object(members)).body
    }
}

/// The port could not be bound: usually another program listens on it.
struct SimulatorCannotListen: Error, CustomStringConvertible {
    let host: String
    let port: Int
    let reason: String

    var description: String { "the simulator cannot listen on \(host):\(port): \(reason)" }
}

extension NorenSimulator {
    /// Binds the port again. Somebody's outgoing connection may have been given it meanwhile: it is tried for a while.
    private func reopen(_ port: Int) async throws -> Listener.Server {
        for _ in 0..<200 {
            if let server = try? await listener.bind(port: port) { return server }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await listener.bind(port: port)
    }

    private func serve(_ first: Listener.Server, _ port: Int) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await self.moveMarket() }
            var server = first
            while true {
                await accept(server, &group)
                guard let pause = doors.pauseBeforeReopening else { break }
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
                guard doors.pauseBeforeReopening != nil else { break }
                server = try await reopen(port)
            }
            group.cancelAll()
        }
    }

    private func accept(_ server: Listener.Server, _ group: inout ThrowingDiscardingTaskGroup<any Error>) async {
        do {
            try await server.executeThenClose { inbound in
                for try await visitor in inbound { group.addTask { await self.welcome(visitor) } }
            }
        } catch {
            logger.debug("The listening socket ended", metadata: ["error": "\(error)"])
        }
    }

    private func welcome(_ visitor: EventLoopFuture<Visitor>) async {
        do {
            switch try await visitor.get() {
            case .http(let channel):
                let connection = HTTPConnection(
                    channel: channel.channel,
                    simulation: simulation,
                    doors: doors,
                    servesControl: settings.servesControl
                )
                // Answers leave from the thread that read the request.
                try await withTaskExecutorPreference(LoopExecutor(channel.channel.eventLoop)) {
                    try await connection.serve(channel)
                }
            case .webSocket(let channel):
                doors.setIdle(false, channel.channel)
                try await WebSocketConnection(simulation: simulation).serve(channel)
            }
        } catch {
            logger.debug("A connection ended", metadata: ["error": "\(error)"])
        }
    }

    /// Four steps of the market a second.
    private func moveMarket() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            await simulation.advance()
        }
    }
}
