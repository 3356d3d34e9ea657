import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server on a real socket that reacts to each request as it is told, byte for byte.
final class ScriptedServer: Sendable {
    enum Reaction: Sendable {
        /// A whole HTTP answer; the connection stays open.
        case answer(String, status: String = "200 OK")
        /// The same with a body that is no text.
        case file([UInt8])
        /// These bytes, and nothing more.
        case bytes(String, thenClose: Bool)
        case close
        case reset
        case hang
    }

    struct Request: Sendable {
        let head: String
        let body: String
        var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    }

    fileprivate let channel: any Channel
    fileprivate let seen: Seen

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [Request] { seen.requests.withLock { $0 } }
    /// Requests but for logins.
    var calls: [Request] { requests.filter { !$0.path.hasSuffix("QuickAuth") } }
    var connections: Int { seen.connections.withLock { $0 } }

    /// Logins are answered with the token `t0ken`; the script has the rest.
    static func run<Result: Sendable>(
        tls: NIOSSLContext? = nil,
        _ script: @escaping @Sendable (Request) -> Reaction,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let seen = Seen()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                seen.connections.withLock { $0 += 1 }
                seen.children.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(seen: seen, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let server = ScriptedServer(channel: channel, seen: seen)
        do {
            let result = try await body(server)
            try await server.close()
            return result
        } catch {
            try await server.close()
            throw error
        }
    }

    private init(channel: any Channel, seen: Seen) {
        self.channel = channel
        self.seen = seen
    }

    private func close() async throws { try? await channel.close() }
}

private final class Seen: Sendable {
    let requests = Mutex<[ScriptedServer.Request]>([])
    let connections = Mutex(0)
    let children = Mutex<[any Channel]>([])
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let seen: Seen
    private let script: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction
    private var received: [UInt8] = []

    init(seen: Seen, script: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction) {
        self.seen = seen
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
        while let request = takeRequest() {
            seen.requests.withLock { $0.append(request) }
            let isLogin = request.path.hasSuffix("QuickAuth")
            react(isLogin ? .answer(#"{"stat":"Ok","susertoken":"t0ken"}"#) : script(request), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Cuts one whole request off what was received.
    private func takeRequest() -> ScriptedServer.Request? {
        let text = String(decoding: received, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
        let body = text[end.upperBound...].utf8
        guard body.count >= length ?? 0 else { return nil }
        received.removeFirst(text[..<end.upperBound].utf8.count + (length ?? 0))
        return ScriptedServer.Request(head: head, body: String(decoding: body.prefix(length ?? 0), as: UTF8.self))
    }

    private func react(_ reaction: ScriptedServer.Reaction, _ context: ChannelHandlerContext) {
        switch reaction {
        case .answer(let body, let status):
            write("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", context)
        case .file(let body):
            write("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n", context)
            context.writeAndFlush(NIOAny(ByteBuffer(bytes: body)), promise: nil)
        case .bytes(let bytes, let thenClose):
            write(bytes, context)
            if thenClose { context.close(promise: nil) }
        case .close: context.close(promise: nil)
        case .reset:
            // Closing without lingering sends RST instead of FIN.
            let channel = context.channel
            (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                .whenComplete { _ in channel.close(promise: nil) }
        case .hang: break
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }
}

extension String {
    /// Without Foundation: where `part` first stands.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count) where bytes[start..<start + wanted.count].elementsEqual(wanted) {
            let lower = utf8.index(startIndex, offsetBy: start)
            return lower..<utf8.index(lower, offsetBy: wanted.count)
        }
        return nil
    }
}

extension ScriptedServer {
    /// New connections are refused, and the idle ones are closed.
    func stopListening() async {
        try? await channel.close()
        seen.children.withLock { $0 }.forEach { $0.close(promise: nil) }
    }
}

/// A server that reacts to the first bytes of a connection, whatever they are.
enum RawServer {
    static func run(_ reaction: ScriptedServer.Reaction, _ body: (Int) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawHandler(reaction: reaction))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        do {
            try await body(channel.localAddress?.port ?? 0)
            try await channel.close()
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class RawHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let reaction: ScriptedServer.Reaction

        init(reaction: ScriptedServer.Reaction) { self.reaction = reaction }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch reaction {
            case .bytes(let bytes, _):
                context.writeAndFlush(NIOAny(ByteBuffer(string: bytes)), promise: nil)
                context.close(promise: nil)
            case .close: context.close(promise: nil)
            case .answer, .file, .reset, .hang: break
            }
        }
    }
}
