import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization
import Trading

typealias PushChannel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

/// One try to open a WebSocket, which can be given up at any moment, also while it is still connecting.
final class PushSocket: Sendable {
    private enum Upgrade: Sendable {
        case done(PushChannel)
        case refused(any Channel)
    }

    private enum State {
        case idle
        /// Somebody waits; these are the attempts at the host's addresses.
        case opening(CheckedContinuation<PushChannel, any Error>, attempts: [any Channel])
        case open(any Channel)
        case closed
    }

    private let state = Mutex(State.idle)
    private let address: PushAddress
    private let tls: NIOSSLContext?

    /// `tls` is used for `wss` addresses only.
    init(_ address: PushAddress, tls: TLSConfiguration) throws {
        self.address = address
        guard address.isSecure else {
            self.tls = nil
            return
        }
        var tls = tls
        // A dead peer must not keep a connection that we have given up.
        tls.shutdownTimeout = .milliseconds(500)
        self.tls = try NIOSSLContext(configuration: tls)
    }

    /// Closes the connection in whatever state it is; a later `open` fails.
    func close() { end(PushTrouble("closed")) }

    /// Connects and upgrades; throws when that takes longer than `limit`, and at once when the task is cancelled.
    ///
    /// The channel must then be run to its end.
    func open(connectTimeout: Duration, within limit: Duration) async throws -> PushChannel {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let deadline = loop.scheduleTask(in: TimeAmount(limit)) {
            self.end(PushTrouble("no WebSocket within \(limit.inSeconds)"))
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard wait(continuation) else { return continuation.resume(throwing: CancellationError()) }
                // Looking up a name cannot be cancelled. Whoever waits is released by `end` all the same, and a
                // connection that comes later is closed.
                Task { await connect(on: loop, connectTimeout) }
            }
        } onCancel: {
            end(CancellationError())
        }
    }

    private func connect(on loop: any EventLoop, _ timeout: Duration) async {
        do {
            let upgrade = try await ClientBootstrap(group: loop)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(TimeAmount(timeout))
                .connect(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try self.hold(channel)
                        return try self.configure(channel)
                    }
                }
                .get()
            switch upgrade {
            case .done(let channel):
                if !opened(channel) { try await channel.executeThenClose { _, _ in } }
            case .refused(let channel):
                channel.close(mode: .all, promise: nil)
                end(PushTrouble("the server refused the WebSocket"))
            }
        } catch {
            end(error)
        }
    }

    private func configure(_ channel: any Channel) throws -> EventLoopFuture<Upgrade> {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            let isName = (try? SocketAddress(ipAddress: address.host, port: 0)) == nil
            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: isName ? address.host : nil))
        }
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(maxFrameSize: 1 << 20) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0,
                        maxAccumulatedFrameCount: 1024,
                        maxAccumulatedFrameSize: 1 << 20
                    )
                )
                return .done(try PushChannel(wrappingChannelSynchronously: channel))
            }
        }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: address.path,
            headers: ["Host": address.authority]
        )
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: .init(
                upgradeRequestHead: head,
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(.refused($0)) }
            )
        )
        // A server may speak at once: its first frame can stand right behind the upgrade.
        configuration.leftOverBytesStrategy = .forwardBytes
        return try pipeline.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}

extension PushSocket {
    /// False when it was given up before it began.
    private func wait(_ continuation: CheckedContinuation<PushChannel, any Error>) -> Bool {
        state.withLock { state in
            guard case .idle = state else { return false }
            state = .opening(continuation, attempts: [])
            return true
        }
    }

    /// Remembers an attempt so that it can be closed before it is connected.
    private func hold(_ channel: any Channel) throws {
        try state.withLock { state in
            guard case .opening(let continuation, let attempts) = state else { throw PushTrouble("closed") }
            state = .opening(continuation, attempts: attempts + [channel])
        }
    }

    /// False when nobody waits any more.
    private func opened(_ channel: PushChannel) -> Bool {
        let waiting = state.withLock { state -> CheckedContinuation<PushChannel, any Error>? in
            guard case .opening(let continuation, _) = state else { return nil }
            state = .open(channel.channel)
            return continuation
        }
        waiting?.resume(returning: channel)
        return waiting != nil
    }

    private func end(_ error: any Error) {
        let old = state.withLock { state in
            defer { state = .closed }
            return state
        }
        switch old {
        case .idle, .closed: break
        case .open(let channel): channel.close(mode: .all, promise: nil)
        case .opening(let continuation, let attempts):
            for channel in attempts { channel.close(mode: .all, promise: nil) }
            continuation.resume(throwing: error)
        }
    }
}
