public import Desk
public import Trading

/// What a kill came to for one client.
public struct KillReport: Sendable {
    public let client: ClientID
    /// Orders that were asked to end.
    public let cancelled: [OrderRecord]
    /// Exits of all that was held.
    public let exits: [OrderRecord]
    /// Orders under its scope that have not ended.
    public let open: [OrderRecord]
    /// What strategies still hold under its scope.
    public let left: [(key: HoldingKey, holding: Holding)]

    /// How many exits went to the broker.
    public var sent: Int { exits.count { $0.state.isAtBroker || $0.state.brokerOrderID != nil } }
    /// Of how many the broker told a number.
    public var acknowledged: Int { exits.count { $0.state.brokerOrderID != nil } }
}

extension Engine {
    /// How long a kill waits to report that nothing is left.
    private static let killPatience: Duration = .seconds(5)

    /// Halts, ends what is open and closes what is held. The halt and the exits are durable before this returns; it reports
    /// as soon as nothing is left, or what is after a few seconds. The rest goes on without it.
    public func kill(
        _ halt: Halt,
        reportingOn client: ClientID?
    ) async throws(IntakeRefusal) -> [KillReport] {
        let asked = clock.now()
        let replies = try await kill(halt, client: client)
        while clock.now() - asked < Self.killPatience {
            let isDone = replies.allSatisfy { reply in
                guard let report = report(reply.client, reply.reply, halt.scope) else { return true }
                return report.left.isEmpty && report.open.isEmpty
            }
            if isDone { break }
            do {
                try await clock.sleep(for: .milliseconds(20))
            } catch {
                break
            }
        }
        return replies.compactMap { report($0.client, $0.reply, halt.scope) }
    }

    private func report(_ client: ClientID, _ reply: DeskReply, _ scope: Halt.Scope) -> KillReport? {
        guard case .killed(let cancels, let groups) = reply, let desk = clients[client]?.desk else { return nil }
        let held = Dictionary(desk.holdings.map { ($0.key, $0.holding) }, uniquingKeysWith: { first, _ in first })
        return KillReport(
            client: client,
            cancelled: cancels.compactMap { desk.order($0) },
            exits: groups.flatMap { desk.orders(of: $0) ?? [] },
            open: desk.openOrders(under: scope),
            left: desk.holdings(under: scope).map { ($0, held[$0] ?? .flat) }
        )
    }

    /// A client's limits with their headroom, its day and its halts. Nil for a client that is not (or not yet) run here.
    public func risk(of client: ClientID) -> RiskView? {
        clients[client].map { $0.desk.riskView(at: clock.now()) }
    }
}

extension OrderState {
    fileprivate var isAtBroker: Bool {
        switch self {
        case .sending, .unconfirmed, .working: true
        default: false
        }
    }
}
