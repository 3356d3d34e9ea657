import Engine
import Gateway
import Logging
import ServiceLifecycle
import Trading

/// Alerts over HTTP, each of one leg and a strategy of its own, answered 202 once they are durable; beside a server on the
/// same library that answers 202 and does nothing.
struct WebhookBench {
    let bench: Workbench

    private static let connections = 64
    private static let secret = "bench-secret"

    func run() async throws {
        let count = bench.orders
        let bare = try await rate(of: count) { BareServer(logger: .sextant(.critical), onBound: $0) }
        let benched = try await BenchedEngine.start(storeAt: bench.folder + "/webhook.db")
        let before = benched.journal.count.commits
        let rate = try await rate(of: count) { onBound in
            Gateway(
                engine: benched.engine,
                clients: [GatewayClient(id: BenchedEngine.client, webhookSecret: Self.secret, apiKey: "bench-key")],
                adminKey: nil,
                host: "127.0.0.1",
                port: 0,
                now: { SystemClock().now() },
                logger: .sextant(.critical),
                onBound: onBound
            )
        }
        let commits = benched.journal.count.commits - before
        try await benched.settle()
        try await benched.stop()
        bench.report(
            .webhook,
            "durable 202, \(Self.connections) connections",
            "\(rate.grouped) alerts/s in \(commits.grouped) commits, "
                + "\(rate * 100 / max(1, bare)) % of a server that only answers (\(bare.grouped)/s)",
            Limit("at least 5,000 (aim 10,000)", met: rate >= 5000)
        )
    }

    private func rate(
        of count: Int,
        _ make: (@escaping @Sendable (Int) async -> Void) -> any Service
    ) async throws -> Int {
        let (ports, source) = AsyncStream<Int>.makeStream()
        let group = ServiceGroup(services: [make { port in source.yield(port) }], logger: .sextant(.critical))
        // Ended below, and with the process when the load fails.
        let running = Task { try await group.run() }
        guard let port = await ports.first(where: { _ in true }) else { throw CommandFailure("no server was started") }
        func load(_ name: String) -> HTTPLoad {
            HTTPLoad(port: port, path: "/webhook/\(BenchedEngine.client)") { Self.body("\(name)\($0)") }
        }
        _ = try await load("warm").run(count / 10, connections: Self.connections)
        let time = try await load("load").run(count, connections: Self.connections)
        await group.triggerGracefulShutdown()
        try await running.value
        return Int(Double(count) / time.inSeconds)
    }

    static func body(_ strategy: String, secret: String = secret, type: String = "LMT") -> String {
        #"{"secret_key":"\#(secret)","execution_type":"ENTRY","strategy_name":"\#(strategy)","exchange":"NSE","#
            + #""product_type":"I","legs":[{"tradingsymbol":"ACC-EQ","direction":"BUY","qty":1,"order_type":"\#(type)""#
            + (type == "LMT" ? #","price":"1800.00"}]}"# : "}]}")
    }
}
