import AlertsTelegram
import BotAPIServer
import Desk
import Engine
import Logging
import StoreSQLite
import Synchronization
import Trading

extension ClientID {
    static let sample: ClientID = "FA00001"
}

extension Timestamp {
    /// 2026-11-23 at 09:15 in Asia/Kolkata.
    static let sample = Timestamp(microseconds: 1_795_405_500_000_000)
}

extension Notification {
    static func sample(
        _ kind: Kind = .rejected,
        _ severity: Severity = .warning,
        _ text: String = "an order was refused",
        at time: Timestamp = .sample
    ) -> Notification { Notification(kind: kind, severity: severity, text: text, at: time) }
}

extension NumberedNotification {
    static func sample(_ number: Int64, _ text: String = "an order was refused") -> NumberedNotification {
        NumberedNotification(number: number, notification: .sample(.rejected, .warning, text))
    }
}

/// Time that passes only when somebody sleeps, and at once then.
final class LeapingClock: WallClock, Sendable {
    private let time = Mutex(Timestamp.sample)

    func now() -> Timestamp { time.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        time.withLock { $0 = $0 + duration }
        await Task.yield()
    }
}

/// A store of its own, with notifications committed as the engine commits them.
final class Outbox: Sendable {
    private let folder = TemporaryFolder()
    private let opened: Mutex<StoreSQLite>
    let clock = LeapingClock()

    init() throws {
        opened = Mutex(try StoreSQLite.open(path: folder.path + "/sextant.db"))
    }

    var store: StoreSQLite { opened.withLock { $0 } }

    /// As after a crash: what was not durable is gone.
    func reopen() throws {
        try store.close()
        let store = try StoreSQLite.open(path: folder.path + "/sextant.db")
        opened.withLock { $0 = store }
    }

    func commit(_ notifications: [Notification], of client: ClientID = .sample) async throws {
        var changes = DeskChanges(client: client)
        changes.notifications = notifications
        try await store.commit([changes])
    }

    deinit { try? store.close() }

    /// Alerts run beside `body`, and are cancelled after it as a killed process is.
    func telling<Value: Sendable>(
        _ chats: [TelegramChat] = [.sample],
        at server: BotAPIServer,
        timeout: Duration = .seconds(15),
        through outbox: (any NotificationOutbox)? = nil,
        _ body: () async throws -> Value
    ) async throws -> Value {
        var settings = TelegramSettings(address: server.address, key: BotAPIServer.key, chats: chats)
        settings.timeout = timeout
        let quiet = Logger(label: "alerts") { _ in SwiftLogNoOpLogHandler() }
        let alerts = TelegramAlerts(settings, outbox: outbox ?? store, clock: clock, logger: quiet)
        // Cancelled below, whatever comes of the body.
        let running = Task { await alerts.run() }
        do {
            let value = try await body()
            running.cancel()
            await running.value
            return value
        } catch {
            running.cancel()
            await running.value
            throw error
        }
    }
}

extension TelegramChat {
    static let sample = TelegramChat(id: 42, client: .sample)
    static let group = TelegramChat(id: -1001, client: .sample)
}

extension BotAPIServer {
    /// The numbers of the notifications that a chat was told, in the order of reading; those of digests are not among them.
    func numbers(in chat: Int64 = 42) -> [Int64] {
        messages.filter { $0.chat == chat }.flatMap { message in
            message.text.matches(of: #/ · #(\d+)\n/#).compactMap { Int64($0.1) }
        }
    }
}

struct Impatience: Error, CustomStringConvertible {
    let description: String
}

/// Waits until `fact` holds, and says what it was waiting for when it does not come.
func eventually(_ what: String, _ fact: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !fact() {
        guard ContinuousClock.now < deadline else { throw Impatience(description: "did not come true: \(what)") }
        try await Task.sleep(for: .milliseconds(3))
    }
}
