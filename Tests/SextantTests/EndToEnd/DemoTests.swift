import Foundation
import JSONText
import Testing

@Suite(.serialized) struct DemoTests {
    @Test func `the demo takes a two-leg alert to EXECUTED and shows all six steps of both legs`() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sextant-demo-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let demo = try ChildProcess(["demo", "--once", "--port", "0"], in: folder)
        defer { demo.kill() }
        #expect(try await demo.ended(within: 60) == 0)
        let lines = demo.output.split(separator: "\n")
        for leg in 1...2 {
            for step in ["1 register", "2 check", "3 intend", "4 send", "5 record", "6 watch"] {
                #expect(lines.contains { $0.hasPrefix("\(leg)    \(step)") })
            }
            #expect(
                lines.contains {
                    $0.hasPrefix("leg \(leg)  SELL 60 BANKNIFTY") && $0.contains("  EXECUTED  broker id 2")
                        && $0.contains(#/average \d+\.\d\d/#)
                }
            )
        }
        if let path = lines.first(where: { $0.hasPrefix("folder") })?.split(separator: " ").last {
            try? FileManager.default.removeItem(atPath: String(path))
        }
    }

    @Test(arguments: [true, false]) func `serve goes on where the demo ended, and an exit closes what it opened`(
        killed: Bool
    ) async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let demo = try ChildProcess(["demo", "--port", "0"], in: sandbox.folder)
        defer { demo.kill() }
        try await eventually("the demo has told its story; it said \(demo.output)", within: 60) {
            demo.output.contains("Ctrl-C ends the demo") || demo.exitStatus != nil
        }
        func told(_ word: String) throws -> String {
            let line = try #require(demo.output.split(separator: "\n").first { $0.hasPrefix(word) })
            return String(try #require(line.split(separator: " ").last))
        }
        let configuration = try told("config")
        let folder = try told("folder")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if killed {
            demo.kill()
        } else {
            demo.terminate()
            #expect(try await demo.ended() == 0)
        }
        let secret = try #require(
            try String(contentsOfFile: configuration, encoding: .utf8).firstMatch(of: #/secret: "([^"]+)"/#)?.1
        )

        let server = try await RunningServer.start(sandbox, configuration: configuration)
        defer { server.kill() }
        try await server.untilReady()
        let orders = try await server.orders()
        let numbers = orders.compactMap { $0["broker_order_id"]?.string }
        #expect(orders.map { $0["status"] } == ["EXECUTED", "EXECUTED"])
        #expect(numbers.count == 2 && numbers.allSatisfy { demo.output.contains($0) })

        let exit = try await server.post(
            [
                "secret_key": .string(String(secret)), "execution_type": "EXIT",
                "strategy_name": "BNF_MONTHLY_STRANGLE",
            ]
        )
        #expect(exit.ids.count == 2)
        for id in exit.ids { try await server.until(id, is: "filled") }
        let reconcile = try ChildProcess(["reconcile", "--json", "--config", configuration], in: sandbox.folder)
        #expect(try await reconcile.ended() == 0)
        #expect(try JSONValue.parse(reconcile.output)["positions"]?.elements?.isEmpty == true)
        #expect(try JSONValue.parse(reconcile.output)["unattributed"]?.elements?.isEmpty == true)
    }
}
