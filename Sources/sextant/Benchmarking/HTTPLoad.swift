import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Posts bodies over connections that are kept open, each waiting for its answer before it sends the next: a sender that
/// costs so little that the server is what is measured.
struct HTTPLoad: Sendable {
    let port: Int
    let path: String
    let body: @Sendable (Int) -> String

    /// Sends `count` requests over `connections`; throws when one is not answered 202.
    func run(_ count: Int, connections: Int) async throws -> Duration {
        let work = Work(count: count, load: self)
        let group = MultiThreadedEventLoopGroup.singleton
        let began = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { tasks in
            for _ in 0..<connections {
                tasks.addTask {
                    let done = group.any().makePromise(of: Void.self)
                    let channel = try await ClientBootstrap(group: group)
                        .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                try channel.pipeline.syncOperations.addHandler(Sender(work: work, done: done))
                            }
                        }
                        .connect(host: "127.0.0.1", port: port).get()
                    try await done.futureResult.get()
                    try? await channel.close()
                }
            }
        }
        return ContinuousClock.now - began
    }

    /// What is still to be sent, shared by the connections.
    fileprivate final class Work: Sendable {
        private let next = Atomic<Int>(0)
        private let count: Int
        private let load: HTTPLoad

        init(count: Int, load: HTTPLoad) {
            self.count = count
            self.load = load
        }

        func request() -> String? {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < count else { return nil }
            let body = load.body(number)
            return "POST \(load.path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }
}

/// One connection; confined to its event loop.
private final class Sender: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let work: HTTPLoad.Work
    private let done: EventLoopPromise<Void>
    private var received = ByteBuffer()
    private var isDone = false

    init(work: HTTPLoad.Work, done: EventLoopPromise<Void>) {
        self.work = work
        self.done = done
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        received.writeBuffer(&part)
        guard let length = answerLength() else { return }
        guard received.readableBytesView.starts(with: "HTTP/1.1 202".utf8) else {
            return end(.failure(CommandFailure("an alert was answered: \(String(buffer: received))")))
        }
        received.moveReaderIndex(forwardBy: length)
        received.discardReadBytes()
        send(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(CommandFailure("the server closed a connection")))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error)) }

    private func send(_ context: ChannelHandlerContext) {
        guard let request = work.request() else { return end(.success(())) }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: request)), promise: nil)
    }

    private func end(_ result: Result<Void, any Error>) {
        guard !isDone else { return }
        isDone = true
        done.completeWith(result)
    }

    /// Head and body of the answer; nil until it is there whole.
    private func answerLength() -> Int? {
        let text = received.readableBytesView
        guard let head = text.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let lines = String(decoding: text[..<head.lowerBound], as: UTF8.self).lowercased()
        guard let field = lines.firstRange(of: "content-length: "),
            let length = Int(lines[field.upperBound...].prefix { $0.isNumber })
        else { return nil }
        let whole = head.upperBound - text.startIndex + length
        return text.count >= whole ? whole : nil
    }
}
