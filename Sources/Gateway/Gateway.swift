public import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
public import ServiceLifecycle
public import Trading

/// HTTP in: the webhook, the API, health. Authenticates, reads and answers; it decides nothing.
public struct Gateway: Service {
    private let application: any ApplicationProtocol
    private let engine: Engine
    private let feed: LiveFeed

    /// `onBound` is told the port once requests are taken.
    public init(
        engine: Engine,
        clients: [GatewayClient],
        adminKey: String?,
        host: String,
        port: Int,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void
    ) {
        let credentials = Credentials(clients: clients, adminKey: adminKey)
        let throttle = WrongSecretThrottle()
        let webhook = WebhookRoute(engine: engine, credentials: credentials, throttle: throttle, now: now)
        let health = HealthRoutes(engine: engine, credentials: credentials)
        let router = Router(context: GatewayContext.self, options: .autoGenerateHeadEndpoints)
        router.post("webhook/:client", use: webhook.receive)
        router.get("health/live", use: health.live)
        router.get("health/ready", use: health.ready)
        router.get("metrics", use: MetricsRoute(engine: engine, credentials: credentials).show)
        let feed = LiveFeed(now: now)
        NativeAPI(engine: engine, credentials: credentials, throttle: throttle, now: now, feed: feed).add(to: router)
        self.engine = engine
        self.feed = feed
        router.addMiddleware {
            BodilessAnswers()
            Strangers(credentials: credentials)
        }
        application = Application(
            router: router,
            // Connections that say nothing are closed: they cost a slot, and would hold up a stop.
            server: .init { responder in
                AnsweringChannel(
                    base: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(15)))
                )
            },
            configuration: .init(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in await onBound(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    public func run() async throws {
        let (engine, feed) = (engine, feed)
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await feed.follow(engine) }
                group.addTask { await feed.keepAlive() }
                try await application.run()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            feed.end()  // else open streams would hold up the stop
        }
    }
}

/// A HEAD is answered without a body, also where there is no such route: what followed the headers would be taken for the
/// next answer.
private struct BodilessAnswers: RouterMiddleware {
    typealias Context = GatewayContext

    @concurrent func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }
}

/// Answers for everything that is no route: strangers learn nothing but that they are strangers.
private struct Strangers: RouterMiddleware {
    typealias Context = GatewayContext

    let credentials: Credentials

    @concurrent func handle(
        _ request: Request,
        context: GatewayContext,
        next: @concurrent (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            // Not there yet, and the clients that call it need to see that.
            let isForOpenAlgo = request.uri.path.hasPrefix("/api/v1/")
            guard isForOpenAlgo || credentials.bearer(request.headers[.authorization]) != nil else {
                return .problem(
                    .unauthorized,
                    "Unauthorized",
                    "this needs an Authorization: Bearer header with a valid key"
                )
            }
            let detail = error.body ?? "there is no \(request.method) \(request.uri.path.prefix(100))"
            return .problem(error.status, error.status.reasonPhrase, detail)
        }
    }
}
