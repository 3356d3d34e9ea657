import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Waits on this machine for the broker's login page to send a browser back with its code.
public struct RedirectListener: Sendable {
    private let host: String
    private let port: Int
    private let path: String
    private let logger: Logger

    /// Nil when `redirect` is not an address of this machine over plain HTTP: nothing could be received there.
    public init?(redirect: String, logger: Logger) {
        guard let url = URLComponents(string: redirect), url.scheme == "http", let host = url.host,
            ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
        else { return nil }
        self.host = host.hasPrefix("[") ? "::1" : host
        port = url.port ?? 80
        path = url.path.isEmpty ? "/" : url.path
        self.logger = logger
    }

    /// The code. Answers the browser with a page that says what came of it, and ends; `onBound` is called once it listens.
    public func code(onBound: @escaping @Sendable () async -> Void) async throws -> String {
        let received = Mutex<String?>(nil)
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let path = path
        let router = Router(context: GatewayContext.self)
        router.get("**") { request, _ in
            guard request.uri.path == path || request.uri.path == path + "/" else {
                return Response(status: .notFound)
            }
            let parameters = request.uri.queryParameters
            guard let code = Self.code(parameters["code"] ?? parameters["request_code"]) else {
                return Self.page(.badRequest, "The broker sent no code. Try the login again.")
            }
            received.withLock { $0 = $0 ?? code }
            arrival.yield()
            return Self.page(
                .ok,
                "The code has arrived. Sextant logs in now; see the terminal. This page can be closed."
            )
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { _ in await onBound() },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { for await _ in arrivals { return } }
            try await tasks.next()
            // The browser's answer is still on its way: the server ends once it is written, or after a moment. However it ends,
            // the code has arrived.
            await group.triggerGracefulShutdown()
            tasks.addTask { try await Task.sleep(for: .seconds(2)) }
            _ = try? await tasks.next()
            tasks.cancelAll()
            guard let code = received.withLock({ $0 }) else { throw CancellationError() }
            return code
        }
    }

    /// Shoonya and its kin say `code`, Flattrade `request_code`.
    private static func code(_ text: Substring?) -> String? {
        guard let text, (1...512).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        return String(text)
    }

    private static func page(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .connection: "close",
            ],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n"))
        )
    }
}
