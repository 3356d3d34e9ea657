import Testing
import Trading

/// the whole table, every state with every transition.
@Suite struct OrderStateTests {
    static let reason = Reason(.notSent, code: "a", "first")
    static let later = Reason(.brokerCancelled, code: "b", "second")

    static let states: [(name: String, state: OrderState)] = [
        ("received", .received), ("blocked", .blocked(reason)), ("sending", .sending), ("unconfirmed", .unconfirmed),
        ("working", .working("N1")), ("filled", .filled("N1")), ("rejected", .rejected("N1", reason)),
        ("rejected without number", .rejected(nil, reason)), ("cancelled", .cancelled("N1", reason)),
        ("expired", .expired("N1", reason)), ("expired without number", .expired(nil, reason)),
        ("not sent", .notSent(reason)),
    ]

    static let transitions: [(name: String, transition: OrderTransition)] = [
        ("blocked", .blocked(later)), ("sending", .sending), ("accepted N1", .accepted("N1")),
        ("accepted N2", .accepted("N2")), ("unanswered", .unanswered), ("not sent", .notSent(later)),
        ("working N1", .working("N1")), ("working N2", .working("N2")), ("completed", .completed),
        ("rejected", .rejected(later)), ("cancelled", .cancelled(later)), ("expired", .expired(later)),
    ]

    /// Written from section 1 of `design/architecture.md`, not from the code: state, transition, where it leads.
    static let legal: [String: OrderState] = [
        "received > blocked": .blocked(later),
        "received > sending": .sending,
        "received > not sent": .notSent(later),
        "received > expired": .expired(nil, later),
        // A restored backup: the intent is lost, the broker's books have the tag.
        "received > working N1": .working("N1"), "received > working N2": .working("N2"),
        "sending > accepted N1": .working("N1"), "sending > accepted N2": .working("N2"),
        "sending > working N1": .working("N1"), "sending > working N2": .working("N2"),
        "sending > rejected": .rejected(nil, later),
        "sending > unanswered": .unconfirmed,
        "sending > not sent": .notSent(later),
        "unconfirmed > accepted N1": .working("N1"), "unconfirmed > accepted N2": .working("N2"),
        "unconfirmed > working N1": .working("N1"), "unconfirmed > working N2": .working("N2"),
        "unconfirmed > rejected": .rejected(nil, later),
        "unconfirmed > not sent": .notSent(later),
        "working > completed": .filled("N1"),
        "working > rejected": .rejected("N1", later),
        "working > cancelled": .cancelled("N1", later),
        "working > expired": .expired("N1", later),
        // A reply that comes after the push says nothing new.
        "working > accepted N1": .working("N1"),
        "filled > accepted N1": .filled("N1"),
        "rejected > accepted N1": .rejected("N1", reason),
        "cancelled > accepted N1": .cancelled("N1", reason),
        "expired > accepted N1": .expired("N1", reason),
        // Out of a terminal state: the complete list.
        "not sent > working N1": .working("N1"), "not sent > working N2": .working("N2"),
        "rejected > completed": .filled("N1"),
        "cancelled > completed": .filled("N1"),
        "expired > completed": .filled("N1"),
    ]

    @Test func `every state answers every transition as the table says`() {
        var met: Set<String> = []
        for (name, state) in Self.states {
            for (transitionName, transition) in Self.transitions {
                let pair = "\(name) > \(transitionName)"
                let next = try? state.applying(transition)
                #expect(next == Self.legal[pair], "\(pair)")
                if Self.legal[pair] != nil { met.insert(pair) }
            }
        }
        #expect(met == Set(Self.legal.keys), "the list names pairs that exist")
    }

    @Test func `an illegal transition names both sides`() {
        #expect(throws: IllegalTransition.self) { try OrderState.filled("N1").applying(.sending) }
        do {
            _ = try OrderState.blocked(Self.reason).applying(.sending)
        } catch {
            #expect(error.state == .blocked(Self.reason))
            #expect(error.transition == .sending)
        }
    }

    @Test(arguments: [
        ("received", "CREATED", true, false), ("blocked", "FAILED", false, false),
        ("sending", "SENT_TO_BROKER", true, true), ("unconfirmed", "SENT_TO_BROKER", true, true),
        ("working", "SENT_TO_BROKER", true, true), ("filled", "EXECUTED", false, false),
        ("rejected", "FAILED", false, false), ("cancelled", "FAILED", false, false),
        ("expired", "FAILED", false, false), ("not_sent", "FAILED", false, false),
    ])
    func `the words and statuses are those of the contract`(
        word: String,
        status: String,
        isOpen: Bool,
        isAtBroker: Bool
    ) throws {
        let word = try #require(StateWord(rawValue: word))
        #expect(word.status.rawValue == status)
        for (_, state) in Self.states where state.word == word {
            #expect(state.isOpen == isOpen)
            #expect(state.isAtBroker == isAtBroker)
            #expect(state.status == word.status)
        }
    }

    @Test func `the tags are the contract's closed list`() {
        let list = """
            VALIDATION_FAILED RISK_LIMITS_EXCEEDED EXECUTION_GUARD_BLOCKED DUPLICATE_ORDER_BLOCKED GROUP_BLOCKED \
            TRADING_HALTED DATA_STALE ALERT_EXPIRED NO_POSITION RATE_LIMITED NOT_SENT EXPIRED_UNSENT BROKER_REJECTED \
            BROKER_CANCELLED BROKER_EXPIRED RESOLVED_BY_PERSON
            """
        #expect(OrderTag.allCases.map(\.rawValue) == list.split(separator: " ").map(String.init))
    }

    @Test func `places follow the order of the words`() {
        #expect(StateWord.allCases.map(\.place) == Array(StateWord.allCases.indices))
    }
}
