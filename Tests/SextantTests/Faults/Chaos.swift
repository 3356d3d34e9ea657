import Foundation
import JSONText
import NIOHTTP1

/// `kill -9` at random moments, under concurrent alerts and faults of the broker, as often as is asked for.
struct Chaos {
    /// What became of it: the first three are to be zero and empty.
    struct Result {
        var kills = 0
        var acknowledged = 0
        var orders = 0
        var lost: [String] = []
        var differences: [String] = []
        var seconds = 0

        var doubled: Int { differences.count { $0.contains("was placed") } }

        /// One line of the log.
        var line: String {
            "\(Date.now.formatted(.iso8601)) kills=\(kills) acknowledged=\(acknowledged) orders=\(orders) "
                + "lost=\(lost.count) doubled=\(doubled) differing=\(differences.count) seconds=\(seconds)"
        }
    }

    /// From the environment: `make chaos KILLS=n`, else what every test run affords.
    static let kills = ProcessInfo.processInfo.environment["SEXTANT_KILLS"].flatMap { Int($0) } ?? 20

    /// What the broker does to the calls of a round; nothing in every third.
    private static let faults: [(kind: String, more: [String: JSONValue])] = [
        ("lost_reply", ["after": 1]), ("delay", ["delay_ms": 50, "count": 3]),
        ("delay_before", ["delay_ms": 80, "count": 2]), ("html_502_accepted", [:]), ("server_timeout", ["after": 2]),
        ("garbage", [:]), ("cut_off", ["after": 1]), ("ok_without_number", [:]), ("hang", ["delay_ms": 3000]),
        ("refuse", ["text": "RED:Scrip blocked"]), ("session_expired", ["after": 3]),
        ("missing_rows", ["endpoint": "OrderBook", "count": 2]), ("empty", ["endpoint": "PositionBook"]),
        ("lost_reply", ["endpoint": "CancelOrder"]),
    ]

    let sandbox: Sandbox

    func run(kills: Int) async throws -> Result {
        let began = ContinuousClock.now
        var result = Result()
        var acknowledged: Set<String> = []
        for round in 0..<kills {
            acknowledged.formUnion(try await self.round(round))
            result.kills += 1
        }
        _ = try await sandbox.control("faults/clear")
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        var rows: [JSONValue] = []
        var differences: [String] = []
        do {
            try await eventually("every row is as the broker's ledger", within: 180) {
                rows = try await server.allOrders()
                differences = RunningServer.differences(of: rows, from: try await sandbox.brokerOrders())
                if !differences.isEmpty { try await Task.sleep(for: .milliseconds(500)) }
                return differences.isEmpty && rows.allSatisfy { !Self.isUnsettled($0) }
            }
        } catch let failure as SandboxFailure {
            differences.append(failure.description)
        }
        let stored = Set(rows.compactMap { $0["command_id"]?.string })
        result.acknowledged = acknowledged.count
        result.orders = rows.count
        result.lost = acknowledged.subtracting(stored).sorted()
        result.differences = differences + (try await server.selfCheck())
        result.seconds = Int((ContinuousClock.now - began).components.seconds)
        return result
    }

    private static func isUnsettled(_ row: JSONValue) -> Bool {
        ["received", "sending", "unconfirmed"].contains(row["state"]?.string ?? "")
    }

    /// One life of the server; returns what it acknowledged.
    private func round(_ round: Int) async throws -> Set<String> {
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        // Every fifth dies while it starts: in its recovery, as a rule.
        let diesEarly = round % 5 == 4
        if !diesEarly { try await server.untilReady() }
        if round % 3 != 0, let fault = Self.faults.randomElement() { try await sandbox.fault(fault.kind, fault.more) }
        let senders = Task { await self.send(to: server, round) }
        try await Task.sleep(for: .microseconds(Int.random(in: 0...(diesEarly ? 600_000 : 200_000))))
        server.kill()
        return await senders.value
    }

    private func send(to server: RunningServer, _ round: Int) async -> Set<String> {
        await withTaskGroup(of: [String].self) { group in
            for sender in 0..<8 {
                group.addTask {
                    var ids: [String] = []
                    for number in 0..<50 {
                        guard let answer = try? await self.act(server, "r\(round)s\(sender)n", number, ids.last) else {
                            break
                        }
                        if answer.status == 202 { ids += answer.ids }
                    }
                    return ids
                }
            }
            return await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    /// Entries for the most part; now and then an exit, an order that rests, and the cancel of one.
    private func act(
        _ server: RunningServer,
        _ name: String,
        _ number: Int,
        _ last: String?
    ) async throws -> RunningServer.Answer {
        let strategy = "\(name)\(number)"
        switch number % 5 {
        case 2: return try await server.post(Alerts.exit("\(name)\(number - 1)", id: strategy))
        case 3:
            let leg = Alerts.leg("ACC-EQ", "BUY", 1, price: "1700.00")
            return try await server.post(Alerts.entry(strategy, id: strategy, [leg]))
        case 4:
            guard let last else { fallthrough }
            return try await server.send(
                .POST,
                "/v1/orders/\(last)/cancel",
                headers: [("Authorization", "Bearer \(Sandbox.key)")]
            )
        default: return try await server.post(Alerts.entry(strategy, id: strategy, [Alerts.leg("SBIN-EQ", "BUY", 1)]))
        }
    }
}

extension RunningServer {
    /// Page after page, over HTTP.
    func allOrders() async throws -> [JSONValue] {
        var rows: [JSONValue] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try await get("/v1/orders?limit=1000\(more)", bearer: Sandbox.key)
            guard page.status == 200 else { throw SandboxFailure("orders: \(page.status) \(page.text)") }
            rows += page.orders
            cursor = page.json["next_cursor"]?.string
        } while cursor != nil
        return rows
    }
}
