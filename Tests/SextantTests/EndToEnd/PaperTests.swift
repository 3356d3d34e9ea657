import Foundation
import JSONText
import NIOHTTP1
import Testing

/// `mode: paper` on the real binary: a broker of its own that outlives the process, and nothing that leaves it.
@Suite(.serialized) struct PaperTests {
    @Test func `kill -9 loses nothing on paper: orders, positions and the broker's books go on as they were`()
        async throws
    {
        try await Sandbox.onPaper { sandbox, server in
            let entry = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10)]))
            let resting = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "730.00")]))
            try await server.until(entry.ids.first ?? "", is: "filled")
            try await server.until(resting.ids.first ?? "", is: "working")
            let before = try await server.orders()
            let ledger = try await sandbox.paperOrders()
            #expect(try await server.differences(from: ledger) == [])
            server.kill()

            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            #expect(try await next.orders() == before)
            #expect(try await sandbox.paperOrders() == ledger)
            #expect(try await next.held() == ["S ACC-EQ 10"])

            let exit = try await next.post(Alerts.exit("S"))
            try await next.until(exit.ids.first ?? "", is: "filled")
            try await next.cancel(resting.ids.first ?? "")
            try await next.until(resting.ids.first ?? "", is: "cancelled")
            #expect(try await next.held() == [])
            #expect(try await next.differences(from: sandbox.paperOrders()) == [])
            #expect(try await next.terminate() == 0)
            let nets = try await sandbox.paperAccount()["positions"]?.elements?.map { $0["netqty"] }
            #expect(nets == [0])
        }
    }

    @Test func `kills under load lose no acknowledged alert on paper and double none`() async throws {
        let sandbox = try await Sandbox(.paper)
        defer { sandbox.end() }
        var acknowledged: Set<String> = []
        var random = SystemRandomNumberGenerator()
        for round in 0..<4 {
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            let senders = Task { () -> Set<String> in
                await withTaskGroup(of: [String].self) { group in
                    for number in 0..<6 {
                        group.addTask {
                            let name = "r\(round)n\(number)"
                            let alert = Alerts.entry(name, id: name, [Alerts.leg("SBIN-EQ", "BUY", 1)])
                            guard let answer = try? await server.post(alert), answer.status == 202 else { return [] }
                            return answer.ids
                        }
                    }
                    return await group.reduce(into: []) { $0.formUnion($1) }
                }
            }
            try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
            server.kill()
            acknowledged.formUnion(await senders.value)
        }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        var rows: [JSONValue] = []
        try await eventually("every order has come to its end", within: 60) {
            rows = try await server.orders()
            return rows.allSatisfy { ["EXECUTED", "FAILED"].contains($0["status"]?.string ?? "") }
        }
        #expect(!acknowledged.isEmpty)
        #expect(acknowledged.isSubset(of: Set(rows.compactMap { $0["command_id"]?.string })))
        #expect(try await server.differences(from: sandbox.paperOrders()) == [])
    }

    @Test func `a paper client's broker block is never connected: trading, restarting, or with the configuration lost`()
        async throws
    {
        let doorbell = try await Doorbell()
        defer { doorbell.end() }
        var settings = Sandbox.Settings.paper
        settings.brokerPort = doorbell.port
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        for round in 0..<2 {
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            let entry = try await server.post(Alerts.entry("S\(round)", product: "C"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            if round == 1 {
                try FileManager.default.removeItem(atPath: sandbox.configurationPath)
                let exit = try await server.post(Alerts.exit("S1"))
                #expect(exit.status == 202)
                try await eventually("the exit is in the paper broker's books") {
                    try await sandbox.paperOrders().count == 3
                }
            }
        }
        let lost = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
        #expect(try await lost.ended() == 1)
        settings.mode = "live"  // a configuration rebuilt by guess
        try sandbox.configure(settings)
        let guessed = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
        #expect(try await guessed.ended() == 1)
        #expect(doorbell.rings == 0)

        settings.store = "other.db"  // the bell does ring for a client that is live
        try sandbox.configure(settings)
        let live = try await RunningServer.start(sandbox)
        defer { live.kill() }
        try await eventually("the live broker is called") { doorbell.rings > 0 }
    }

    @Test func `a paper client beside a real broker makes no login and no call there`() async throws {
        try await Sandbox.onPaper { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            #expect(try await sandbox.account()["logins"] == 0)
            #expect(try await sandbox.account()["calls"] == .object([]))
            #expect(try await sandbox.brokerOrders().isEmpty)
        }
    }

    @Test(arguments: [("live", "paper"), ("paper", "live")])
    func `a store keeps its mode, and the other one is refused in one line before anything starts`(
        first: String,
        second: String
    ) async throws {
        var settings = Sandbox.Settings.paper
        settings.mode = first
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        let entry = try await server.post(Alerts.entry("S"))
        try await server.until(entry.ids.first ?? "", is: "filled")
        let logins = try await sandbox.account()["logins"]

        settings.mode = second
        try sandbox.configure(settings)
        for isStandby in [true, false] {
            let refused = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
            defer { refused.kill() }
            #expect(try await refused.ended() == 1)
            #expect(refused.output.isEmpty)
            let lines = refused.errors.split(separator: "\n").filter { $0.hasPrefix("sextant: ") }
            #expect(lines.count == 1)
            for word in ["sextant.db", "FA00001", "mode: \(first)", second, "store.sqlite"] {
                #expect(refused.errors.contains(word))
            }
            if isStandby { #expect(try await server.terminate() == 0) }
        }
        #expect(try await sandbox.account()["logins"] == logins)
        // What only reads does not mind.
        #expect(try await server.orders().count == 1)
        #expect(
            try await server.differences(from: first == "live" ? sandbox.brokerOrders() : sandbox.paperOrders()) == []
        )
    }

    @Test func `a standby leaves the paper books alone and takes them over with the store`() async throws {
        try await Sandbox.onPaper { sandbox, server in
            let standby = try await RunningServer.start(sandbox)
            defer { standby.kill() }
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            #expect(try await standby.get("/health/ready").status == 503)
            server.kill()
            try await standby.untilReady()
            #expect(try await standby.held() == ["S ACC-EQ 10"])
            let exit = try await standby.post(Alerts.exit("S"))
            try await standby.until(exit.ids.first ?? "", is: "filled")
            #expect(try await standby.terminate() == 0)
        }
    }

    @Test func `books that are gone or damaged are said to be, and nothing starts without them`() async throws {
        try await Sandbox.onPaper { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            #expect(try await server.terminate() == 0)
            func refusal() async throws -> String {
                let process = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
                defer { process.kill() }
                #expect(try await process.ended() == 1)
                return process.errors
            }
            let books = try Data(contentsOf: URL(fileURLWithPath: sandbox.paperBooks))
            try FileManager.default.removeItem(atPath: sandbox.paperBooks)
            let gone = try await refusal()
            #expect(gone.contains("sextant.db.paper-FA00001 is gone"))
            try (books.prefix(60) + Data("\nnonsense\n".utf8)).write(to: URL(fileURLWithPath: sandbox.paperBooks))
            let damaged = try await refusal()
            #expect(damaged.contains("sextant.db.paper-FA00001") && damaged.contains("sextant: "))
            try books.write(to: URL(fileURLWithPath: sandbox.paperBooks))
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
        }
    }
}

extension RunningServer {
    /// `STRATEGY SYMBOL QUANTITY` of everything held; what nobody owns is a failure.
    fileprivate func held() async throws -> [String] {
        let answer = try await get("/v1/positions", bearer: Sandbox.key).json
        guard answer["unattributed"]?.elements?.isEmpty == true else {
            throw SandboxFailure("positions that nobody owns: \(answer.text)")
        }
        return (answer["positions"]?.elements ?? []).map { row in
            ["strategy", "symbol", "quantity"].map { row[$0]?.scalarText ?? "-" }.joined(separator: " ")
        }
    }

    fileprivate func cancel(_ id: String) async throws {
        let answer = try await send(
            .POST,
            "/v1/orders/\(id)/cancel",
            headers: [("Authorization", "Bearer \(Sandbox.key)")]
        )
        guard answer.status == 202 else { throw SandboxFailure("cancel: \(answer.text)") }
    }
}
