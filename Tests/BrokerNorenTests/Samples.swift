import Desk
import Engine
import JSONText
import Logging
import NIOSSL
import Trading

@testable import BrokerNoren

extension Timestamp {
    /// 2026-11-20, 09:30:00 in India.
    static let sample = Timestamp(microseconds: 1_795_147_200_000_000)
}

extension CommandID {
    static let sample = CommandID(milliseconds: 1_795_147_200_000, entropy: 0x123456)
}

extension Placement {
    static func sample(_ change: (inout OrderCommand) -> Void = { _ in }) -> Placement {
        var command = OrderCommand(
            id: .sample,
            client: "one",
            group: GroupID(.sample),
            leg: 1,
            source: .api,
            strategy: "s",
            executionType: .entry,
            instrument: Instrument("NSE", "ACC-EQ"),
            product: .intraday,
            side: .buy,
            reduces: false,
            type: .limit,
            quantity: 2,
            askedQuantity: 2,
            price: Price(tenThousandths: 17_280_500)
        )
        change(&command)
        return Placement(command: command, quantity: command.quantity)
    }
}

extension NorenAccount {
    static func sample(port: Int, scheme: String = "", host: String = "127.0.0.1") -> NorenAccount {
        NorenAccount(
            rest: "http\(scheme)://\(host):\(port)/NorenWClientTP/",
            websocket: "ws\(scheme)://\(host):\(port)/NorenWSTP/",
            user: "FA00001",
            login: .quickAuth(.sample())
        )
    }
}

extension QuickAuthLogin {
    static func sample(_ factor: SecondFactor = .fixed("123456"), password: String = "Secret@1") -> QuickAuthLogin {
        QuickAuthLogin(
            vendorCode: "FA00001_U",
            password: password,
            apiSecret: "api-secret",
            secondFactor: factor
        )
    }
}

extension Credential {
    /// The older generation's, with the token `t0ken`.
    static let sample = Credential(token: "t0ken", placement: .body, isFromOAuth: false)
}

/// A broker for the time of `body`.
func withBroker<Result: Sendable>(
    _ account: NorenAccount,
    memory: SessionMemory? = nil,
    tls: TLSConfiguration = .makeClientConfiguration(),
    now: @escaping @Sendable () -> Timestamp = { .sample },
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: (BrokerNoren) async throws -> Result
) async throws -> Result {
    let broker = BrokerNoren(account: account, memory: memory, tls: tls, now: now, logger: logger)
    do {
        let result = try await body(broker)
        await broker.shutDown()
        return result
    } catch {
        await broker.shutDown()
        throw error
    }
}

/// Waits until something is so; throws when it takes too long.
func eventually(
    within limit: Duration = .seconds(10),
    _ what: String = "",
    _ isSo: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isSo() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
        try await Task.sleep(for: .milliseconds(2))
    }
}

struct NeverHappened: Error { let what: String }

extension CallOutcome {
    static func answered(_ body: String, _ status: Int = 200) -> CallOutcome {
        .answered(status: status, body: Array(body.utf8))
    }
}

extension BookRead {
    var rows: [Row]? { if case .known(let rows) = self { rows } else { nil } }
    var failure: ReadFailure? { if case .unknown(let failure) = self { failure } else { nil } }
    var isEmpty: Bool { if case .empty = self { true } else { false } }
}

extension NorenRow {
    init(_ json: JSONValue) throws {
        guard case .object(let row) = try NorenScanner.scan(json.utf8) else { throw NeverHappened(what: "an object") }
        self = row
    }
}

extension Lane {
    /// Posts one byte and reads one.
    func post(_ url: String, within limit: Duration) async -> CallOutcome {
        await post(Post(url: url, body: [1], limit: limit, answerLimit: 1))
    }
}
