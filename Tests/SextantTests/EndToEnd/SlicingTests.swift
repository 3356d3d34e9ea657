import Foundation
import JSONText
import Testing

/// Orders above the freeze quantity on the real binary.
@Suite(.serialized) struct SlicingTests {
    private struct Option {
        let symbol: String
        let lot: Int
    }

    /// An index option that an account can pay for, in a sandbox whose masters have been synced.
    private func sandbox() async throws -> (Sandbox, Option) {
        let sandbox = try await Sandbox()
        let sync = try ChildProcess(
            ["instruments", "sync", "--config", sandbox.configurationPath],
            in: sandbox.folder
        )
        #expect(try await sync.ended() == 0, "\(sync.errors)")
        let listed =
            try await sandbox.control("instruments", ["exchange": "NFO", "underlying": "NIFTY"]).elements ?? []
        let cheap = listed.first { row in
            let price = Double(row["lp"]?.scalarText ?? "") ?? 0
            return ["CE", "PE"].contains(row["optt"]?.string ?? "") && price > 20 && price < 300
        }
        let row = try #require(cheap)
        return (
            sandbox,
            Option(
                symbol: try #require(row["tsym"]?.string),
                lot: try #require(Int(row["ls"]?.scalarText ?? ""))
            )
        )
    }

    private func entry(_ option: Option, lots: Int) -> JSONValue {
        Alerts.entry("A", exchange: "NFO", product: "M", [Alerts.leg(option.symbol, "BUY", lots * option.lot)])
    }

    private func untilAllFilled(_ server: RunningServer, _ count: Int) async throws {
        var orders: [JSONValue] = []
        do {
            try await eventually("\(count) orders are filled") {
                orders = try await server.orders()
                return orders.map { $0["state"]?.string } == Array(repeating: "filled", count: count)
            }
        } catch {
            let rows = orders.map { order in
                ["quantity", "state", "reason"].map { order[$0]?.scalarText ?? "-" }.joined(separator: " ")
            }
            throw SandboxFailure("\(error): \(rows)")
        }
    }

    @Test func `an order above the freeze quantity goes in pieces, in and out`() async throws {
        let (sandbox, option) = try await sandbox()
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        let entry = try await server.post(entry(option, lots: 60))
        #expect(entry.status == 202, "\(entry.text)")
        let whole = 60 * option.lot
        let pieces = (whole + 1799) / (1800 / option.lot * option.lot)
        try await untilAllFilled(server, pieces)
        #expect(try await sandbox.net(option.symbol) == whole)
        _ = try await server.post(Alerts.exit("A"))
        try await untilAllFilled(server, 2 * pieces)
        #expect(try await sandbox.net(option.symbol) == 0)
        #expect(try await sandbox.brokerOrders().allSatisfy { $0["status"]?.string == "COMPLETE" })
        #expect(try await server.differences().isEmpty)
    }

    @Test func `after kill -9 the pieces that had not gone go, and none goes twice`() async throws {
        let (sandbox, option) = try await sandbox()
        defer { sandbox.end() }
        let first = try await RunningServer.start(sandbox)
        try await first.untilReady()
        // The broker has the first piece, and nothing says so: the others must wait.
        try await sandbox.fault("hang")
        for book in ["OrderBook", "TradeBook"] {
            try await sandbox.fault("html_502", ["endpoint": .string(book), "count": -1])
        }
        try await sandbox.control("push", ["mode": "off"])
        #expect(try await first.post(entry(option, lots: 60)).status == 202)
        try await eventually("the first piece hangs at the broker") { try await sandbox.placements() == 1 }
        first.kill()
        try await sandbox.control("faults/clear")
        try await sandbox.control("push", ["mode": "normal"])
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        let whole = 60 * option.lot
        let pieces = (whole + 1799) / (1800 / option.lot * option.lot)
        try await untilAllFilled(server, pieces)
        #expect(try await sandbox.placements() == pieces)
        #expect(try await sandbox.net(option.symbol) == whole)
        #expect(try await server.differences().isEmpty)
    }
}
