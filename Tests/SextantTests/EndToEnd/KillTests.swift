import JSONText
import Testing

/// `kill -9` at any moment: what was acknowledged exists, nothing is placed twice, statuses equal the broker's ledger.
@Suite(.serialized) struct KillTests {
    static let kills = 20

    @Test func `twenty kills under load lose no acknowledged alert and double none`() async throws {
        var settings = Sandbox.Settings()
        settings.placeTimeout = "500ms"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        var acknowledged: Set<String> = []
        var random = SystemRandomNumberGenerator()
        for round in 0..<Self.kills {
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            if round % 3 == 1 { try await sandbox.fault("lost_reply", ["after": 1]) }
            if round % 3 == 2 { try await sandbox.fault("delay", ["delay_ms": 50, "count": 3]) }
            let senders = Task { () -> Set<String> in
                await withTaskGroup(of: [String].self) { group in
                    for sender in 0..<8 {
                        group.addTask {
                            var ids: [String] = []
                            for number in 0..<50 {
                                let strategy = "r\(round)s\(sender)n\(number)"
                                let alert = Alerts.entry(strategy, id: strategy, [Alerts.leg("SBIN-EQ", "BUY", 1)])
                                guard let answer = try? await server.post(alert) else { break }
                                if answer.status == 202 { ids += answer.ids }
                            }
                            return ids
                        }
                    }
                    return await group.reduce(into: []) { $0.formUnion($1) }
                }
            }
            try await Task.sleep(for: .microseconds(Int.random(in: 0...120_000, using: &random)))
            server.kill()
            acknowledged.formUnion(await senders.value)
        }
        _ = try await sandbox.control("faults/clear")
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        var rows: [JSONValue] = []
        try await eventually("every order has come to its end", within: 60) {
            rows = try await server.allOrders()
            return rows.allSatisfy { ["EXECUTED", "FAILED"].contains($0["status"]?.string ?? "") }
        }
        let stored = Set(rows.compactMap { $0["command_id"]?.string })
        #expect(!acknowledged.isEmpty)
        #expect(acknowledged.subtracting(stored).isEmpty)
        #expect(try await server.differences() == [])
    }
}

extension RunningServer {
    /// As many as there are: a kill test makes fewer than a page holds.
    fileprivate func allOrders() async throws -> [JSONValue] {
        let rows = try await orders()
        guard rows.count < 1000 else { throw SandboxFailure("the test made more orders than one page holds") }
        return rows
    }
}
