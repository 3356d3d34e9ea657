import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix

struct HTTPReply: Sendable {
    let status: Int
    let type: String
    let body: [UInt8]

    var json: JSONValue? { try? JSONValue.parse(body) }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// The server ended the connection before an answer was complete.
struct ConnectionEnded: Error {}

/// A small HTTP client on one connection.
struct HTTPClientConnection: Sendable {
    let channel: any Channel
    private let replies: AsyncThrowingStream<HTTPReply, any Error>

    /// `address` is the one to come from, of this machine's.
    static func open(port: Int, from address: String? = nil) async throws -> HTTPClientConnection {
        let (replies, continuation) = AsyncThrowingStream.makeStream(of: HTTPReply.self)
        var bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        if let address { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        let channel =
            try await bootstrap
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ReplyCollector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return HTTPClientConnection(channel: channel, replies: replies)
    }

    func exchange(
        _ path: String,
        _ body: String,
        method: HTTPMethod = .POST,
        bearer: String? = nil,
        thenClose: Bool = false
    ) async throws -> HTTPReply {
        try await send(path, body, method: method, bearer: bearer)
        let reply = try await self.reply()
        if thenClose { channel.close(promise: nil) }
        return reply
    }

    func send(_ path: String, _ body: String, method: HTTPMethod = .POST, bearer: String? = nil) async throws {
        var headers: HTTPHeaders = ["Host": "127.0.0.1", "Content-Length": String(body.utf8.count)]
        if let bearer { headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        channel.write(
            HTTPClientRequestPart.head(
                HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
            ),
            promise: nil
        )
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
    }

    func reply() async throws -> HTTPReply {
        for try await reply in replies { return reply }
        throw ConnectionEnded()
    }
}

private final class ReplyCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let continuation: AsyncThrowingStream<HTTPReply, any Error>.Continuation
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []

    init(_ continuation: AsyncThrowingStream<HTTPReply, any Error>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let chunk): body.append(contentsOf: chunk.readableBytesView)
        case .end:
            guard let head else { return }
            let type = head.headers.first(name: "Content-Type") ?? ""
            continuation.yield(HTTPReply(status: Int(head.status.code), type: type, body: body))
        }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish(throwing: ConnectionEnded()) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
