import Foundation
import JSONText
import NIOHTTP1

/// `sextant simulate` as a process of its own: what it counts and holds does not depend on the tests' own pace.
final class BrokerProcess: Sendable {
    private let process: ChildProcess
    let address: String

    private init(_ process: ChildProcess, _ address: String) {
        self.process = process
        self.address = address
    }

    static func start(_ arguments: [String], in folder: String) async throws -> BrokerProcess {
        let process = try ChildProcess(["simulate", "--port", "0"] + arguments, in: folder)
        do {
            return BrokerProcess(process, try await process.address())
        } catch {
            process.kill()
            throw error
        }
    }

    var port: Int { address.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    func kill() { process.kill() }

    @discardableResult
    func control(_ path: String, _ body: JSONValue = .object([])) async throws -> JSONValue {
        let answer = try await RunningServer.send(.POST, "\(address)/control/\(path)", body.utf8)
        guard answer.status == 200 else { throw SandboxFailure("control \(path): \(answer.text)") }
        return answer.json
    }

    func account() async throws -> JSONValue { try await control("ledger")["accounts"]?["FA00001"] ?? .null }
}
