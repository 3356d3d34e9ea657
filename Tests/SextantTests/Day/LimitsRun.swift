import Foundation
import JSONText
import NIOHTTP1
import Synchronization
import Testing
import Trading

/// A flood of entries and of questions against a broker that counts calls as the live ones do: 10 a second and 120 a
/// minute. Exits and cancels must get through, and nothing may exceed the limits in any sliding window.
final class LimitsRun: Sendable {
    struct Plan: Sendable {
        var duration: Duration
        var entryWait = "10s"
        /// Twelve exits and six cancels a minute, which the kept part of the minute bears.
        var exitEvery: Duration = .seconds(5)
        var cancelEvery: Duration = .seconds(10)
    }

    struct Report: Sendable {
        var entries: [String: Int] = [:]
        /// From the request to the broker, in seconds, sorted.
        var exits: [Double] = []
        /// From the request until the order is shown cancelled, in seconds, sorted.
        var cancels: [Double] = []
        var rate = JSONValue.null
        var calls = JSONValue.null
        var differences: [String] = []
    }

    private let sandbox: Sandbox
    private let broker: BrokerProcess
    private let server: RunningServer
    private let plan: Plan
    private let exited = Mutex<[String]>([])
    private let cancels = Mutex<[Double]>([])

    private init(_ sandbox: Sandbox, _ broker: BrokerProcess, _ server: RunningServer, _ plan: Plan) {
        self.sandbox = sandbox
        self.broker = broker
        self.server = server
        self.plan = plan
    }

    static func run(_ plan: Plan) async throws -> Report {
        var settings = Sandbox.Settings()
        settings.pollInterval = "1.0s"
        settings.positionsInterval = "5s"
        settings.idleInterval = "15s"
        settings.placeTimeout = "10s"
        settings.limits =
            "orders_per_second: 10, calls_per_second: 10, calls_per_minute: 120, entry_wait: \(plan.entryWait)"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let broker = try await BrokerProcess.start([], in: sandbox.folder)
        defer { broker.kill() }
        try await broker.control("freeze", ["frozen": true])
        settings.brokerPort = broker.port
        try sandbox.configure(settings)
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        return try await LimitsRun(sandbox, broker, server, plan).report()
    }

    private func report() async throws -> Report {
        let end = ContinuousClock.now + plan.duration
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.flood(until: end) }
            group.addTask { try await self.poll(until: end) }
            group.addTask { try await self.exit(until: end) }
            group.addTask { try await self.cancel(until: end) }
            try await group.waitForAll()
        }
        var orders: [JSONValue] = []
        try await eventually("every exit and every unsent entry has come to its end", within: 120) {
            orders = try await server.everyOrder()
            return orders.allSatisfy { order in
                let state = order["state"]?.string ?? ""
                return !["received", "sending", "unconfirmed"].contains(state)
                    && (state != "working" || order["price"]?.string == Self.resting)
            }
        }
        let account = try await broker.account()
        let rows = account["orders"]?.elements ?? []
        var report = Report()
        report.rate = account["rate"] ?? .null
        report.calls = account["calls"] ?? .null
        let arrivals = Dictionary(
            rows.map { ($0["remarks"]?.string ?? "", $0["received_at"]?.integer ?? 0) },
            uniquingKeysWith: min
        )
        for order in orders {
            guard order["execution_type"]?.string == "EXIT" else {
                let key = order["tag"]?.string ?? order["state"]?.string ?? "?"
                report.entries[key, default: 0] += 1
                continue
            }
            let arrival = arrivals[order["client_tag"]?.string ?? ""] ?? .max
            report.exits.append(SessionLossTests.seconds(from: order["created_at"]?.string ?? "", to: arrival))
        }
        report.exits.sort()
        report.cancels = cancels.withLock { $0.sorted() }
        report.differences = RunningServer.differences(of: orders, from: rows) + (try await server.selfCheck())
        return report
    }

    private static let resting = "780.00"

    /// Entries without end, each of another strategy; every fourth rests.
    private func flood(until end: ContinuousClock.Instant) async throws {
        var number = 0
        while ContinuousClock.now < end {
            number += 1
            let leg = Alerts.leg("SBIN-EQ", "BUY", 1, price: number % 4 == 0 ? Self.resting : "820.00")
            _ = try await server.post(Alerts.entry("S\(number)", id: "e\(number)", [leg]))
            try await Task.sleep(for: .milliseconds(150))
        }
    }

    /// What a dashboard does that is left open, and a person who presses its button all the time.
    private func poll(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            for path in ["/v1/positions", "/v1/orders?limit=50"] {
                _ = try await server.get(path, bearer: Sandbox.key)
            }
            _ = try await server.send(.POST, "/v1/reconcile", Array("{}".utf8), headers: Self.bearer)
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func exit(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            try await Task.sleep(for: plan.exitEvery)
            let filled = try await server.get("/v1/orders?status=filled&limit=200", bearer: Sandbox.key).orders
            let entered = filled.filter { $0["execution_type"]?.string == "ENTRY" }.compactMap {
                $0["strategy"]?.string
            }
            let known = exited.withLock { Set($0) }
            guard let strategy = entered.first(where: { !known.contains($0) }) else { continue }
            exited.withLock { $0.append(strategy) }
            _ = try await server.post(Alerts.exit(strategy, id: "x-\(strategy)"))
        }
    }

    private func cancel(until end: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < end {
            try await Task.sleep(for: plan.cancelEvery)
            let working = try await server.get("/v1/orders?status=working&limit=200", bearer: Sandbox.key).orders
            let rests = working.first { $0["price"]?.string == Self.resting && $0["pending"] == .null }
            guard let id = rests?["command_id"]?.string else { continue }
            let began = ContinuousClock.now
            _ = try await server.send(.POST, "/v1/orders/\(id)/cancel", [], headers: Self.bearer)
            try await server.shows(id, in: "cancelled")
            cancels.withLock { $0.append((ContinuousClock.now - began) / .seconds(1)) }
        }
    }

    private static let bearer = [("Authorization", "Bearer \(Sandbox.key)")]
}

extension RunningServer {
    /// All pages of its orders.
    func everyOrder() async throws -> [JSONValue] {
        var orders: [JSONValue] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await get("/v1/orders?limit=1000\(more)", bearer: Sandbox.key)
            guard page.status == 200 else { throw SandboxFailure("a page of orders: \(page.text)") }
            orders += page.orders
            cursor = page.json["next_cursor"]?.string
        } while cursor != nil
        return orders
    }
}
