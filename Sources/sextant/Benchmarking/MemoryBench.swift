import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Resident memory of `serve`, as a process of its own, once it is ready against a simulated broker and has nothing to do;
/// and of an engine with its store in a process of their own, once a million orders have gone through.
struct MemoryBench {
    let bench: Workbench

    private static let limit = 60
    private static let limitAfter = 250
    private static let count = 1_000_000
    private static let kernelCommand = "--memory-kernel"

    func run() async throws {
        try await idle()
        try afterMany()
    }

    private func idle() async throws {
        let simulator = try ChildProcess(
            sextant: ["simulate", "--port", "0"],
            errorsTo: bench.folder + "/simulate.log"
        )
        defer { simulator.stop() }
        let broker = try address(in: simulator.line())
        let path = bench.folder + "/serve.yaml"
        let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        _ = FileManager.default.createFile(
            atPath: path,
            contents: Data(configuration(broker).utf8),
            attributes: mode
        )
        let server = try ChildProcess(sextant: ["serve", "--config", path], errorsTo: bench.folder + "/serve.log")
        defer { server.stop() }
        try await waitUntilReady(address(in: server.line()))
        try await Task.sleep(for: .seconds(2))
        let memory = try Double(server.residentMemory()) / 1_048_576
        bench.report(
            .memory,
            "serve, ready and idle",
            "\((memory * 10).rounded() / 10) MB resident",
            Limit("under \(Self.limit) MB", met: memory < Double(Self.limit))
        )
    }

    private func afterMany() throws {
        let process = try ChildProcess(
            sextant: [Self.kernelCommand, bench.folder + "/memory.db", String(Self.count)],
            errorsTo: bench.folder + "/memory.log"
        )
        defer { process.stop() }
        let rate = try process.line()
        let memory = try Double(process.residentMemory()) / 1_048_576
        let most = try Double(process.residentMemory(.most)) / 1_048_576
        bench.report(
            .memory,
            "after \(Self.count.grouped) orders",
            "\(Int(memory.rounded())) MB resident, at most \(Int(most.rounded())) MB on the way; \(rate)",
            Limit("under \(Self.limitAfter) MB", met: memory < Double(Self.limitAfter))
        )
    }

    /// Takes orders through their life in this process, if it was started for that, and stays to be measured.
    static func runsKernel(_ arguments: [String]) async throws -> Bool {
        guard arguments.count == 4, arguments[1] == kernelCommand, let count = Int(arguments[3]) else { return false }
        let began = ContinuousClock.now
        let benched = try await BenchedEngine.start(
            storeAt: arguments[2],
            broker: InstantBroker(keepsRows: false),
            readsPositions: .seconds(5)
        )
        try await benched.alternate(count, senders: 256)
        let rate = Double(benched.broker.placed) / (ContinuousClock.now - began).inSeconds
        print("\(Int(rate).grouped) orders/s")
        fflush(nil)
        try await Task.sleep(for: .seconds(600))
        try await benched.stop()
        return true
    }

    private func address(in line: String) throws -> String {
        guard let range = line.firstRange(of: "http://") else { throw CommandFailure("expected an address: \(line)") }
        return String(line[range.upperBound...])
    }

    private func waitUntilReady(_ address: String) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let request = HTTPClientRequest(url: "http://\(address)/health/ready")
            if let answer = try? await HTTPClient.shared.execute(request, timeout: .seconds(2)), answer.status == .ok {
                return
            }
            guard ContinuousClock.now < deadline else {
                let log = (try? String(contentsOfFile: bench.folder + "/serve.log", encoding: .utf8)) ?? ""
                throw CommandFailure("serve did not get ready in 20 s:\n\(log)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func configuration(_ broker: String) -> String {
        """
        server:  { host: 127.0.0.1, port: 0 }
        store:   { sqlite: serve.db }
        clients:
          - id: FA00001
            mode: live
            webhook: { secret: bench-webhook-secret }
            api:     { key: bench-api-key }
            broker:
              noren:
                rest: http://\(broker)/NorenWClientTP/
                websocket: ws://\(broker)/NorenWSTP/
                auth:
                  quickauth: { user: FA00001, vendor_code: FA00001_U, password: Secret@1, api_secret: api-secret, factor2: "123456" }
            risk:    { base_max_loss: 500000 }

        """
    }
}
