import AsyncHTTPClient
import BotAPIServer
import Foundation
import JSONText
import Logging
import NIOCore
import NIOHTTP1
import NIOCore
import NIOPosix
import NorenSimulator
import Testing

/// The real `sextant serve` as a process of its own, against a simulated broker, in a folder of its own.
///
/// The market stands still and limits are off unless a test says otherwise; times are short so that tests need not wait.
final class Sandbox: Sendable {
    struct Settings: Sendable {
        var pollInterval = "100ms"
        var positionsInterval = "200ms"
        var idleInterval = "500ms"
        var absenceAfter = "1s"
        var placeTimeout = "2s"
        var maxLoss = "500000"
        var limits = "orders_per_second: 500, calls_per_second: 1000, calls_per_minute: 30000"
        var legs = "together"
        /// Where the broker is; the sandbox's own simulator if nil.
        var brokerPort: Int?
        var password = "Secret@1"
        var port = 0
        /// Further lines of the broker's section, each ending its line.
        var broker = ""
        /// Clients beside the first, each with an account of its own at the broker.
        var others: [Neighbour] = []
        var adminKey: String?
        var mode = "live"
        /// The current generation of the wire: a person logs in.
        var oauth = false
        var store = "sextant.db"
        /// Further keys of the risk section, after a comma.
        var risk = ""
        /// Where the Bot API is, which then tells chat 42 of the first client, 43 of the next, …
        var telegram: String?

        /// On paper, where the broker's own limits hold.
        static var paper: Settings {
            var settings = Settings()
            settings.mode = "paper"
            settings.pollInterval = "500ms"
            settings.limits = "orders_per_second: 10"
            return settings
        }
    }

    /// Another client of the same server.
    struct Neighbour: Sendable {
        var id: String
        var secret: String
        var key: String
    }

    static let secret = "webhook-secret-of-the-test"
    static let key = "api-key-of-the-test"

    let folder: String
    let simulator: NorenSimulator
    let brokerPort: Int
    /// Where a browser would be sent back to.
    let redirectPort: Int
    private let market: Task<Void, any Error>

    init(_ settings: Settings = Settings()) async throws {
        folder = FileManager.default.temporaryDirectory.path + "/sextant-test-\(UUID().uuidString.prefix(12))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var simulation = SimulatorSettings()
        simulation.limits = false
        simulation.accounts = 1 + settings.others.count
        let simulator = NorenSimulator(
            settings: simulation,
            now: { Int64(Date().timeIntervalSince1970 * 1_000_000) },
            logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }
        )
        self.simulator = simulator
        brokerPort = try await simulator.start()
        redirectPort = try await Self.freePort()
        market = Task { try await simulator.run() }
        _ = await simulator.control("/control/freeze", ["frozen": true])
        try configure(settings)
    }

    /// Writes the configuration anew; the next `serve` goes by it.
    func configure(_ settings: Settings) throws {
        let broker = "http://127.0.0.1:\(settings.brokerPort ?? brokerPort)"
        let admin = settings.adminKey.map { ", admin_key: \($0)" } ?? ""
        let own = Neighbour(id: "FA00001", secret: Self.secret, key: Self.key)
        let clients = ([own] + settings.others).enumerated().map { number, one in
            let chats = settings.telegram == nil ? "" : "        telegram: { chats: [{ id: \(42 + number) }] }\n"
            return client(one, settings, broker) + chats
        }.joined()
        let telegram =
            settings.telegram.map { "telegram: { bot_key: \"\(BotAPIServer.key)\", address: \"\($0)\" }\n" } ?? ""
        let text = """
            server:  { host: 127.0.0.1, port: \(settings.port)\(admin) }
            store:   { sqlite: \(settings.store) }
            clients:

            """
        try Data((text + clients + telegram).utf8).write(to: URL(fileURLWithPath: configurationPath))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: configurationPath)
    }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    private func authentication(_ client: Neighbour, _ settings: Settings, _ broker: String) -> String {
        guard settings.oauth else {
            return "quickauth: { user: \(client.id), vendor_code: \(client.id)_U, "
                + "password: \"\(settings.password)\", api_secret: api-secret, factor2: \"123456\" }"
        }
        return "oauth: { user: \(client.id), client_id: \(client.id)_U, secret: api-secret, "
            + "authorize_url: \"\(broker)/authorize\", redirect: \"http://127.0.0.1:\(redirectPort)/back\" }"
    }

    private func client(_ client: Neighbour, _ settings: Settings, _ broker: String) -> String {
        let generation = settings.oauth ? "API" : "TP"
        return """
                  - id: \(client.id)
                    mode: \(settings.mode)
                    webhook: { secret: "\(client.secret)", repeat_window: 20s }
                    api:     { key: "\(client.key)" }
                    broker:
                      noren:
                        rest: \(broker)/NorenWClient\(generation)/
                        websocket: \(broker.replacing("http", with: "ws"))/NorenWS\(generation)/
                        auth: { \(authentication(client, settings, broker)) }
                        limits: { \(settings.limits), place_timeout: \(settings.placeTimeout) }
                        \(settings.broker)
                    watch: { poll_interval: \(settings.pollInterval), positions_interval: \(settings.positionsInterval), idle_interval: \(settings.idleInterval), absence_after: \(settings.absenceAfter) }
                    guard: { legs: \(settings.legs), wait_for_flat: 2s }
                    risk:    { base_max_loss: \(settings.maxLoss)\(settings.risk) }

            """
    }

    var configurationPath: String { folder + "/sextant.yaml" }

    func end() {
        market.cancel()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs `body` in a new sandbox with a server that is ready, and ends both.
    static func trading<Value>(
        _ settings: Settings = Settings(),
        _ body: (Sandbox, RunningServer) async throws -> Value
    ) async throws -> Value {
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await server.untilReady()
        return try await body(sandbox, server)
    }

    // MARK: The broker's own truth

    @discardableResult
    func control(_ path: String, _ body: JSONValue = .object([])) async throws -> JSONValue {
        let answer = await simulator.control("/control/\(path)", body)
        if let problem = answer["error"] { throw SandboxFailure("control \(path): \(problem.text)") }
        return answer
    }

    func fault(_ kind: String, _ more: [String: JSONValue] = [:]) async throws {
        let members = [JSONMember("kind", .string(kind))] + more.map { JSONMember($0.key, $0.value) }
        _ = try await control("fault", .object(members))
    }

    func account() async throws -> JSONValue {
        try await control("ledger")["accounts"]?["FA00001"] ?? .null
    }

    func brokerOrders() async throws -> [JSONValue] { try await account()["orders"]?.elements ?? [] }

    func placements() async throws -> Int { try await account()["placements"]?.integer ?? -1 }

    func net(_ symbol: String) async throws -> Int {
        let rows = try await account()["positions"]?.elements ?? []
        return rows.filter { $0["tsym"]?.string == symbol }.compactMap { $0["netqty"]?.integer }.reduce(0, +)
    }
}

struct SandboxFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Waits until `fact` holds, and says what it was waiting for when it does not come.
func eventually(
    _ what: String,
    within seconds: Double = 60,
    _ fact: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
    while try await !fact() {
        guard ContinuousClock.now < deadline else { throw SandboxFailure("did not come true in \(seconds) s: \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
