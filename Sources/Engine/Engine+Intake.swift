public import Desk
public import Trading

extension Engine {
    /// Registers an alert. Returns once its events are durable; the broker's answer is not waited for.
    public func submit(_ alert: Alert, to client: ClientID) async throws(IntakeRefusal) -> DeskReply {
        let runtime = try intake(of: client, isExit: alert.executionType == .exit)
        CrashPoint.alertTaken.reach()
        let began = clock.now()
        let reply = try await take(.alert(alert), for: client)
        if case .registered = reply { runtime.counts.note(.register, clock.now() - began) }
        return reply
    }

    /// Asks for an order to be cancelled; returns once the wish is durable.
    public func cancel(_ id: CommandID, of client: ClientID) async throws(IntakeRefusal) -> DeskReply {
        _ = try intake(of: client, isExit: true)
        return try await take(.cancel(id), for: client)
    }

    /// Asks for a working order to be changed; returns once the wish is durable, or is refused.
    public func modify(_ change: OrderChange, of client: ClientID) async throws(IntakeRefusal) -> DeskReply {
        let reduces = clients[client]?.desk.order(change.order)?.command.reduces
        _ = try intake(of: client, isExit: reduces ?? true)
        return try await take(.modify(change), for: client)
    }

    /// Halts, durably before it returns. A global halt reaches every client.
    public func halt(_ halt: Halt, client: ClientID?) async throws(IntakeRefusal) {
        for id in try reach(of: halt.scope, client) { _ = try await take(.halt(halt), for: id) }
        for runtime in clientsInOrder { pump(runtime) }
    }

    public func resume(
        _ scope: Halt.Scope,
        by: String,
        reason: String,
        client: ClientID?
    ) async throws(IntakeRefusal) {
        for id in try reach(of: scope, client) {
            _ = try await take(.resume(scope, by: by, reason: reason), for: id)
        }
    }

    /// A person's word about an order that the evidence leaves open; returns once it is durable.
    public func resolve(
        _ id: CommandID,
        _ resolution: Resolution,
        of client: ClientID
    ) async throws(IntakeRefusal) -> DeskReply {
        _ = try intake(of: client, isExit: true)
        return try await take(.resolve(id, resolution), for: client)
    }

    /// A person's word about who holds what; returns once it is durable, or is refused.
    public func operate(_ request: LedgerRequest, of client: ClientID) async throws(IntakeRefusal) -> DeskReply {
        _ = try intake(of: client, isExit: true)
        return try await take(.operate(request), for: client)
    }

    /// Keeps who asked for something that changes nothing, and why.
    func keep(_ entry: AuditEntry, of client: ClientID) async throws(IntakeRefusal) {
        _ = try await take(.asked(entry), for: client)
    }

    /// What can be traded at the clients' broker, from now on.
    public func take(_ contracts: ContractTable, for ids: [ClientID]) {
        for id in ids {
            newContracts[id] = contracts
            if clients[id] != nil { enqueue(Inbox.Item(id, .contracts(contracts))) }
        }
    }

    /// Halts, ends what is open and closes what is held; durable before it returns. What each client's desk began by it.
    func kill(_ halt: Halt, client: ClientID?) async throws(IntakeRefusal) -> [(client: ClientID, reply: DeskReply)] {
        var replies: [(client: ClientID, reply: DeskReply)] = []
        for id in try reach(of: halt.scope, client) { replies.append((id, try await take(.kill(halt), for: id))) }
        for runtime in clientsInOrder { pump(runtime) }
        return replies
    }

    private func reach(of scope: Halt.Scope, _ client: ClientID?) throws(IntakeRefusal) -> [ClientID] {
        guard journal != nil else { throw .notReady([.standby]) }
        if trouble != nil { throw .notReady([.storeFailed]) }
        if scope == .global { return clients.keys.sorted() }
        guard let client, clients[client] != nil else { throw .unknownClient }
        return [client]
    }

    private func take(_ input: DeskInput, for client: ClientID) async throws(IntakeRefusal) -> DeskReply {
        let result: Result<DeskReply, IntakeRefusal> = await withCheckedContinuation { continuation in
            let item = Inbox.Item(client, input, reply: continuation)
            if !enqueue(item) { continuation.resume(returning: .failure(.busy)) }
        }
        return try result.get()
    }

    private func intake(of client: ClientID, isExit: Bool) throws(IntakeRefusal) -> ClientRuntime {
        if isStopping { throw .stopping }
        if journal == nil { throw .notReady([.standby]) }
        guard let runtime = clients[client] else { throw .unknownClient }
        if trouble != nil, !isExit || !hasEmergencyFile { throw .notReady([.storeFailed]) }
        if isExit, runtime.session.hasOpened { return runtime }
        let reasons = runtime.unreadiness
        guard reasons.isEmpty else { throw .notReady(reasons) }
        return runtime
    }

    /// Every configured client, with what keeps it from taking entries; empty lists when all is well.
    public func readiness() -> [ClientID: [ReadinessReason]] {
        var reasons: [ClientID: [ReadinessReason]] = [:]
        for id in configuredIDs {
            if trouble != nil {
                reasons[id] = [.storeFailed]
            } else if let runtime = clients[id], journal != nil {
                reasons[id] = runtime.unreadiness
            } else {
                reasons[id] = [.standby]
            }
        }
        return reasons
    }

    /// The stored orders of one client; nil while this process is a standby.
    public func archive(of client: ClientID) -> (any OrderArchive)? {
        clients[client] == nil ? nil : journal?.archive(of: client)
    }
}
