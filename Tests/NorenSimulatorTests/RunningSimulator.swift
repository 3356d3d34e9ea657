import Crypto
import JSONText
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import NorenSimulator

/// Runs a simulator on a port of its own for the length of `body`.
func withSimulator(
    accounts: Int = 2,
    _ body: @escaping @Sendable (RunningSimulator) async throws -> Void
) async throws {
    var settings = SimulatorSettings()
    settings.accounts = accounts
    settings.limits = false
    let simulator = NorenSimulator(
        settings: settings,
        now: { noon },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let port = try await simulator.start()
    try await withThrowingTaskGroup { group in
        group.addTask { try await simulator.run() }
        let running = RunningSimulator(simulator: simulator, port: port)
        _ = await simulator.control("freeze", ["frozen": true])
        let outcome: Result<Void, any Error>
        do {
            try await body(running)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        group.cancelAll()
        try await group.waitForAll()
        try outcome.get()
    }
}

/// A client's view of a running simulator.
struct RunningSimulator: Sendable {
    let simulator: NorenSimulator
    let port: Int

    /// Logs in over HTTP and gives the token.
    func logIn(_ uid: String = "FA00001") async throws -> String {
        try #require(try await logInAnswer(uid)["susertoken"]?.string)
    }

    func logInAnswer(_ uid: String = "FA00001") async throws -> JSONValue {
        let credentials: JSONValue = [
            "uid": .string(uid), "pwd": .string(sha("Secret@1")), "factor2": "123456", "vc": .string(uid + "_U"),
            "appkey": .string(sha("\(uid)|api-secret")), "imei": "x", "source": "API", "apkversion": "1.0.0",
        ]
        let answer = try await post("/NorenWClientTP/QuickAuth", "jData=\(credentials.text)")
        return try #require(answer.json)
    }

    private func sha(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

    /// One request on a connection of its own.
    func post(
        _ path: String,
        _ body: String,
        method: HTTPMethod = .POST,
        bearer: String? = nil
    ) async throws
        -> HTTPReply
    {
        let connection = try await HTTPClientConnection.open(port: port)
        return try await connection.exchange(path, body, method: method, bearer: bearer, thenClose: true)
    }

    func call(_ endpoint: String, _ fields: JSONValue, _ token: String) async throws -> HTTPReply {
        try await post("/NorenWClientTP/\(endpoint)", "jData=\(fields.text)&jKey=\(token)")
    }

    @discardableResult
    func control(_ name: String, _ input: JSONValue = [:]) async -> JSONValue {
        await simulator.control("/control/\(name)", input)
    }

    /// The account's orders as the exchange has them.
    func orders(_ uid: String = "FA00001") async -> [JSONValue] {
        await control("ledger")["accounts"]?[uid]?["orders"]?.elements ?? []
    }

    func fault(_ kind: String, _ more: [String: JSONValue] = [:]) async {
        let answer = await control(
            "fault",
            .object([JSONMember("kind", .string(kind))] + more.map { JSONMember($0.key, $0.value) })
        )
        #expect(answer["ok"] == true)
    }
}

/// Waits for a fact; a fact that does not come within five seconds fails the test.
func eventually(_ fact: () async throws -> Bool, _ location: SourceLocation = #_sourceLocation) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
        if try await fact() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    Issue.record("the fact did not come", sourceLocation: location)
}
