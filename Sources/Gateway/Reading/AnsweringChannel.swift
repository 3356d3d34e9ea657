import EventLoops
import HummingbirdCore
import JSONText
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1 whose requests are answered even when they are no HTTP: with a problem like every other, and the connection
/// is closed.
struct AnsweringChannel: ServerChildChannel {
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandlers(UnreadableRequests(), BodyPatience(), position: .after(decoder))
            return value
        }
    }

    /// Requests are served on the connection's own event loop: no change of threads between the socket and the route.
    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}

/// Answers what the decoder cannot read, unless a request is being answered already: that one's route then finds its
/// body broken and says so.
private final class UnreadableRequests: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var unanswered = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { unanswered += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }

    /// Answers before it returns: the decoder closes the connection right after.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError, unanswered == 0 else { return context.fireErrorCaught(error) }
        let status: HTTPResponseStatus = fault == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest
        let detail =
            fault == .headerOverflow ? "the headers or the URL are too long" : "this is no well-formed HTTP/1.1 request"
        let body = JSONValue.problem(Int(status.code), status.reasonPhrase, detail).utf8
        let headers: HTTPHeaders = [
            "Content-Type": "application/problem+json", "Content-Length": "\(body.count)", "Connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}
