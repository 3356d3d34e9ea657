enum OrderStatus: String, Sendable {
    case pending = "PENDING"
    case open = "OPEN"
    case triggerPending = "TRIGGER_PENDING"
    case complete = "COMPLETE"
    case rejected = "REJECTED"
    case canceled = "CANCELED"

    /// Only these can be modified or cancelled.
    var isWorking: Bool { self == .open || self == .triggerPending }
}

/// What happened to an order: `reporttype` in the push, `rpt` in the history.
enum ReportType: String, Sendable {
    case newAck = "NewAck"
    case pendingNew = "PendingNew"
    case new = "New"
    case fill = "Fill"
    case rejected = "Rejected"
    case modAck = "ModAck"
    case pendingReplace = "PendingReplace"
    case replaced = "Replaced"
    case replaceRejected = "ReplaceRejected"
    case cancelAck = "CanAck"
    case pendingCancel = "PendingCancel"
    case canceled = "Canceled"
    case cancelRejected = "CancelRejected"
}

/// One trade of an order.
struct Fill: Sendable {
    let id: String
    let quantity: Int
    let price: Rupees
}

/// One event in an order's life with the order as it was then: a row of the history and a push message.
struct OrderReport: Sendable {
    let type: ReportType
    let status: OrderStatus
    let at: Int64
    /// `kidid`.
    let version: Int
    let terms: PriceTerms
    /// The terms before the latest modification.
    let previousTerms: PriceTerms?
    let filled: FillSum
    let cancelled: Int
    let reason: String?
    /// `exchordid`; nil before the exchange knows the order.
    let exchangeNumber: String?
    let fill: Fill?
}

/// A report that is to be pushed to an account.
struct OrderEvent: Sendable {
    let account: Int
    let order: Int
    let report: OrderReport
}
