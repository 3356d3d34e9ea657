import Desk
import Engine
import Logging
import ServiceLifecycle
import StoreSQLite
import Trading

/// An engine as it trades, on a store of its own, with a broker in this process that fills every order at once and sets no
/// limits.
struct BenchedEngine: Sendable {
    static let client: ClientID = "BENCH"

    let engine: Engine
    let store: StoreSQLite
    let journal: CountingJournal
    let broker: InstantBroker
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Returns once the books are known and intake is open.
    static func start(
        storeAt path: String,
        broker: InstantBroker = InstantBroker(),
        readsPositions: Duration = .seconds(3600),
        logger: Logger = .sextant(.critical)
    ) async throws -> BenchedEngine {
        let benched = try BenchedEngine(path, broker, readsPositions: readsPositions, logger)
        while await benched.engine.readiness().values.contains(where: { !$0.isEmpty }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        return benched
    }

    private init(_ path: String, _ broker: InstantBroker, readsPositions: Duration, _ logger: Logger) throws {
        let store = try StoreSQLite.open(path: path)
        let journal = CountingJournal(store)
        var client = EngineClient(id: Self.client, broker: broker)
        client.limits.ordersPerSecond = 10_000_000
        client.limits.callsPerSecond = 10_000_000
        client.limits.callsPerMinute = 1_000_000_000
        client.desk.repeatWindow = .zero
        client.watch.poll = .seconds(3600)
        client.watch.positions = readsPositions
        client.desk.maxProfitAge = .seconds(3600)
        let engine = Engine(
            clients: [client],
            clock: SystemClock(),
            ids: SystemIDs(),
            logger: logger
        ) { journal }
        let group = ServiceGroup(services: [engine], logger: .sextant(.critical))
        self.engine = engine
        self.store = store
        self.journal = journal
        self.broker = broker
        self.group = group
        // Ended by `stop`.
        running = Task { try await group.run() }
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        try store.close()
    }

    /// Takes `count` orders through their whole life, from `senders` senders that each wait for the durable answer.
    func trade(_ count: Int, senders: Int, named name: String) async throws -> Duration {
        let before = broker.placed
        let began = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in stride(from: sender, to: count, by: senders) {
                        _ = try await engine.submit(.bench("\(name)\(number)"), to: Self.client)
                    }
                }
            }
        }
        while broker.placed - before < count { try await Task.sleep(for: .milliseconds(1)) }
        try await settle()
        return ContinuousClock.now - began
    }

    /// Takes `count` orders through their whole life: strategies that each enter and exit again and again, so that little is
    /// held at any time.
    func alternate(_ count: Int, senders: Int) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    var turn = 0
                    while broker.placed < count {
                        let strategy = "alternating \(sender) \(turn % 16)"
                        var alert = Alert.bench(strategy)
                        if turn / 16 % 2 == 1 { alert.closeAll() }
                        _ = try await engine.submit(alert, to: Self.client)
                        turn += 1
                        // Few are on their way at a time: a strategy's next turn comes when its last order is done.
                        while await engine.figures().clients.contains(where: {
                            $0.orders[.sending, default: 0] > 2 * senders
                        }) {
                            try await Task.sleep(for: .milliseconds(1))
                        }
                    }
                }
            }
        }
        try await settle()
    }

    /// Returns once every order has come to its end, durably.
    func settle() async throws {
        while try await store.openOrders(of: Self.client) > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }
}

extension Alert {
    /// An exit from what its legs name.
    fileprivate mutating func closeAll() {
        executionType = .exit
        for index in legs.indices {
            legs[index].side = nil
            legs[index].quantity = nil
        }
    }

    /// An entry of one leg, of a strategy of its own.
    static func bench(_ strategy: String, symbol: String = "ACC-EQ") -> Alert {
        Alert(
            source: .api,
            strategy: StrategyName(strategy),
            executionType: .entry,
            contentHash: "",
            request: "{}",
            legs: [
                Leg(
                    index: 0,
                    exchange: "NSE",
                    symbol: symbol,
                    product: .intraday,
                    side: .buy,
                    quantity: 1,
                    type: .limit,
                    price: Price(tenThousandths: 18_000_000)
                )
            ]
        )
    }
}
