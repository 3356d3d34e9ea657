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

    /// Returns once the request is written.
    func post(_ body: String) async throws {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        try await channel.writeAndFlush(channel.allocator.buffer(string: head + body))
    }

    func close() async throws { try await channel.close() }
}
