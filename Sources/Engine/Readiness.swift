import Trading

/// Why a client cannot take entries now; the words of `/health/ready`.
public enum ReadinessReason: String, Hashable, Sendable, CaseIterable {
    case loginRequired = "LOGIN_REQUIRED"
    case brokerUnreachable = "BROKER_UNREACHABLE"
    case reconciling = "RECONCILING"
    case storeFailed = "STORE_FAILED"
    case standby = "STANDBY"
}

/// Why an input was not taken. Nothing was registered, nothing sent.
public enum IntakeRefusal: Error, Hashable, Sendable {
    case notReady([ReadinessReason])
    /// The inbox is full.
    case busy
    case stopping
    case unknownClient
    /// The input contradicts what is stored; it was set aside and reported.
    case setAside(String)
}

/// Why a person's login came to nothing.
public enum LoginFailure: Error, Hashable, Sendable {
    /// A definite no, in the broker's words or ours.
    case refused(String)
    /// No answer: it may be tried again.
    case unanswered(String)
}
