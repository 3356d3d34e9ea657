/// Where an order stands. A case holds exactly what is known there; not knowing is a case too.
///
/// ```
/// received ─▶ blocked
///    │
///    ▼
/// sending ──▶ rejected, notSent            a definite no; no byte left
///    │ ╲
///    │  ▶ unconfirmed ─▶ notSent           sent, no answer; ended by evidence only
///    ▼        ▼
/// working ──▶ filled, rejected, cancelled, expired
/// ```
public enum OrderState: Hashable, Sendable {
    /// Registered; also while it waits for data, for a position to close, or for its cancels.
    case received
    /// Refused by us.
    indirect case blocked(Reason)
    /// The intent to send is durable; the order waits in its lane or is on the wire.
    case sending
    /// Sent, and no answer came: the order may be live. It is asked about, never sent again.
    case unconfirmed
    /// The broker has it: pending, open, trigger pending or partly filled.
    case working(BrokerOrderID)
    case filled(BrokerOrderID)
    /// Refused by the broker, at once (no number) or by its risk engine later.
    indirect case rejected(BrokerOrderID?, Reason)
    indirect case cancelled(BrokerOrderID, Reason)
    /// A day order at the end of its day, or a registered one that was never sent.
    indirect case expired(BrokerOrderID?, Reason)
    /// No byte left, or proved absent from the broker's books.
    indirect case notSent(Reason)
}

/// What can happen to an order's state. Fills are facts, not transitions; only the one that completes it is.
public enum OrderTransition: Hashable, Sendable {
    case blocked(Reason)
    case sending
    case accepted(BrokerOrderID)
    case unanswered
    case notSent(Reason)
    /// Evidence from push or books that the broker has it under this number.
    case working(BrokerOrderID)
    case completed
    case rejected(Reason)
    case cancelled(Reason)
    case expired(Reason)
}

/// A transition that cannot follow a state: a bug of ours, or a broker that contradicts itself.
public struct IllegalTransition: Error, Hashable, CustomStringConvertible {
    public let state: OrderState
    public let transition: OrderTransition

    public var description: String { "\(transition) cannot follow \(state)" }
}

extension OrderState {
    /// The state that `transition` leads to; throws if it cannot follow this one. The one table of the system.
    public func applying(_ transition: OrderTransition) throws(IllegalTransition) -> OrderState {
        if let wrong = misled(by: transition) { return wrong }
        return switch (self, transition) {
        case (.received, .blocked(let reason)): .blocked(reason)
        case (.received, .sending): .sending
        case (.received, .notSent(let reason)): .notSent(reason)
        case (.received, .expired(let reason)): .expired(nil, reason)
        case (.received, .working(let id)): .working(id)  // a crash lost the intent, the books show the tag

        case (.sending, .accepted(let id)), (.sending, .working(let id)): .working(id)
        case (.sending, .rejected(let reason)): .rejected(nil, reason)
        case (.sending, .unanswered): .unconfirmed
        case (.sending, .notSent(let reason)): .notSent(reason)

        case (.unconfirmed, .accepted(let id)), (.unconfirmed, .working(let id)): .working(id)
        case (.unconfirmed, .rejected(let reason)): .rejected(nil, reason)
        case (.unconfirmed, .notSent(let reason)): .notSent(reason)

        case (.working(let id), .completed): .filled(id)
        case (.working(let id), .rejected(let reason)): .rejected(id, reason)
        case (.working(let id), .cancelled(let reason)): .cancelled(id, reason)
        case (.working(let id), .expired(let reason)): .expired(id, reason)

        // The push came first; the placement's own reply changes nothing.
        case (_, .accepted(let id)) where id == brokerOrderID: self

        // The complete list of ways out of a terminal state.
        case (.notSent, .working(let id)): .working(id)
        case (.rejected(.some(let id), _), .completed), (.cancelled(let id, _), .completed),
            (.expired(.some(let id), _), .completed):
            .filled(id)
        default: throw IllegalTransition(state: self, transition: transition)
        }
    }

    public var brokerOrderID: BrokerOrderID? {
        switch self {
        case .working(let id), .filled(let id), .cancelled(let id, _): id
        case .rejected(let id, _), .expired(let id, _): id
        case .received, .blocked, .sending, .unconfirmed, .notSent: nil
        }
    }

    public var reason: Reason? {
        switch self {
        case .blocked(let reason), .rejected(_, let reason), .cancelled(_, let reason), .expired(_, let reason),
            .notSent(let reason):
            reason
        case .received, .sending, .unconfirmed, .working, .filled: nil
        }
    }

    /// Whether the order can still come to something by itself.
    public var isOpen: Bool {
        switch self {
        case .received, .sending, .unconfirmed, .working: true
        case .blocked, .filled, .rejected, .cancelled, .expired, .notSent: false
        }
    }

    /// Whether the broker may have it now.
    public var isAtBroker: Bool {
        switch self {
        case .sending, .unconfirmed, .working: true
        default: false
        }
    }

    /// The stored and published word.
    public var word: StateWord {
        switch self {
        case .received: .received
        case .blocked: .blocked
        case .sending: .sending
        case .unconfirmed: .unconfirmed
        case .working: .working
        case .filled: .filled
        case .rejected: .rejected
        case .cancelled: .cancelled
        case .expired: .expired
        case .notSent: .notSent
        }
    }

    public var status: OrderStatus { word.status }
}

public enum StateWord: String, Hashable, Sendable, CaseIterable {
    case received, blocked, sending, unconfirmed, working, filled, rejected, cancelled, expired
    case notSent = "not_sent"

    /// Its place among `allCases`.
    public var place: Int {
        switch self {
        case .received: 0
        case .blocked: 1
        case .sending: 2
        case .unconfirmed: 3
        case .working: 4
        case .filled: 5
        case .rejected: 6
        case .cancelled: 7
        case .expired: 8
        case .notSent: 9
        }
    }

    public var status: OrderStatus {
        switch self {
        case .received: .created
        case .sending, .unconfirmed, .working: .sentToBroker
        case .filled: .executed
        case .blocked, .rejected, .cancelled, .expired, .notSent: .failed
        }
    }
}

/// The seed's four statuses: a view over the richer states.
public enum OrderStatus: String, Hashable, Sendable, CaseIterable {
    case created = "CREATED"
    case sentToBroker = "SENT_TO_BROKER"
    case executed = "EXECUTED"
    case failed = "FAILED"
}
