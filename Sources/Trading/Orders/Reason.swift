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
    /// Kept apart: few orders have one, and every copy of a record would carry its place.
    private let contents: Shared<Contents>

    private struct Contents: Hashable, Sendable {
        let tag: OrderTag
        let code: String?
        let text: String
        let limit: String?
        let observed: String?
        let blocking: CommandID?
    }

    public init(
        _ tag: OrderTag,
        code: String? = nil,
        _ text: String,
        limit: String? = nil,
        observed: String? = nil,
        blocking: CommandID? = nil
    ) {
        contents = Shared(
            Contents(tag: tag, code: code, text: text, limit: limit, observed: observed, blocking: blocking)
        )
    }

    public var tag: OrderTag { contents.value.tag }
    public var code: String? { contents.value.code }
    public var text: String { contents.value.text }
    /// What the limit was, and what was observed, as decimal text in the limit's own unit.
    public var limit: String? { contents.value.limit }
    public var observed: String? { contents.value.observed }
    /// The order that stands in the way.
    public var blocking: CommandID? { contents.value.blocking }
}
