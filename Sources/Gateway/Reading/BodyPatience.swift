import NIOCore
import NIOHTTP1

/// Ends requests whose body does not come: ten seconds after the head, whoever reads the body is told `BodyTooSlow`.
///
/// A request that arrives in one piece costs nothing here: the clock is set only when a read ends before the body did.
final class BodyPatience: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    static let limit = TimeAmount.seconds(10)

    private var isWaiting = false
    private var alarm: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isWaiting = true
        case .body: break
        case .end: stop()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isWaiting, alarm == nil {
            alarm = context.eventLoop.assumeIsolated().scheduleTask(in: Self.limit) {
                context.fireErrorCaught(BodyTooSlow())
            }
        }
        context.fireChannelReadComplete()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    private func stop() {
        isWaiting = false
        alarm?.cancel()
        alarm = nil
    }
}

struct BodyTooSlow: Error {}
