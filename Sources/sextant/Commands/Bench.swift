import ArgumentParser
import BrokerNoren
import Desk
import Engine
import Foundation
import Logging
import ServiceLifecycle
import StoreSQLite
import Trading

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure this machine: orders through their whole durable life, beside what the disk allows.",
        discussion: """
            Run it from a release build: `make bench`. Figures of one run belong together; machines are noisy.

            EXAMPLES
              sextant bench --orders 5000
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(help: "How many orders to take through their life.") var orders = 20_000

    func validate() throws {
        guard (100...1_000_000).contains(orders) else { throw ValidationError("--orders must be 100 to 1000000") }
    }

    func run() async throws {
        let folder =
            FileManager.default.temporaryDirectory.path + "/sextant-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try masters(in: folder)
        let disk = try DiskProbe.appends(1000, in: folder)
        let limit = disk.quantile(0.5)
        announce(
            "disk      append + fdatasync        p50 \(limit.milliseconds), p99 \(disk.quantile(0.99).milliseconds)"
        )
        let broker = InstantBroker()
        let store = try StoreSQLite.open(path: folder + "/bench.db")
        let clock = SystemClock()
        var client = EngineClient(id: "BENCH", broker: broker)
        client.limits.ordersPerSecond = 10_000_000
        client.limits.callsPerSecond = 10_000_000
        client.limits.callsPerMinute = 1_000_000_000
        client.desk.repeatWindow = .zero
        client.watch.poll = .seconds(3600)
        let engine = Engine(clients: [client], clock: clock, ids: SystemIDs(), logger: .sextant(.critical)) { store }
        let group = ServiceGroup(services: [engine], logger: .sextant(.critical))
        let running = Task { try await group.run() }
        while await engine.readiness().values.contains(where: { !$0.isEmpty }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await oneAtATime(engine, limit)
        try await manyAtOnce(engine, broker, limit)
        await group.triggerGracefulShutdown()
        try await running.value
        try store.close()
    }

    private func masters(in folder: String) throws {
        let sample = try MasterSample(in: folder)
        guard let set = try sample.store.current() else { throw CommandFailure("the sample of masters is not there") }
        let before = residentBytes()
        let began = ContinuousClock.now
        let contracts = try sample.store.contracts(of: set)
        let time = ContinuousClock.now - began
        let rate = Int(Double(contracts.count) / (time / .seconds(1)))
        announce(
            "masters   \(contracts.count) contracts read   \(time.milliseconds), \(rate)/s; "
                + "\((residentBytes() - before) >> 20) MB more are resident"
        )
        let lookup = Instrument("NFO", "BANKNIFTY2529DEC26P70001")
        let lookups = ContinuousClock().measure {
            for _ in 0..<100_000 { precondition(contracts.contract(lookup) != nil) }
        }
        var times: [Duration] = []
        for number in 0..<50 {
            let unknown = Instrument("NFO", "BANKNFITY2529DEC26C\(70_000 + number)")
            times.append(ContinuousClock().measure { precondition(!contracts.nearest(to: unknown).isEmpty) })
        }
        announce(
            "masters   one contract by symbol   \(lookups.microseconds / 100) ns; nearest names of an unknown one "
                + "p50 \(times.sorted().quantile(0.5).milliseconds)"
        )
    }

    private func oneAtATime(_ engine: Engine, _ limit: Duration) async throws {
        var times: [Duration] = []
        for number in 0..<1000 {
            let began = ContinuousClock.now
            _ = try await engine.submit(alert("one\(number)"), to: "BENCH")
            times.append(ContinuousClock.now - began)
        }
        times.sort()
        let ratio = (times.quantile(0.5) / limit * 100).rounded() / 100
        let words = "p50 \(times.quantile(0.5).milliseconds), p99 \(times.quantile(0.99).milliseconds)"
        announce("engine    one alert, durable ack   \(words); \(ratio) × the disk's append")
    }

    private func manyAtOnce(_ engine: Engine, _ broker: InstantBroker, _ limit: Duration) async throws {
        let before = broker.placed
        let began = ContinuousClock.now
        let senders = 256
        try await withThrowingDiscardingTaskGroup { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in stride(from: sender, to: orders, by: senders) {
                        _ = try await engine.submit(alert("many\(number)"), to: "BENCH")
                    }
                }
            }
        }
        while broker.placed - before < orders { try await Task.sleep(for: .milliseconds(1)) }
        let rate = Int(Double(orders) / ((ContinuousClock.now - began) / .seconds(1)))
        let alone = Int(1 / (limit / .seconds(1)))
        announce(
            "engine    whole life, \(senders) senders   \(rate) orders/s; one fsync an order would allow \(alone)/s"
        )
    }

    private func alert(_ strategy: String) -> Alert {
        Alert(
            source: .api,
            strategy: StrategyName(strategy),
            executionType: .entry,
            contentHash: "",
            request: "{}",
            legs: [
                Alert.Leg(
                    index: 0,
                    exchange: "NSE",
                    symbol: "ACC-EQ",
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
