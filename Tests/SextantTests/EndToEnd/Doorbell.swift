import NIOCore
import NIOPosix
import Synchronization

/// A port that counts who comes, and answers nobody.
final class Doorbell: Sendable {
    private let channel: any Channel
    private let count: Counter

    private final class Counter: Sendable {
        let value = Mutex(0)
    }

    init() async throws {
        let count = Counter()
        self.count = count
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { visitor in
                count.value.withLock { $0 += 1 }
                return visitor.close()
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var rings: Int { count.value.withLock { $0 } }

    func end() { channel.close(promise: nil) }
}
