import Desk
import Engine
import Synchronization
import Trading

/// A broker whose answers a test writes: the market's double.
final class ScriptedBroker: Broker {
    struct Script: Sendable {
        var place: @Sendable (Placement) async -> PlaceAnswer = { .accepted(BrokerOrderID("N\($0.command.leg)")) }
        var cancel: CancelAnswer = .accepted
        var modify: @Sendable (Modification) async -> CancelAnswer = { _ in .accepted }
        var login: LoginAnswer = .loggedIn
        var orders: BookRead<OrderReport> = .empty
        var trades: BookRead<TradeReport> = .empty
        var positions: BookRead<PositionReport> = .empty
    }

    private let script: Mutex<Script>
    private let placed = Mutex<[CommandID]>([])
    private let changed = Mutex<[Modification]>([])
    private let counts = Mutex((logins: 0, orderBooks: 0))

    init(_ script: Script = Script()) { self.script = Mutex(script) }

    /// Every order that was written to the wire, in order.
    var placements: [CommandID] { placed.withLock { $0 } }

    /// Every change that was written to the wire, in order.
    var changes: [Modification] { changed.withLock { $0 } }

    var logins: Int { counts.withLock { $0.logins } }
    var orderBooks: Int { counts.withLock { $0.orderBooks } }

    func change(_ change: (inout Script) -> Void) { script.withLock { change(&$0) } }

    func logIn() async -> LoginAnswer {
        counts.withLock { $0.logins += 1 }
        return script.withLock { $0.login }
    }

    func place(_ placement: Placement) async -> PlaceAnswer {
        placed.withLock { $0.append(placement.command.id) }
        return await script.withLock { $0.place }(placement)
    }

    func modify(_ change: Modification) async -> CancelAnswer {
        changed.withLock { $0.append(change) }
        return await script.withLock { $0.modify }(change)
    }

    func cancel(_ number: BrokerOrderID) async -> CancelAnswer { script.withLock { $0.cancel } }
    func orderBook() async -> BookRead<OrderReport> {
        counts.withLock { $0.orderBooks += 1 }
        return script.withLock { $0.orders }
    }
    func tradeBook() async -> BookRead<TradeReport> { script.withLock { $0.trades } }
    func positionBook() async -> BookRead<PositionReport> { script.withLock { $0.positions } }

    func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String {
        await receive(.connected)
        try? await Task.sleep(for: .seconds(3600))
        return "ended"
    }

    func shutDown() async {}
}

/// Opens when a test says so, for everyone who waits.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() { (stream, source) = AsyncStream.makeStream() }

    func open() { source.finish() }

    func wait() async { for await _ in stream {} }
}
