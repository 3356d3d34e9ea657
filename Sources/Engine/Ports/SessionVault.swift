public import Trading

/// What an account must remember of its sessions over a restart.
public struct SessionRecord: Hashable, Sendable {
    /// The session's token, sealed: only the adapter that made it can read it. Nil when there is none to go on with.
    public var token: [UInt8]?
    /// The last step whose one-time code was given away; brokers take each code once.
    public var oneTimeStep: Int64?
    public var openedAt: Timestamp?

    public init(token: [UInt8]? = nil, oneTimeStep: Int64? = nil, openedAt: Timestamp? = nil) {
        self.token = token
        self.oneTimeStep = oneTimeStep
        self.openedAt = openedAt
    }
}

/// Where sessions are remembered. What `keep` has returned from survives a crash.
public protocol SessionVault: Sendable {
    /// Nil when nothing was ever kept.
    func session(of client: ClientID) async throws(JournalError) -> SessionRecord?
    func keep(_ record: SessionRecord, of client: ClientID) async throws(JournalError)
}
