import Foundation
import JSONText
import NIOHTTP1
import Synchronization
import Testing
import Trading

/// A day of entries and exits over many strategies, through the real `serve`, against a broker that spoils its answers
/// by chance; at its end what is stored must be what the broker holds.
final class TradingDay: Sendable {
    struct Plan: Sendable {
        var strategies = 50
        /// The day is over when that many orders are registered.
        var orders: Int
        var pollInterval = "500ms"
        /// How many of a hundred calls each kind of fault spoils.
        var percent = 2
        /// How long the day and its end may take.
        var limit: Duration
        var seed = 1
    }

    /// What a day came to.
    struct Report: Sendable {
        var orders = 0
        var byState: [String: Int] = [:]
        var placements = 0
        var rate = JSONValue.null
        /// How many orders were registered after each ten seconds.
        var pace: [Int] = []
        /// From registered to ended, by state, in milliseconds: half of the orders, and all but one in a hundred.
        var times: [String: (half: Int, most: Int)] = [:]
        var trading = Duration.zero
        var settling = Duration.zero
        var differences: [String] = []
    }

    private struct Contract: Sendable {
        let symbol: String
        let lot: Int
        let marketable: String
        let resting: String
    }

    let plan: Plan
    let sandbox: Sandbox
    let broker: BrokerProcess
    let server: RunningServer
    private let contracts: [Contract]
    private let registered = Mutex(0)
    private let pace = Mutex<[Int]>([])
    private let deadline: ContinuousClock.Instant

    private init(_ plan: Plan, _ sandbox: Sandbox, _ broker: BrokerProcess, _ server: RunningServer) async throws {
        self.plan = plan
        self.sandbox = sandbox
        self.broker = broker
        self.server = server
        deadline = .now + plan.limit
        let rows = try await broker.control("instruments", ["exchange": "NFO", "underlying": "NIFTY"]).elements ?? []
        contracts = rows.filter { $0["optt"]?.string != "XX" }.prefix((plan.strategies + 1) / 2).compactMap { row in
            guard let symbol = row["tsym"]?.string, let lot = row["ls"]?.scalarText.flatMap({ Int($0) }),
                let last = row["lp"]?.string.flatMap({ Double($0) })
            else { return nil }
            func price(_ share: Double) -> String { String(format: "%.2f", (last * share / 0.05).rounded() * 0.05) }
            return Contract(symbol: symbol, lot: lot, marketable: price(1.05), resting: price(0.94))
        }
    }

    static func run(_ plan: Plan) async throws -> Report {
        var settings = Sandbox.Settings()
        settings.pollInterval = plan.pollInterval
        settings.absenceAfter = "1s"
        // A call that hangs keeps its lane's slot for that long.
        settings.placeTimeout = "750ms"
        settings.maxLoss = "50000000"
        settings.limits = "orders_per_second: 500, calls_per_second: 500, calls_per_minute: 30000"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let habits = ["orders_per_second=500", "calls_per_second=500", "calls_per_minute=30000"]
        let broker = try await BrokerProcess.start(
            ["--seed", String(plan.seed)] + habits.flatMap { ["--habit", $0] },
            in: sandbox.folder
        )
        defer { broker.kill() }
        settings.brokerPort = broker.port
        try sandbox.configure(settings)
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        let day = try await TradingDay(plan, sandbox, broker, server)
        do {
            return try await day.report()
        } catch {
            let pace = day.pace.withLock { $0 }
            throw SandboxFailure("\(error)\npace: \(pace)\nthe server's last words: \(server.log.suffix(3000))")
        }
    }

    private static func milliseconds(_ order: JSONValue) -> Int {
        let moments = ["created_at", "updated_at"].map { order[$0]?.string.flatMap { Timestamp($0) } }
        guard let from = moments[0], let to = moments[1] else { return 0 }
        return Int((to.microseconds - from.microseconds) / 1000)
    }

