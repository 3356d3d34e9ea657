import BrokerNoren
import Desk
import Engine
import Gateway
import Logging
import NorenSimulator
import ServiceLifecycle
import StoreSQLite
import Trading

/// From an alert's first byte until the broker has answered its order: HTTP in, a durable commit, HTTP out to a simulated
/// broker on loopback. One at a time, at rest.
struct WireBench {
    let bench: Workbench

    /// Each has a connection of its own: which thread serves it is drawn anew.
    private static let senders = 4
    private static let alertsEach = 100
    private static let secret = "bench-secret"

    func run() async throws {
        let clock = SystemClock()
        var settings = SimulatorSettings()
        settings.limits = false
        let simulator = NorenSimulator(
            settings: settings,
            now: { clock.now().microseconds },
            logger: .sextant(.critical)
        )
        let base = "127.0.0.1:\(try await simulator.start())"
        let account = NorenAccount(
            rest: "http://\(base)/NorenWClientTP/",
            websocket: "ws://\(base)/NorenWSTP/",
            user: "FA00001",
            login: .quickAuth(
                QuickAuthLogin(
                    vendorCode: "FA00001_U",
                    password: "Secret@1",
                    apiSecret: "api-secret",
                    secondFactor: .fixed("123456")
                )
            )
        )
        let broker = TimedBroker(
            BrokerNoren(account: account, now: { clock.now() }, logger: .sextant(.critical))
        )
        var client = EngineClient(id: BenchedEngine.client, broker: broker)
        client.limits.ordersPerSecond = 10_000
        client.limits.callsPerSecond = 10_000
        client.limits.callsPerMinute = 100_000
        let store = try StoreSQLite.open(path: bench.folder + "/wire.db")
        let engine = Engine(clients: [client], clock: clock, ids: SystemIDs(), logger: .sextant(.critical)) { store }
        let (ports, portSource) = AsyncStream<Int>.makeStream()
        let gateway = Gateway(
            engine: engine,
            clients: [GatewayClient(id: BenchedEngine.client, webhookSecret: Self.secret, apiKey: "bench-key")],
            adminKey: nil,
            host: "127.0.0.1",
            port: 0,
            now: { clock.now() },
            logger: .sextant(.critical)
        ) { port in portSource.yield(port) }
        let group = ServiceGroup(services: [simulator, engine, gateway], logger: .sextant(.critical))
        // Ended below.
        let running = Task { try await group.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CommandFailure("no server was started") }
        while await engine.readiness().values.contains(where: { !$0.isEmpty }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await measure(port, broker, store)
        await group.triggerGracefulShutdown()
        try await running.value
        await engine.close()
        try store.close()
    }

    private func measure(_ port: Int, _ broker: TimedBroker, _ store: StoreSQLite) async throws {
        let disk = try DiskProbe.appends(300, in: bench.folder)
        var answers = broker.answers.makeAsyncIterator()
        var times: [Duration] = []
        for number in 0..<Self.senders {
            let sender = try await KeptConnection.open(port: port, path: "/webhook/\(BenchedEngine.client)")
            for alert in 0..<Self.alertsEach {
                let body = WebhookBench.body("wire\(number)-\(alert)", secret: Self.secret)
                let began = try await sender.post(body)
                guard let answered = await answers.next() else { break }
                times.append(answered - began)
                try await Task.sleep(for: .milliseconds(5))  // until the answer and its push are on record too
            }
            try await sender.close()
        }
        let fsync = (disk + (try DiskProbe.appends(300, in: bench.folder))).sorted().quantile(0.5)
        times.sort()
        bench.report(
            .wire,
            "alert in, broker answered",
            "p50 \(times.quantile(0.5).milliseconds), p99 \(times.quantile(0.99).milliseconds)",
            Limit(
                "at most fsync's \(fsync.milliseconds) + 1 ms (aim + 0.8)",
                met: times.quantile(0.5) <= fsync + .milliseconds(1)
            )
        )
    }
}

/// A broker that tells when each of its orders was answered.
private struct TimedBroker: Broker {
    private let broker: any Broker
    private let source: AsyncStream<ContinuousClock.Instant>.Continuation
    let answers: AsyncStream<ContinuousClock.Instant>

    init(_ broker: any Broker) {
        self.broker = broker
        (answers, source) = AsyncStream.makeStream()
    }

    func place(_ placement: Placement) async -> PlaceAnswer {
        let answer = await broker.place(placement)
        source.yield(ContinuousClock.now)
        return answer
    }

    func logIn() async -> LoginAnswer { await broker.logIn() }
    func cancel(_ number: BrokerOrderID) async -> CancelAnswer { await broker.cancel(number) }
    func orderBook() async -> BookRead<OrderReport> { await broker.orderBook() }
    func tradeBook() async -> BookRead<TradeReport> { await broker.tradeBook() }
    func positionBook() async -> BookRead<PositionReport> { await broker.positionBook() }

    func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String {
        await broker.listen(receive)
    }

    func shutDown() async { await broker.shutDown() }
}
