import Engine
public import JSONText
public import Trading

/// An order's history as the six steps.
///
/// Steps 2 and 4 leave no event of their own when they go well: that the checks passed is part of `sending`, and when
/// the call left is part of its answer. They are shown with the sequence of the event that tells of them.
public struct OrderTimeline: Sendable {
    public struct Entry: Sendable {
        public let sequence: Int
        public let step: Int
        public let event: String
        public let state: StateWord
        public let at: Timestamp
        public let detail: JSONValue
        /// By which evidence, for people.
        public let why: String

        public var json: JSONValue {
            [
                "sequence": JSONValue(sequence), "step": JSONValue(step), "event": .string(event),
                "state": .string(state.rawValue), "at": .string(at.description), "detail": detail,
            ]
        }
    }

    public let entries: [Entry]

    public init(_ events: [OrderEvent]) {
        var entries: [Entry] = []
        var record: OrderRecord?
        for event in events {
            let before = record?.state.word ?? .received
            if record == nil {
                record = OrderRecord(beginning: event)
            } else {
                try? record?.apply(event)
            }
            let state = record?.state.word ?? before
            func add(_ step: Int, _ name: String, _ state: StateWord, _ at: Timestamp, why: String, _ detail: JSONValue)
            {
                entries.append(
                    Entry(
                        sequence: event.sequence,
                        step: step,
                        event: name,
                        state: state,
                        at: at,
                        detail: detail,
                        why: why
                    )
                )
            }
            func sent(_ at: Timestamp) {
                add(4, "sent", .sending, at, why: "the one call to the broker began", .object([]))
            }
            switch event.fact {
            case .sending: add(2, "passed", before, event.at, why: "no check refused it", .object([]))
            case .accepted(_, let sentAt), .unanswered(_, let sentAt): sent(sentAt)
            case .rejected(_, .reply): sent(event.at)
            default: break
            }
            let fact = event.fact
            add(fact.step, fact.kind.rawValue, state, event.at, why: fact.why, fact.payload)
        }
        self.entries = entries
    }

    public var json: JSONValue { .array(entries.map(\.json)) }
}
