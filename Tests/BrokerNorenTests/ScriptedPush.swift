import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// A WebSocket server that does with each connection what its script says.
final class ScriptedPush: Sendable {
    typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    /// The server's side of one connection.
    struct Connection: Sendable {
        let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
        /// Every frame of the client, also after the script is through.
        let frames: AsyncStream<WebSocketFrame>

        func send(_ text: String) async throws {
            let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text))
            try await outbound.write(frame)
        }

        func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) async throws {
            try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, data: ByteBuffer(bytes: bytes)))
        }

        /// Takes the session and the subscription.
        func accept() async throws {
            try await send(#"{"t":"ck","uid":"FA00001","s":"OK"}"#)
            try await send(#"{"t":"ok"}"#)
        }

        /// Returns when the client is gone.
        func untilClosed() async { for await _ in frames {} }
    }

    struct Received: Sendable {
        let opcode: WebSocketOpcode
        let text: String
        let isMasked: Bool
    }

    let port: Int
    private let store = Mutex<[Received]>([])

    var received: [Received] { store.withLock { $0 } }

    private init(port: Int) { self.port = port }

    static func run(
        tls: NIOSSLContext? = nil,
        _ script: @escaping @Sendable (Connection) async throws -> Void,
        _ body: (ScriptedPush) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    return try upgrade(channel)
                }
            }
        let server = ScriptedPush(port: listener.channel.localAddress?.port ?? 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve(listener, script) }
            try await body(server)
            group.cancelAll()
        }
    }

    private func serve(
        _ listener: NIOAsyncChannel<EventLoopFuture<Channel?>, Never>,
        _ script: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { inbound in
                for try await visitor in inbound {
                    group.addTask { try? await self.talk(try await visitor.get(), script) }
                }
            }
            group.cancelAll()
        }
    }

    private func talk(
        _ channel: Channel?,
        _ script: @escaping @Sendable (Connection) async throws -> Void
    ) async throws {
        try await channel?.executeThenClose { inbound, outbound in
            let (frames, continuation) = AsyncStream.makeStream(of: WebSocketFrame.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    for try await frame in inbound {
                        let text = String(decoding: frame.unmaskedData.readableBytesView, as: UTF8.self)
                        let one = Received(opcode: frame.opcode, text: text, isMasked: frame.maskKey != nil)
                        self.store.withLock { $0.append(one) }
                        continuation.yield(frame)
                    }
                }
                try await script(Connection(outbound: outbound, frames: frames))
                group.cancelAll()
            }
        }
    }

    private static func upgrade(_ channel: any NIOCore.Channel) throws -> EventLoopFuture<Channel?> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Channel?>(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try Channel(wrappingChannelSynchronously: channel) }
            }
        )
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
            configuration: .init(
                upgradeConfiguration: .init(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }
                )
            )
        )
    }
}
