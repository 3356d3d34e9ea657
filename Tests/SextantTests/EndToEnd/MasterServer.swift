import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves masters over HTTP; what it has can be changed while it runs.
final class MasterServer: Sendable {
    private let held: Held
    private let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }
    /// The line of a sandbox's configuration that leads here.
    var configuration: String { "masters: { url: \"http://127.0.0.1:\(port)/\", exchanges: [NSE, NFO] }" }

    static let nse = """
        Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,
        NSE,22,1,ACC,ACC-EQ,EQ,0.05,
        NSE,3045,1,SBIN,SBIN-EQ,EQ,0.05,

        """
    static let nfo = """
        Exchange,Token,LotSize,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,
        NFO,36725,,,,,,,0,0,
        NFO,40001,65,NIFTY,NIFTY30DEC99F,30-DEC-2099,FUTIDX,XX,-0.01,0.1,

        """

    /// Each exchange's text by its code.
    static func run<Value>(
        _ texts: [String: String] = ["NSE": nse, "NFO": nfo],
        _ body: (MasterServer) async throws -> Value
    ) async throws -> Value {
        let server = try await MasterServer(texts)
        do {
            let value = try await body(server)
            try await server.channel.close()
            return value
        } catch {
            try? await server.channel.close()
            throw error
        }
    }

    private init(_ texts: [String: String]) async throws {
        let held = Held(texts)
        self.held = held
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(held))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    /// Nil: the file is not found from now on.
    func set(_ exchange: String, _ text: String?) { held.texts.withLock { $0[exchange] = text } }

    private final class Held: Sendable {
        let texts: Mutex<[String: String]>

        init(_ texts: [String: String]) { self.texts = Mutex(texts) }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let held: Held

        init(_ held: Held) { self.held = held }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let exchange = String(head.uri.dropFirst().prefix { $0 != "_" })
            let text = held.texts.withLock { $0[exchange] }
            let body = ByteBuffer(string: text ?? "")
            var answer = HTTPResponseHead(version: .http1_1, status: text == nil ? .notFound : .ok)
            answer.headers.add(name: "Content-Length", value: String(body.readableBytes))
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
