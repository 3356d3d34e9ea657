import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

typealias HTTPServerChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
typealias WebSocketChannel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

/// What a connection turned out to be, known after its first request.
enum Visitor: Sendable {
    case http(HTTPServerChannel)
    case webSocket(WebSocketChannel)
}

/// Binds the one port that serves HTTP and WebSocket.
struct Listener: Sendable {
    typealias Server = NIOAsyncChannel<EventLoopFuture<Visitor>, Never>

    let host: String
    let doors: Doors

    func bind(port: Int) async throws -> Server {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port) { [doors] channel in
                doors.entered(channel)
                return channel.eventLoop.makeCompletedFuture { try Self.configure(channel) }
            }
        doors.opened(server.channel)
        return server
    }

    private static func configure(_ channel: any Channel) throws -> EventLoopFuture<Visitor> {
        let upgrader = NIOTypedWebSocketServerUpgrader<Visitor>(
            maxFrameSize: 1 << 16,
            shouldUpgrade: { channel, head in
                let path = RequestPath(head.uri)
                return channel.eventLoop.makeSucceededFuture(path.isWebSocket ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0,
                            maxAccumulatedFrameCount: 64,
                            maxAccumulatedFrameSize: 1 << 18
                        )
                    )
                    return .webSocket(try WebSocketChannel(wrappingChannelSynchronously: channel))
                }
            }
        )
        let configuration = NIOTypedHTTPServerUpgradeConfiguration<Visitor>(
            upgraders: [upgrader],
            notUpgradingCompletionHandler: { channel in
                channel.eventLoop.makeCompletedFuture {
                    .http(try HTTPServerChannel(wrappingChannelSynchronously: channel))
                }
            }
        )
        var pipeline = NIOUpgradableHTTPServerPipelineConfiguration<Visitor>(upgradeConfiguration: configuration)
        pipeline.enablePipelining = true
        return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: pipeline)
    }
}
