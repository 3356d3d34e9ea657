import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization
import Testing

/// A WebSocket client that keeps all it hears.
final class PushListener: Sendable {
    struct Heard {
        var messages: [JSONValue] = []
        var pongs: [String] = []
        var closeCode: UInt16?
        var isClosed = false
    }

    private let heard = Mutex(Heard())
    private let connected = Mutex<(any Channel)?>(nil)

    var messages: [JSONValue] { heard.withLock { $0.messages } }
    var pongs: [String] { heard.withLock { $0.pongs } }
    var closeCode: UInt16? { heard.withLock { $0.closeCode } }
    var isClosed: Bool { heard.withLock { $0.isClosed } }

    /// The order messages: report types of one order, or of all.
    func reports(_ number: String? = nil) -> [String] {
        messages.filter { $0["t"] == "om" && (number == nil || $0["norenordno"]?.string == number) }
            .compactMap { $0["reporttype"]?.string }
    }

    func has(_ kind: String) -> Bool { messages.contains { $0["t"]?.string == kind } }

    static func open(port: Int, path: String = "/NorenWSTP/") async throws -> PushListener {
        let listener = PushListener()
        let upgrade: EventLoopFuture<Bool> = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Bool>(upgradePipelineHandler: { channel, _ in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(Ear(listener))
                            return true
                        }
                    })
                    let head = HTTPRequestHead(
                        version: .http1_1,
                        method: .GET,
                        uri: path,
                        headers: ["Host": "127.0.0.1"]
                    )
                    let configuration = NIOTypedHTTPClientUpgradeConfiguration<Bool>(
                        upgradeRequestHead: head,
                        upgraders: [upgrader],
                        notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(false) }
                    )
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(upgradeConfiguration: configuration)
                    )
                }
            }
        guard try await upgrade.get() else { throw ConnectionEnded() }
        return listener
    }

    /// Opens a socket and logs it in; it has been acknowledged when this returns.
    static func loggedIn(
        _ running: RunningSimulator,
        _ token: String,
        uid: String = "FA00001"
    ) async throws
        -> PushListener
    {
        let listener = try await open(port: running.port)
        listener.send([
            "t": "c", "uid": .string(uid), "actid": .string(uid), "susertoken": .string(token), "source": "API",
        ])
        try await eventually { listener.has("ck") }
        return listener
    }

    func send(_ message: JSONValue) { write(.text, Array(message.text.utf8)) }
    func ping(_ payload: String) { write(.ping, Array(payload.utf8)) }
    func disconnect() { connected.withLock { $0 }?.close(promise: nil) }

    private func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: [1, 2, 3, 4], data: ByteBuffer(bytes: bytes))
        connected.withLock { $0 }?.writeAndFlush(frame, promise: nil)
    }

    private final class Ear: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame

        let listener: PushListener

        init(_ listener: PushListener) { self.listener = listener }

        func handlerAdded(context: ChannelHandlerContext) {
            let channel = context.channel
            listener.connected.withLock { $0 = channel }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var frame = unwrapInboundIn(data)
            let bytes = Array(frame.data.readableBytesView)
            let message = frame.opcode == .text ? try? JSONValue.parse(bytes) : nil
            let code: UInt16? = frame.opcode == .connectionClose ? frame.data.readInteger() : nil
            let isPong = frame.opcode == .pong
            listener.heard.withLock {
                if let message { $0.messages.append(message) }
                if isPong { $0.pongs.append(String(decoding: bytes, as: UTF8.self)) }
                if let code { $0.closeCode = code }
            }
        }

        func channelInactive(context: ChannelHandlerContext) { listener.heard.withLock { $0.isClosed = true } }
    }
}