    private func report() async throws -> Report {
        let began = ContinuousClock.now
        try await spoil()
        let clock = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(10))
                let count = registered.withLock { $0 }
                pace.withLock { $0.append(count) }
            }
        }
        defer { clock.cancel() }
        let trouble = Task { try await self.makeTrouble() }
        defer { trouble.cancel() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<plan.strategies { group.addTask { try await self.trade(number) } }
            try await group.waitForAll()
        }
        var report = Report()
        report.trading = .now - began
        trouble.cancel()
        _ = try? await trouble.value
        try await broker.control("faults/clear")
        try await broker.control("push", ["mode": "normal"])
        try await broker.control("hold", held(false))
        try await flatten()
        report.settling = .now - began - report.trading
        let stored = try await server.everyOrder()
        let account = try await broker.account()
        report.orders = stored.count
        for (state, orders) in Dictionary(grouping: stored, by: { $0["state"]?.string ?? "?" }) {
            report.byState[state] = orders.count
            let times = orders.map(Self.milliseconds).sorted()
            report.times[state] = (times[times.count / 2], times[times.count * 99 / 100])
        }
        report.pace = pace.withLock { $0 }
        report.placements = account["placements"]?.integer ?? 0
        report.rate = account["rate"] ?? .null
        report.differences = RunningServer.differences(of: stored, from: account["orders"]?.elements ?? [])
        report.differences += try await server.selfCheck()
        for row in account["positions"]?.elements ?? [] where row["netqty"]?.integer != 0 {
            report.differences.append("the broker still holds \(row.text)")
        }
        let held = try await server.get("/v1/positions", bearer: Sandbox.key).json
        for row in (held["positions"]?.elements ?? []) + (held["unattributed"]?.elements ?? []) {
            report.differences.append("the server still shows \(row.text)")
        }
        return report
    }

    // MARK: What goes wrong

    private static let faults: [(endpoint: String, kinds: [String])] = [
        (
            "PlaceOrder",
            [
                "lost_reply", "hang", "html_502", "html_502_accepted", "server_timeout", "server_timeout_lost",
                "garbage", "ok_without_number", "refuse", "rms_reject", "delay", "delay_before", "cut_off",
            ]
        ),
        (
            "CancelOrder",
            [
                "lost_reply", "hang", "html_502", "html_502_accepted", "server_timeout", "server_timeout_lost",
                "garbage", "delay", "fill_first",
            ]
        ),
        (
            "OrderBook",
            ["html_502", "hang", "server_timeout", "garbage", "cut_off", "missing_rows", "empty", "lagging", "delay"]
        ),
        ("TradeBook", ["html_502", "hang", "garbage", "cut_off", "missing_rows", "empty", "lagging"]),
        ("PositionBook", ["html_502", "hang", "garbage", "cut_off", "missing_rows", "empty", "lagging"]),
    ]

    private func spoil() async throws {
        for (endpoint, kinds) in Self.faults {
            for kind in kinds {
                try await broker.control(
                    "fault",
                    [
                        "kind": .string(kind), "endpoint": .string(endpoint), "count": -1,
                        "percent": JSONValue(plan.percent), "delay_ms": 300, "rows": 3,
                        "text": kind == "refuse"
                            ? "Invalid Input :  Invalid Disc Qty" : "RED:Margin Shortfall:INR 1.00",
                    ]
                )
            }
        }
    }

    /// Order messages that vanish, come twice or in reverse, sockets that drop, a session that ends, partial fills, and a
    /// contract that rests for a while.
    private func makeTrouble() async throws {
        var random = SystemRandomNumberGenerator()
        var round = 0
        while !Task.isCancelled {
            round += 1
            let mode = ["drop", "duplicate", "reorder"].randomElement(using: &random) ?? "drop"
            try await broker.control("push", ["mode": .string(mode), "count": 6])
            if round % 40 == 20 { try await broker.control("sockets/drop") }
            // Once: a session that ends soon after it began is taken for a fight with another login.
            if round == 350 { try await broker.control("session/kill", ["account": "FA00001"]) }
            if round % 10 == 0 { try await broker.control("hold", held(round % 20 == 0)) }
            if let contract = contracts.randomElement(using: &random) {
                try await broker.control("fill_limit", limit(contract, JSONValue(contract.lot / 2)))
                try await Task.sleep(for: .milliseconds(300))
                try await broker.control("fill_limit", limit(contract, nil))
            }
        }
    }

    private func limit(_ contract: Contract, _ quantity: JSONValue?) -> JSONValue {
        ["exch": "NFO", "tsym": .string(contract.symbol), "quantity": quantity ?? .null]
    }

    private func held(_ isHeld: Bool) -> JSONValue {
        ["exch": "NFO", "tsym": .string(contracts.last?.symbol ?? ""), "held": .bool(isHeld)]
    }

    // MARK: Trading

    private var isOver: Bool { registered.withLock { $0 } >= plan.orders }

    /// In and out until the day is over. Every tenth entry rests, and the exit cancels it.
    private func trade(_ number: Int) async throws {
        let contract = contracts[number % contracts.count]
        var cycle = 0
        while !isOver {
            cycle += 1
            let rests = cycle % 10 == 5
            let price = rests ? contract.resting : contract.marketable
            let leg = Alerts.leg(contract.symbol, "BUY", contract.lot * (1 + cycle % 3), price: price)
            let id = "s\(number)-\(cycle)"
            let entry = Alerts.entry("S\(number)", id: id, exchange: "NFO", product: "M", [leg])
            let ids = try await post(entry)
            try await until(ids) { $0 == "working" && rests }
            try await leave(number, "\(id)-exit")
        }
    }

    /// Exits until the strategy holds nothing.
    private func leave(_ number: Int, _ id: String) async throws {
        for attempt in 1... {
            let ids = try await post(Alerts.exit("S\(number)", id: "\(id)-\(attempt)"))
            var orders: [JSONValue] = []
            for id in ids { orders.append(try await ended(id) { _ in false }) }
            if orders.allSatisfy({ $0["tag"]?.string == "NO_POSITION" && $0["reason_code"]?.string == "no_position" }) {
                return
            }
            if orders.allSatisfy({ $0["state"]?.string == "filled" }) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Sends an alert until it is taken: the same one is taken once.
    private func post(_ alert: JSONValue) async throws -> [String] {
        while true {
            // A kept connection may be closed just when it is used; the same alert is taken once.
            guard let answer = try? await server.post(alert) else {
                try await pause(.milliseconds(100), "the server answers")
                continue
            }
            if answer.status == 202 || answer.status == 200 {
                if answer.status == 202 { registered.withLock { $0 += answer.ids.count } }
                return answer.ids
            }
            guard answer.status == 503 else { throw SandboxFailure("an alert was answered \(answer.text)") }
            try await pause(.milliseconds(100), "an alert is taken; it was answered \(answer.text)")
        }
    }

    private func until(_ ids: [String], _ isEnough: @Sendable (String) -> Bool) async throws {
        for id in ids { _ = try await ended(id, isEnough) }
    }

    /// Asks less and less often: what most orders need is over at the first question.
    private func ended(_ id: String, _ isEnough: @Sendable (String) -> Bool) async throws -> JSONValue {
        var wait = Duration.milliseconds(30)
        while true {
            let order = (try? await server.get("/v1/orders/\(id)", bearer: Sandbox.key).json) ?? .null
            let status = order["status"]?.string ?? ""
            if status == "EXECUTED" || status == "FAILED" || isEnough(order["state"]?.string ?? "") { return order }
            try await pause(wait, "order \(id) ends; it is \(order.text)")
            wait = min(wait * 2, .milliseconds(480))
        }
    }

    private func pause(_ duration: Duration, _ wanted: @autoclosure () -> String) async throws {
        guard ContinuousClock.now < deadline else { throw SandboxFailure("did not come true in time: \(wanted())") }
        try await Task.sleep(for: duration)
    }

    // MARK: The end of the day

    private func flatten() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<plan.strategies { group.addTask { try await self.leave(number, "last-\(number)") } }
            try await group.waitForAll()
        }
        for state in ["received", "sending", "unconfirmed", "working"] {
            var open: [JSONValue] = []
            repeat {
                try await pause(.milliseconds(100), "no order is \(state); there are \(open.map(\.text))")
                open = try await server.get("/v1/orders?status=\(state)&limit=1000", bearer: Sandbox.key).orders
            } while !open.isEmpty
        }
    }
}
