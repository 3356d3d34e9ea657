import Desk
import Trading

extension BrokerStatus {
    /// Reads every spelling that was seen. Words that are not known are no end.
    init(wire text: String) {
        let word = String(text.uppercased().map { $0 == " " ? "_" : $0 })
        switch word {
        case "PENDING": self = .pending
        case "OPEN": self = .open
        case "TRIGGER_PENDING": self = .triggerPending
        case "COMPLETE", "EXECUTED": self = .complete
        case "REJECTED", "REJECT": self = .rejected
        case "CANCELED", "CANCELLED": self = .cancelled
        default: self = .unknown(word)
        }
    }

    var isEnd: Bool {
        switch self {
        case .complete, .rejected, .cancelled: true
        case .pending, .open, .triggerPending, .unknown: false
        }
    }
}

/// What a row or message says it is about.
enum ReportType: String {
    case fill = "FILL"
    case replaceRejected = "REPLACEREJECTED"
    case cancelRejected = "CANCELREJECTED"
    // A request is on its way: nothing has come of it, whatever status is printed beside.
    case newAck = "NEWACK"
    case modAck = "MODACK"
    case canAck = "CANACK"
    case pendingNew = "PENDINGNEW"
    case pendingReplace = "PENDINGREPLACE"
    case pendingCancel = "PENDINGCANCEL"

    init?(wire text: String?) {
        guard let type = text.flatMap({ ReportType(rawValue: $0.uppercased()) }) else { return nil }
        self = type
    }

    var refusesRequest: Bool { self == .replaceRejected || self == .cancelRejected }
    /// The request that it refuses, if it does.
    var refusedRequest: PendingRequest? { self == .replaceRejected ? .modify : self == .cancelRejected ? .cancel : nil }
    var isOnItsWay: Bool { self != .fill && !refusesRequest }
}
