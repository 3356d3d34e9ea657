import NIOCore
import NIOPosix

/// One connection to a server, over which alerts are posted one after the other. Answers are read and dropped.
struct KeptConnection: Sendable {
    private let channel: any Channel
    private let path: String

    static func open(port: Int, path: String) async throws -> KeptConnection {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: port).get()
        return KeptConnection(channel: channel, path: path)
    }

    /// Returns once the request is written, with the moment just before its first byte was.
    @discardableResult func post(_ body: String) async throws -> ContinuousClock.Instant {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        let request = channel.allocator.buffer(string: head + body)
        return try await channel.eventLoop.flatSubmit { [channel] in
            let began = ContinuousClock.now
            return channel.writeAndFlush(request).map { began }
        }
        .get()
    }

    func close() async throws { try await channel.close() }
}
