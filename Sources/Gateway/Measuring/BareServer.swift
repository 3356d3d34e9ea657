import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// A server that takes a body and answers 202 to it, and does nothing else. For `bench`: the limit that the webhook is judged
/// by, on the same library and in the same run.
package struct BareServer: Service {
    private let application: any ApplicationProtocol

    /// `onBound` is told the port once requests are taken.
    package init(logger: Logger, onBound: @escaping @Sendable (Int) async -> Void) {
        let router = Router(context: GatewayContext.self)
        router.post("webhook/:client") { request, _ in
            _ = await request.bytes(upTo: WebhookRoute.bodyBound)
            let body = ByteBuffer(string: #"{"status":"accepted"}"#)
            return Response(
                status: .accepted,
                headers: [.contentType: "application/json"],
                body: .init(byteBuffer: body)
            )
        }
        application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await onBound(channel.localAddress?.port ?? 0) },
            logger: logger
        )
    }

    package func run() async throws { try await application.run() }
}
