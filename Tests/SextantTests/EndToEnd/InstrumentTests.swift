import Foundation
import JSONText
import NIOHTTP1
import Testing

/// `instruments sync` as a script uses it, and a server that goes by what it brought.
@Suite(.serialized) struct InstrumentTests {
    private func sync(
        _ sandbox: Sandbox,
        _ more: String...
    ) async throws -> (status: Int32, output: String, errors: String) {
        let arguments = ["instruments", "sync", "--config", sandbox.configurationPath] + more
        let process = try ChildProcess(arguments, in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output, process.errors)
    }

    private func settings(_ server: MasterServer) -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.broker = server.configuration
        return settings
    }

    @Test func `a sync says what it brought, and a broken file changes nothing`() async throws {
        try await MasterServer.run { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            let first = try await sync(sandbox)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains(#/NFO +1 +1 +NFO_symbols.txt.zip/#), "\(first.output)")
            masters.set("NFO", MasterServer.nfo.replacing("40001,65,", with: "40001,many,"))
            let second = try await sync(sandbox)
            #expect(second.status == 1)
            #expect(second.errors.contains("NFO_symbols.txt.zip, row 3, column LotSize"), "\(second.errors)")
            #expect(second.errors.contains("stays"))
            let third = try await sync(sandbox, "--json")
            #expect(third.status == 1)
            let source = try JSONValue.parse(third.output)["sources"]?.elements?.first
            #expect(source?["ok"]?.bool == false)
            #expect(source?["problem"]?["column"]?.string == "LotSize")
            #expect(source?["problem"]?["row"]?.integer == 3)
            #expect(source?["set"]?["contracts"]?.integer == 3)
        }
    }

    @Test func `with nothing configured it brings every exchange's master from the simulator, and they are traded by`()
        async throws
    {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let simulator = try ChildProcess(["simulate", "--port", "0", "--limits", "off"], in: sandbox.folder)
        defer { simulator.kill() }
        let address = try await simulator.address()
        var settings = Sandbox.Settings()
        settings.brokerPort = address.split(separator: ":").last.flatMap { Int($0) }
        try sandbox.configure(settings)
        let answer = try await sync(sandbox, "--json")
        #expect(answer.status == 0, "\(answer.errors)")
        let files = try JSONValue.parse(answer.output)["sources"]?.elements?.first?["set"]?["files"]?.elements ?? []
        #expect(Set(files.compactMap { $0["exchange"]?.string }) == ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"])
        #expect(files.allSatisfy { $0["contracts"]?.integer ?? 0 > 0 })
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        func contract(_ exchange: String, _ underlying: String) async throws -> String {
            let query = "/control/instruments?exchange=\(exchange)&underlying=\(underlying)"
            let rows = try await RunningServer.send(.GET, address + query).json.elements ?? []
            return rows.first { $0["optt"]?.string == "XX" }?["tsym"]?.string ?? ""
        }
        let crude = try await contract("MCX", "CRUDEOIL")
        let dollar = try await contract("CDS", "USDINR")
        let wrong = [Alerts.leg(dollar, "BUY", 2, price: "90.9010"), Alerts.leg("USDINR", "BUY", 1, price: "1")]
        let refused = try await server.post(Alerts.entry("W", exchange: "CDS", product: "M", wrong))
        #expect(refused.status == 422)
        #expect(refused.text.contains("must be a multiple of the tick size 0.0025"), "\(refused.text)")
        for (strategy, exchange, leg) in [
            ("C", "MCX", Alerts.leg(crude, "BUY", 200, price: "5800")),
            ("D", "CDS", Alerts.leg(dollar, "BUY", 2, price: "92.0025")),
        ] {
            let entry = try await server.post(Alerts.entry(strategy, exchange: exchange, product: "M", [leg]))
            try await server.until(entry.ids.first ?? "", is: "filled")
        }
        let ledger = try await RunningServer.send(.GET, address + "/control/ledger").json
        let orders = ledger["accounts"]?["FA00001"]?["orders"]?.elements ?? []
        #expect(orders.count == 2)
        #expect(try await server.differences(from: orders) == [])
    }

    @Test func `without any set a failed sync says so, and usage errors exit 2`() async throws {
        try await MasterServer.run([:]) { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            let answer = try await sync(sandbox)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("HTTP 404"), "\(answer.errors)")
            #expect(answer.errors.contains("there is no set"))
            #expect(try await sync(sandbox, "--nonsense").status == 2)
            #expect(try await sync(sandbox, "--client", "NOBODY").status == 1)
        }
    }

    @Test func `a server loads the set at its start and takes in a new one by itself`() async throws {
        try await MasterServer.run { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            #expect(try await sync(sandbox).status == 0)
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            #expect(server.log.contains("contracts=3"), "\(server.log)")
            masters.set("NSE", MasterServer.nse + "NSE,2885,1,RELIANCE,RELIANCE-EQ,EQ,0.1,\n")
            #expect(try await sync(sandbox).status == 0)
            try await eventually("the new set is loaded") { server.log.contains("contracts=4") }
        }
    }

    /// lot, tick and symbol.
    @Test func `an alert is held to the masters: each wrong field is named, nothing is sent`() async throws {
        try await MasterServer.run { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            #expect(try await sync(sandbox).status == 0)
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            func check(_ alert: JSONValue, _ mentions: String...) async throws {
                let answer = try await server.post(alert)
                #expect(answer.status == 422)
                for text in mentions {
                    #expect(answer.json["message"]?.string?.contains(text) == true, "\(answer.text)")
                }
                #expect(answer.orders.first?["tag"]?.string == "VALIDATION_FAILED")
            }
            try await check(Alerts.entry("A", [Alerts.leg("ACC", "BUY")]), "did you mean ACC-EQ?")
            try await check(
                Alerts.entry("B", [Alerts.leg("ACC-EQ", "BUY", 1, price: "1800.02")]),
                "legs[0].price: must be a multiple of the tick size 0.05"
            )
            let future = [Alerts.leg("NIFTY30DEC99F", "BUY", 100, price: "25000.05")]
            let wrong = Alerts.entry("C", exchange: "NFO", product: "C", future)
            try await check(wrong, "legs[0].qty", "legs[0].price", "legs[0].product_type")
            #expect(try await sandbox.placements() == 0)
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
        }
    }

    @Test func `where a master is required and none is loaded no entry goes`() async throws {
        try await MasterServer.run { masters in
            var settings = settings(masters)
            settings.broker = masters.configuration.replacing("masters: {", with: "masters: { require_master: true,")
            try await Sandbox.trading(settings) { sandbox, server in
                let answer = try await server.post(Alerts.entry("S"))
                #expect(answer.status == 422)
                #expect(answer.json["message"]?.string?.contains("instruments sync") == true)
                #expect(try await sandbox.placements() == 0)
                #expect(try await sync(sandbox).status == 0)
                var tries = 0
                try await eventually("an entry passes once the master is loaded") {
                    tries += 1
                    return try await server.post(Alerts.entry("S\(tries)")).status == 202
                }
            }
        }
    }
}
