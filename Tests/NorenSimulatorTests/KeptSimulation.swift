import Crypto
import Foundation
import JSONText
import Logging
import Synchronization

@testable import NorenSimulator

/// A simulation whose books lie in a file, and which can be ended and opened anew. Two accounts, a frozen market.
final class KeptSimulation {
    let path: String
    private let time = SharedTime(noon)
    private(set) var simulation: Simulation
    private var tokens: [String: String] = [:]

    var now: Int64 {
        get { time.value.withLock { $0 } }
        set { time.value.withLock { $0 = newValue } }
    }

    init(path: String, at now: Int64 = noon) async throws {
        self.path = path
        time.value.withLock { $0 = now }
        simulation = Self.simulation(path, time)
        try await open()
    }

    /// One process: nothing is opened yet.
    private static func simulation(_ path: String, _ time: SharedTime, accounts: Int = 2) -> Simulation {
        var settings = SimulatorSettings()
        settings.accounts = accounts
        settings.limits = false
        settings.keepsBooksAt = path
        return Simulation(
            settings: settings,
            doors: Doors(),
            clock: { time.value.withLock { $0 } },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func open() async throws {
        try await simulation.openBooks()
        _ = await simulation.control("freeze", ["frozen": true])
        tokens = [:]
    }

    /// The next process on the same file: after an orderly end, or with whatever a crash left there.
    func reopen(crashed: Bool) async throws {
        if !crashed { await simulation.closeBooks() }
        simulation = Self.simulation(path, time)
        try await open()
    }

    /// A simulation with other settings opens the same file; what it says.
    func complaint(accounts: Int) async -> String {
        await simulation.closeBooks()
        do {
            try await Self.simulation(path, time, accounts: accounts).openBooks()
            return "it was opened"
        } catch {
            return "\(error)"
        }
    }

    // MARK: Calls

    @discardableResult
    func call(_ endpoint: String, _ fields: JSONValue = [:], account uid: String = "FA00001") async -> JSONValue {
        if tokens[uid] == nil, let token = await logIn(uid) { tokens[uid] = token }
        let all = JSONValue.object(
            [JSONMember("uid", .string(uid)), JSONMember("actid", .string(uid))]
                + (fields.members ?? []).filter { $0.name != "uid" && $0.name != "actid" }
        )
        return await send(endpoint, "jData=\(all.text)&jKey=\(tokens[uid] ?? "")")
    }

    private func logIn(_ uid: String) async -> String? {
        let credentials: JSONValue = [
            "uid": .string(uid), "pwd": .string(sha("Secret@1")), "factor2": "123456", "vc": .string(uid + "_U"),
            "appkey": .string(sha("\(uid)|api-secret")),
        ]
        return await send("QuickAuth", "jData=\(credentials.text)")["susertoken"]?.string
    }

    private func sha(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

    /// The body of the answer; null where there is none that is JSON of the broker's own.
    private func send(_ endpoint: String, _ body: String) async -> JSONValue {
        let request = NorenRequest(endpoint: endpoint, body: Array(body.utf8), bearer: nil)
        guard let answer = await simulation.answer(request) else { return .null }
        if let ticket = answer.ticket { await simulation.release(ticket) }
        guard case .reply(let reply) = answer.action else { return .null }
        return reply.body
    }

    @discardableResult
    func control(_ name: String, _ input: JSONValue = [:]) async -> JSONValue {
        await simulation.control(name, input).body
    }

    /// Places a sample order; its number.
    @discardableResult
    func place(_ changes: [String: JSONValue] = [:], account uid: String = "FA00001") async -> String {
        await call("PlaceOrder", .order(changes, uid: uid), account: uid)["norenordno"]?.string ?? "none"
    }

    // MARK: What is known

    /// Every book of both accounts, and every order's history, as a client reads them.
    func books() async -> [String: JSONValue] {
        var books: [String: JSONValue] = [:]
        for uid in ["FA00001", "FA00002"] {
            for book in ["OrderBook", "TradeBook", "PositionBook", "Limits"] {
                books["\(uid) \(book)"] = undated(await call(book, account: uid))
            }
            for row in books["\(uid) OrderBook"]?.elements ?? [] {
                let number = row["norenordno"] ?? .null
                books["history \(number.text)"] = await call("SingleOrdHist", ["norenordno": number], account: uid)
            }
            let ledger = await control("ledger")["accounts"]?[uid]
            books["\(uid) ledger"] = ["orders": ledger?["orders"] ?? .null, "positions": ledger?["positions"] ?? .null]
        }
        return books
    }

    private func undated(_ answer: JSONValue) -> JSONValue {
        guard let members = answer.members else { return answer }
        return .object(members.filter { $0.name != "request_time" })
    }

    func positions(_ uid: String = "FA00001") async -> [JSONValue] {
        await call("PositionBook", account: uid).elements ?? []
    }
}

/// A clock that tests set.
private final class SharedTime: Sendable {
    let value: Mutex<Int64>

    init(_ now: Int64) { value = Mutex(now) }
}

/// A folder of its own for the length of a test.
final class BooksFolder {
    let path: String
    var file: String { path + "/books" }

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/sextant-books-\(UUID().uuidString.prefix(12))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func contents() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

    func write(_ data: Data) throws { try data.write(to: URL(fileURLWithPath: file)) }
}
