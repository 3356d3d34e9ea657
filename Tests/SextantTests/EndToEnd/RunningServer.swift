import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1

/// One run of the binary under test.
final class RunningServer: Sendable {
    let sandbox: Sandbox
    let port: Int
    let configurationPath: String
    private let process: ChildProcess

    var url: String { "http://127.0.0.1:\(port)" }
    var processIdentifier: Int { process.processIdentifier }
    /// What it wrote to standard output so far.
    var output: String { process.output }
    /// What it wrote to standard error so far.
    var log: String { process.errors }

    private init(_ sandbox: Sandbox, _ configurationPath: String, _ process: ChildProcess, _ port: Int) {
        self.sandbox = sandbox
        self.configurationPath = configurationPath
        self.process = process
        self.port = port
    }

    /// Starts `serve` and waits for the line that says where it listens.
    static func start(
        _ sandbox: Sandbox,
        configuration: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> RunningServer {
        let path = configuration ?? sandbox.configurationPath
        let process = try ChildProcess(["serve", "--config", path], in: sandbox.folder, environment: environment)
        var port: Int?
        do {
            try await eventually("serve listens") {
                if let status = process.exitStatus {
                    throw SandboxFailure("serve ended with \(status): \(process.errors)")
                }
                let line = process.output.split(separator: "\n").first { $0.hasPrefix("sextant listening on http://") }
                port = line.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
                return port != nil
            }
        } catch {
            process.kill()
            throw error
        }
        return RunningServer(sandbox, path, process, port ?? 0)
    }

    /// Starts one that is to die by itself; nil when it has done so before it listened.
    static func startDoomed(_ sandbox: Sandbox, environment: [String: String]) async throws -> RunningServer? {
        do {
            return try await start(sandbox, environment: environment)
        } catch let failure as SandboxFailure where failure.description.contains("serve ended with 9") {
            return nil
        }
    }

    var hasEnded: Bool { process.exitStatus != nil }

    /// SIGTERM, without waiting for what comes of it.
    func askToEnd() { process.terminate() }

    func untilReady() async throws {
        try await eventually("the server is ready; log: \(log.suffix(2000))") {
            try await get("/health/ready").status == 200
        }
    }

    /// `kill -9`.
    func kill() { process.kill() }

    /// SIGTERM; the exit status once it has ended.
    func terminate() async throws -> Int32 {
        process.terminate()
        try await eventually("the server ends after SIGTERM", within: 60) { process.exitStatus != nil }
        return process.exitStatus ?? -1
    }

    // MARK: HTTP

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let text: String

        var json: JSONValue { (try? JSONValue.parse(text)) ?? .null }
        var word: String? { json["status"]?.string }
        var orders: [JSONValue] { json["orders"]?.elements ?? [] }
        var ids: [String] { orders.compactMap { $0["command_id"]?.string } }
    }

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [UInt8]? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer { try await Self.send(method, url + path, body, headers: headers) }

    static func send(
        _ method: HTTPMethod,
        _ url: String,
        _ body: [UInt8]? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await answer(to: request)
        let bytes = try await response.body.collect(upTo: 1 << 26)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    /// A kept connection may be closed just when it is used; what only reads is asked once more, as any client does.
    private static func answer(to request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: .seconds(60))
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && request.method == .GET {
            return try await client.execute(request, timeout: .seconds(60))
        }
    }

    /// A browser's visit to another address.
    static func browse(_ url: String, expecting status: UInt) async throws {
        let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
        guard response.status.code == status else {
            throw SandboxFailure("\(url) answered \(response.status.code), not \(status)")
        }
    }

    func get(_ path: String, bearer: String? = nil) async throws -> Answer {
        try await send(.GET, path, headers: bearer.map { [("Authorization", "Bearer \($0)")] } ?? [])
    }

    func post(_ alert: JSONValue, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.POST, "/webhook/FA00001", alert.utf8, headers: headers)
    }

    // MARK: What is stored, as the command line shows it

    func orders() async throws -> [JSONValue] {
        let child = try ChildProcess(
            ["orders", "--json", "--limit", "1000", "--config", configurationPath],
            in: sandbox.folder
        )
        try await eventually("`sextant orders` ends") { child.exitStatus != nil }
        guard child.exitStatus == 0 else { throw SandboxFailure("orders: \(child.errors)") }
        return try JSONValue.parse(child.output)["orders"]?.elements ?? []
    }

    func order(_ id: String) async throws -> JSONValue {
        let child = try ChildProcess(
            ["order", id, "--json", "--config", configurationPath],
            in: sandbox.folder
        )
        try await eventually("`sextant order` ends") { child.exitStatus != nil }
        guard child.exitStatus == 0 else { throw SandboxFailure("order: \(child.errors)") }
        return try JSONValue.parse(child.output)
    }

    /// One order as the running server shows it: cheaper than asking the command line.
    func shown(_ id: String) async throws -> JSONValue {
        try await get("/v1/orders/\(id)", bearer: Sandbox.key).json
    }

    /// Waits until the server shows an order in `state`.
    @discardableResult
    func shows(_ id: String, in state: String, within seconds: Double = 60) async throws -> JSONValue {
        var last = JSONValue.null
        do {
            try await eventually("order \(id) is shown \(state)", within: seconds) {
                last = try await shown(id)
                return last["state"]?.string == state
            }
        } catch {
            throw SandboxFailure("\(error); it is \(last.text)")
        }
        return last
    }

    /// How many notifications of a kind it has logged.
    func told(_ kind: String) -> Int { log.split(separator: "\n").count { $0.contains("kind=\(kind)") } }

    /// Waits until an order is in `state`.
    @discardableResult
    func until(_ id: String, is state: String, within seconds: Double = 60) async throws -> JSONValue {
        var last = JSONValue.null
        try await eventually("order \(id) is \(state)", within: seconds) {
            last = try await order(id)
            return last["state"]?.string == state
        }
        return last
    }
}

/// The binary under test as a child process, its output in files.
final class ChildProcess: @unchecked Sendable {  // a Process is only asked for its pid and status after it was started
    private let process = Process()
    private let outputPath: String
    private let errorPath: String

    /// The debug build beside the tests, unless another build is named.
    static let binary: String = {
        if let named = ProcessInfo.processInfo.environment["SEXTANT_BINARY"] { return named }
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("sextant").path
    }()

    init(
        _ arguments: [String],
        in folder: String,
        environment: [String: String] = [:],
        executable: String = ChildProcess.binary
    ) throws {
        let name = folder + "/run-\(UUID().uuidString.prefix(8))"
        outputPath = name + ".out"
        errorPath = name + ".err"
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errorPath))
        try process.run()
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }
    var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }

    var processIdentifier: Int { Int(process.processIdentifier) }

    func terminate() { process.terminate() }

    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end.
    func ended(within seconds: Double = 60) async throws -> Int32 {
        try await eventually("the command ends", within: seconds) { exitStatus != nil }
        return exitStatus ?? -1
    }
}
