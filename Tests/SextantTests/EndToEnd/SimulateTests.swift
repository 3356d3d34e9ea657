import Foundation
import JSONText
import NIOHTTP1
import Testing

@Suite struct SimulateTests {
    @Test func `a simulator with --keep goes on where kill -9 ended it`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let arguments = ["simulate", "--port", "0", "--keep", sandbox.folder + "/broker.books"]
        let order = Array(
            #"{"account":"FA00001","exch":"NSE","tsym":"ACC-EQ","qty":"5","prd":"M","trantype":"B"}"#.utf8
        )
        var ledgers: [JSONValue] = []
        for round in 0..<2 {
            let simulator = try ChildProcess(arguments, in: sandbox.folder)
            defer { simulator.kill() }
            let url = try await simulator.address()
            if round == 0 { _ = try await RunningServer.send(.POST, url + "/control/place", order) }
            let ledger = try await RunningServer.send(.GET, url + "/control/ledger").json
            ledgers.append(ledger["accounts"]?["FA00001"]?["orders"] ?? .null)
            let second = try ChildProcess(arguments, in: sandbox.folder)
            #expect(try await second.ended() == 1)
            #expect(second.errors.contains("broker.books is in use by another simulator"))
        }
        #expect(ledgers[0].elements?.count == 1)
        #expect(ledgers[0] == ledgers[1])
    }
}

extension ChildProcess {
    /// Where a simulator says that it listens.
    func address() async throws -> String {
        var address: String?
        try await eventually("the simulator listens; it said \(errors)") {
            address = output.firstMatch(of: #/listening on (http://[0-9.:]+)/#).map { String($0.1) }
            return address != nil
        }
        return address ?? ""
    }
}
