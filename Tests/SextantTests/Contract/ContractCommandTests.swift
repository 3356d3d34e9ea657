import ArgumentParser
import Foundation
import JSONText
import NIOHTTP1
import Testing

@testable import sextant

/// The section on commands, read from the page and run on the real binary.
@Suite(.serialized) struct ContractCommandTests {
    static let id = "01KAX3V0Z2QJ8W5M6N7P8R9S0T"

    /// Each command as the page writes it, with words that must parse.
    static let commands: [(written: String, words: [String])] = [
        ("serve", ["serve"]),
        (
            "simulate --port 8899 --accounts 1 --seed 1 --profile 2024|2026 --limits on|off",
            ["simulate", "--port", "1", "--accounts", "2", "--seed", "3", "--profile", "2026", "--limits", "off"]
        ),
        ("demo [--port 8080] [--once]", ["demo", "--port", "1", "--once"]),
        ("orders [--status S] [--strategy S]", ["orders", "--status", "FAILED", "--strategy", "S"]),
        ("order ID [--why]", ["order", id, "--why"]), ("cancel ID", ["cancel", id]), ("exit", ["exit", "S"]),
        ("halt", ["halt"]), ("resume", ["resume"]), ("reconcile", ["reconcile"]), ("selfcheck", ["selfcheck"]),
        ("backup FILE", ["backup", "x"]), ("instruments sync", ["instruments", "sync"]),
        ("login CLIENT [--code C]", ["login", "FA00001", "--code", "c"]), ("bench", ["bench"]),
    ]

    func run(_ sandbox: Sandbox, _ words: [String]) async throws -> (status: Int32, output: String, errors: String) {
        let process = try ChildProcess(words + ["--config", sandbox.configurationPath], in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output, process.errors)
    }

    @Test func `every command of the page exists with its options, and takes the common ones`() throws {
        let written = Set(ContractPage.code(in: try ContractPage().section("Commands")))
        for command in Self.commands {
            #expect(written.contains(command.written), "\(command.written)")
            let common = ["--config", "x", "--client", "y", "--json"]
            #expect(throws: Never.self, "\(command.words)") { try Sextant.parseAsRoot(command.words + common) }
        }
    }

    @Test func `what is left out has the defaults of the page`() throws {
        let simulate = try #require(try Sextant.parseAsRoot(["simulate"]) as? Simulate)
        #expect(simulate.port == 8899 && simulate.accounts == 1 && simulate.seed == 1)
        #expect(simulate.profile == .y2024 && simulate.limits == .on)
        let demo = try #require(try Sextant.parseAsRoot(["demo"]) as? Demo)
        #expect(demo.port == 8080 && !demo.once)
        let orders = try #require(try Sextant.parseAsRoot(["orders"]) as? Orders)
        #expect(orders.limit == 100 && orders.status == nil && orders.strategy == nil)
    }

    @Test func `simulate says first where it listens, and ends with 0 on SIGTERM`() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let process = try ChildProcess(["simulate", "--port", "0"], in: folder)
        defer { process.kill() }
        try await eventually("the simulator listens") { process.output.contains("\n") }
        #expect(process.output.wholeMatch(of: #/simulator listening on http:\/\/127\.0\.0\.1:[0-9]+\n/#) != nil)
        process.terminate()
        #expect(try await process.ended(within: 60) == 0)
    }

    @Test func `exit codes are 0 done, 1 refused or found wrong, 2 usage`() async throws {
        try await Sandbox.trading { sandbox, _ in
            let expected: [([String], Int32)] = [
                (["orders"], 0), (["selfcheck"], 0), (["reconcile"], 0), (["halt"], 0), (["resume"], 0),
                (["--help"], 0),
                (["order", Self.id], 1), (["cancel", Self.id], 1), (["exit", "S"], 1), (["exit", "S", "--json"], 1),
                (["halt", "--scope", "global"], 1), (["orders", "--client", "NOBODY"], 1),
                (["backup", "/nonexistent/folder/x"], 1), (["order", "x"], 2), (["cancel", "x"], 2), (["backup"], 2),
                (["exit"], 2), (["exit", "S", "--quantity", "1"], 2), (["halt", "--scope", "all"], 2),
                (["halt", "--scope", "strategy"], 2), (["orders", "--limit", "1001"], 2), (["nonsense"], 2),
                (["orders", "extra"], 2), (["serve", "--port", "1"], 2), (["simulate", "--profile", "2025"], 2),
            ]
            for (words, status) in expected {
                let found = try await run(sandbox, words)
                #expect(found.status == status, "\(words): \(found.errors)")
                if status != 0 {
                    #expect(!found.errors.isEmpty || words.contains("--json"), "\(words)")
                    #expect(!found.errors.contains("Error Domain") && !found.errors.contains("Fatal"), "\(words)")
                }
            }
        }
    }

    @Test func `with --json a command prints exactly the body that HTTP answers`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            let id = entry.ids.first ?? ""
            try await server.until(id, is: "filled")
            _ = try await server.post(Alerts.exit("NOBODY", [["tradingsymbol": "ACC-EQ"]]))
            for (words, path) in [
                (["orders"], "/v1/orders"), (["orders", "--status", "FAILED"], "/v1/orders?status=FAILED"),
                (["orders", "--limit", "1"], "/v1/orders?limit=1"), (["order", id], "/v1/orders/\(id)"),
                (["order", Self.id], "/v1/orders/\(Self.id)"),
            ] {
                let body = try await server.get(path, bearer: Sandbox.key).text
                #expect(try await run(sandbox, words + ["--json"]).output == body + "\n", "\(words)")
            }
            let posts: [([String], String, String)] = [
                (["halt", "--reason", "x"], "/v1/halt", #"{"scope":"client","reason":"x"}"#),
                (["resume"], "/v1/resume", #"{"scope":"client"}"#),
                (["cancel", id], "/v1/orders/\(id)/cancel", ""),
                (["cancel", Self.id], "/v1/orders/\(Self.id)/cancel", ""),
                (["halt", "--scope", "global"], "/v1/halt", #"{"scope":"global"}"#),
            ]
            for (words, path, body) in posts {
                let answer = try await server.send(.POST, path, Array(body.utf8), headers: [NativeAPITests.bearer])
                #expect(try await run(sandbox, words + ["--json"]).output == answer.text + "\n", "\(words)")
            }
            let held = try JSONValue.parse(try await run(sandbox, ["reconcile", "--json"]).output)
            let positions = try await server.get("/v1/positions", bearer: Sandbox.key).json
            #expect(held["positions"] == positions["positions"])
            #expect(held.members?.map(\.name) == positions.members?.map(\.name))
        }
    }

    @Test func `the run file tells pid and URL, to its owner alone, while the server runs`() async throws {
        try await Sandbox.trading { sandbox, server in
            let path = sandbox.folder + "/sextant.db.run"
            let run = try JSONValue.parse(try String(contentsOfFile: path, encoding: .utf8))
            #expect(run.members?.map(\.name) == ["pid", "url"])
            #expect(run["url"]?.string == server.url)
            #expect(run["pid"]?.integer == server.processIdentifier)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
            #expect(try await server.terminate() == 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
