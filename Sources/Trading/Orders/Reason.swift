/// Why an order ended without being executed; a closed list that scripts outside depend on.
public enum OrderTag: String, Hashable, Sendable, CaseIterable {
    case validationFailed = "VALIDATION_FAILED"
    case riskLimitsExceeded = "RISK_LIMITS_EXCEEDED"
    case executionGuardBlocked = "EXECUTION_GUARD_BLOCKED"
    case duplicateOrderBlocked = "DUPLICATE_ORDER_BLOCKED"
    case groupBlocked = "GROUP_BLOCKED"
    case tradingHalted = "TRADING_HALTED"
    case dataStale = "DATA_STALE"
    case alertExpired = "ALERT_EXPIRED"
    case noPosition = "NO_POSITION"
    case rateLimited = "RATE_LIMITED"
    case notSent = "NOT_SENT"
    case expiredUnsent = "EXPIRED_UNSENT"
    case brokerRejected = "BROKER_REJECTED"
    case brokerCancelled = "BROKER_CANCELLED"
    case brokerExpired = "BROKER_EXPIRED"
    case resolvedByPerson = "RESOLVED_BY_PERSON"
}

/// Tag, words and the numbers that were compared. The code is stored and never reworded; the text is for people.
public struct Reason: Hashable, Sendable {
    public let tag: OrderTag
    public let code: String?
    public let text: String
    /// What the limit was, and what was observed, as decimal text in the limit's own unit.
    public let limit: String?
    public let observed: String?
    /// The order that stands in the way.
    public let blocking: CommandID?

    public init(
        _ tag: OrderTag,
        code: String? = nil,
        _ text: String,
        limit: String? = nil,
        observed: String? = nil,
        blocking: CommandID? = nil
    ) {
        self.tag = tag
        self.code = code
        self.text = text
        self.limit = limit
        self.observed = observed
        self.blocking = blocking
    }
}
