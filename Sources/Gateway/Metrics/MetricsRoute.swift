import Engine
import HTTPTypes
import Hummingbird
import NIOCore

/// `/metrics`: for a key, or for a scraper on this machine.
struct MetricsRoute: Sendable {
    let engine: Engine
    let credentials: Credentials

    /// A client's key shows that client's series and those of the engine; the admin key and this machine see all.
    @Sendable func show(_ request: Request, context: GatewayContext) async -> Response {
        let bearer = credentials.bearer(request.headers[.authorization])
        if bearer == nil {
            guard context.isFromThisMachine, !request.isForwarded, request.headers[.authorization] == nil else {
                return .problem(
                    .unauthorized,
                    "Unauthorized",
                    "this needs an Authorization: Bearer header with a valid key, or a caller on this machine"
                )
            }
        }
        var figures = await engine.figures()
        if case .client(let id) = bearer { figures.clients.removeAll { $0.id != id } }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: figures.prometheus))
        )
    }
}

extension Request {
    /// Came through a proxy: who asks is not who connects.
    fileprivate var isForwarded: Bool {
        ["forwarded", "x-forwarded-for", "x-real-ip", "via"].contains { name in
            HTTPField.Name(name).map { headers[$0] != nil } ?? false
        }
    }
}

extension GatewayContext {
    fileprivate var isFromThisMachine: Bool { address.hasPrefix("127.") || address == "::1" }
}
