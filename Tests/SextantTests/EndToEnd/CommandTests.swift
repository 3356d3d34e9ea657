import Foundation
import GRDB
import JSONText
import Testing

/// The commands as scripts use them: output, exit codes, and what needs a server.
@Suite(.serialized) struct CommandTests {
    func run(_ sandbox: Sandbox, _ arguments: [String]) async throws -> (status: Int32, output: String, errors: String)
    {
        let process = try ChildProcess(arguments + ["--config", sandbox.configurationPath], in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output, process.errors)
    }

    @Test func `exit, reconcile, backup, halt and resume go through the running server`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            let held = try await run(sandbox, ["reconcile", "--json"])
            #expect(held.status == 0)
            #expect(try JSONValue.parse(held.output)["positions"]?.elements?.count == 1)
            let copy = sandbox.folder + "/copy.db"
            #expect(try await run(sandbox, ["backup", copy]).status == 0)
            #expect(try await run(sandbox, ["backup", copy]).status == 1)
            #expect(try await run(sandbox, ["halt", "--reason", "test"]).status == 0)
            #expect(try await server.post(Alerts.entry("T")).orders.first?["tag"]?.string == "TRADING_HALTED")
            #expect(try await run(sandbox, ["exit", "S"]).status == 0)
            try await eventually("the exit is filled") { try await sandbox.net("ACC-EQ") == 0 }
            #expect(try await run(sandbox, ["exit", "S"]).status == 1)
            #expect(try await run(sandbox, ["resume"]).status == 0)
            #expect(try await server.post(Alerts.entry("T", [Alerts.leg("ACC-EQ", "BUY", 11)])).word == "accepted")
            try await eventually("the store is as the broker's ledger") { try await server.differences() == [] }
        }
    }

    @Test func `what is held outside Sextant is shown as nobody's, and reconcile says so by its code`() async throws {
        try await Sandbox.trading { sandbox, _ in
            _ = try await sandbox.control(
                "place",
                [
                    "account": "FA00001", "exch": "NSE", "tsym": "SBIN-EQ", "qty": "5", "prc": "0", "prd": "I",
                    "trantype": "B", "prctyp": "MKT", "ret": "DAY",
                ]
            )
            let answer = try await run(sandbox, ["reconcile", "--json"])
            let external = try JSONValue.parse(answer.output)["positions"]?.elements?.first
            #expect(external?["strategy"]?.string == "external")
            #expect(external?["quantity"]?.integer == 5)
        }
    }

    @Test func `without a server halt writes durably itself, the others say what to start`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        for command in [["exit", "S"], ["reconcile"], ["backup", sandbox.folder + "/copy.db"], ["resume"]] {
            let answer = try await run(sandbox, command)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("sextant serve"))
        }
        #expect(try await run(sandbox, ["halt"]).status == 0)
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        #expect(try await server.post(Alerts.entry()).orders.first?["tag"]?.string == "TRADING_HALTED")
    }

    @Test func `a halt is written durably when the server died and left its run file`() async throws {
        try await Sandbox.trading { sandbox, server in
            server.kill()
            let stale = #"{"pid":\#(ProcessInfo.processInfo.processIdentifier),"url":"http://127.0.0.1:9"}"#
            try Data(stale.utf8).write(to: URL(fileURLWithPath: sandbox.folder + "/sextant.db.run"))
            #expect(try await run(sandbox, ["halt"]).status == 0)
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            #expect(try await next.post(Alerts.entry()).orders.first?["tag"]?.string == "TRADING_HALTED")
        }
    }

    @Test(arguments: [
        ["orders", "--status", "NONE"], ["order", "x"], ["nonsense"], ["orders", "--limit", "0"], ["cancel"],
    ])
    func `wrong usage exits with 2`(arguments: [String]) async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let process = try ChildProcess(arguments, in: sandbox.folder)
        #expect(try await process.ended() == 2)
        #expect(process.output.isEmpty && !process.errors.isEmpty)
    }

    @Test func `selfcheck fails and names the row when the store was tampered with`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        try await server.untilReady()
        let entry = try await server.post(Alerts.entry("S"))
        try await server.until(entry.ids.first ?? "", is: "filled")
        #expect(try await server.terminate() == 0)
        #expect(try await run(sandbox, ["selfcheck"]).status == 0)
        let database = try DatabaseQueue(path: sandbox.folder + "/sextant.db")
        try await database.write { db in try db.execute(sql: "UPDATE orders SET filled_quantity = 9") }
        try database.close()
        let answer = try await run(sandbox, ["selfcheck"])
        #expect(answer.status == 1)
        #expect(answer.output.contains("filled_quantity"))
        #expect(answer.output.contains(entry.ids.first ?? "?"))
    }
}
