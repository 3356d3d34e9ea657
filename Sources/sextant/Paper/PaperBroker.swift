import BrokerNoren
import Foundation
import JSONText
import Logging
import NorenSimulator
import ServiceLifecycle
import Trading

/// A paper client's broker: a simulator inside this process that keeps its books beside the store.
///
/// It speaks the same wire as the real ones, on a loopback port and with secrets drawn anew at every start, so no other
/// user of the machine can trade there or steer it.
final class PaperBroker: Service {
    let client: ClientID
    let account: NorenAccount
    private let booksPath: String
    private let simulator: NorenSimulator
    private let opening: AsyncStream<Void>
    private let opened: AsyncStream<Void>.Continuation

    /// Binds the port, so that it is known; nothing is served and no file touched before `open`.
    init(for client: Configuration.Client, store: String, logger: Logger) async throws {
        self.client = ClientID(client.id)
        // Beside the file itself, whatever name the store is opened by: one store, one set of books.
        booksPath = URL(fileURLWithPath: store).resolvingSymlinksInPath().path + ".paper-\(client.id)"
        var settings = SimulatorSettings()
        settings.servesControl = false
        settings.password = Self.draw()
        settings.apiSecret = Self.draw()
        settings.keepsBooksAt = booksPath
        let clock = SystemClock()
        simulator = NorenSimulator(settings: settings, now: { clock.now().microseconds }, logger: logger)
        let port = try await simulator.start()
        var account = NorenAccount(
            rest: "http://\(settings.host):\(port)/NorenWClientTP/",
            websocket: "ws://\(settings.host):\(port)/NorenWSTP/",
            user: "FA00001",
            login: .quickAuth(
                QuickAuthLogin(
                    vendorCode: "FA00001_U",
                    password: settings.password,
                    apiSecret: settings.apiSecret,
                    secondFactor: .fixed("000000")
                )
            )
        )
        let limits = client.broker?.limits ?? .standard
        account.orderTimeout = limits.placeTimeout + .seconds(1)  // the engine's own deadline comes first
        self.account = account
        (opening, opened) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// 32 random bytes.
    private static func draw() -> String {
        (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined(separator: "-")
    }

    /// Continues the books, once the store is this process's own. A broker that forgot what the store knows would be
    /// believed in nothing, so books that are gone are said to be.
    func open(storeKnowsItsOrders: Bool) async throws {
        if storeKnowsItsOrders, !FileManager.default.fileExists(atPath: booksPath) {
            throw CommandFailure(
                "client \(client): \(booksPath) is gone, the paper broker's books of the orders in this store: "
                    + "put it back, or name another file under store.sqlite"
            )
        }
        try await simulator.openBooks()
        opened.yield()
        opened.finish()
    }

    /// Serves from `open` until it is stopped.
    func run() async throws {
        let isOpen = await cancelWhenGracefulShutdown { await self.opening.first { _ in true } != nil }
        if isOpen { try await simulator.run() }
    }

    /// The simulator's control calls, which nobody else can make.
    func control(_ path: String, _ arguments: JSONValue = .object([])) async -> JSONValue {
        await simulator.control(path, arguments)
    }
}
