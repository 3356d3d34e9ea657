public import Desk
public import Trading

/// What a client holds, as its desk knows it now.
public struct PositionsView: Sendable {
    public let holdings: [(key: HoldingKey, holding: Holding)]
    /// Nil while the broker's position book is not known.
    public let unattributed: [Unattributed]?
    /// When the read of the position book began.
    public let asOf: Timestamp?
}

/// What a client's start came to, and what needs a person now.
public struct RecoveryView: Sendable {
    /// Nil while the books are not known.
    public let report: RecoveryReport?
    public let questions: [OpenQuestion]
}

/// A strategy as the execution guard sees it.
public struct StrategyView: Sendable {
    public let name: StrategyName
    public let holdings: [(key: HoldingKey, holding: Holding)]
    public let openOrders: [OrderRecord]
    public let halt: Halt?

    /// The seed's question: whether an entry of it would be blocked.
    public var hasStrategy: Bool { !holdings.isEmpty || openOrders.contains { !$0.command.reduces } }
}

extension Engine {
    /// Nil for a client that is not (or not yet) run here.
    public func positions(of client: ClientID) -> PositionsView? {
        clients[client].map { runtime in
            PositionsView(
                holdings: runtime.desk.holdings,
                unattributed: runtime.desk.unattributed,
                asOf: runtime.desk.positionsBegan
            )
        }
    }

    /// Nil for a client that is not (or not yet) run here.
    public func recovery(of client: ClientID) -> RecoveryView? {
        clients[client].map { RecoveryView(report: $0.desk.recovery, questions: $0.desk.openQuestions) }
    }

    public func strategy(_ name: StrategyName, of client: ClientID) -> StrategyView? {
        clients[client].map { runtime in
            StrategyView(
                name: name,
                holdings: runtime.desk.holdings.filter { $0.key.strategy == name },
                openOrders: runtime.desk.openOrders(of: name),
                halt: runtime.desk.haltInForce(on: name)
            )
        }
    }

    /// Reads all books now and takes them in. Nil when they could not be read, or not be believed, within 15 s.
    public func reconcile(
        _ client: ClientID,
        by: String,
        reason: String
    ) async throws(IntakeRefusal) -> PositionsView? {
        guard let runtime = clients[client] else { throw journal == nil ? .notReady([.standby]) : .unknownClient }
        let asked = clock.now()
        try await keep(AuditEntry(.reconcile, by: by, reason, at: asked), of: client)
        for kind in BookKind.allCases { runtime.watcher.want(kind) }
        while clock.now() - asked < .seconds(15) {
            let isDone = BookKind.allCases.allSatisfy { kind in
                runtime.trustedReads[kind].map { $0 >= asked } ?? false
            }
            if isDone { return positions(of: client) }
            do {
                try await clock.sleep(for: .milliseconds(20))
            } catch {
                return nil
            }
        }
        return nil
    }

    /// Copies the store to `path` while it is written.
    public func backUp(to path: String) async throws(JournalError) {
        guard let journal else { throw .busy("this server is a standby") }
        try await journal.backUp(to: path)
    }

    /// The configured clients, in order.
    public nonisolated var clientIDs: [ClientID] { configuredIDs }
}
