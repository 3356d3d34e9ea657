import Desk
import Trading

/// `architecture.md` section 4, to the letter.
extension PlaceAnswer {
    init(_ outcome: CallOutcome) {
        switch outcome {
        case .notSent(let why): self = .notSent(why)
        case .lost(let why), .oversized(let why): self = .unanswered(why)
        case .answered(let status, let body): self.init(NorenAnswer(status: status, body: body))
        }
    }

    private init(_ answer: NorenAnswer) {
        switch answer.content {
        case .ok(let row):
            if let number = row.text("norenordno") {
                self = .accepted(BrokerOrderID(number))
            } else {
                self = .unanswered("Ok without an order number")
            }
        case .notOk(let text):
            let refusal = RefusalText(text: text)
            if text.isEmpty {
                self = .unanswered("Not_Ok without a text")
            } else if refusal.isServerTimeout {
                self = .unanswered(text)
            } else if refusal.isThrottling {
                self = .throttled(text)
            } else {
                self = .refused(text, sessionExpired: refusal.isSessionExpired)
            }
        case .list: self = .unanswered("a list")
        case .unusable(let what): self = .unanswered(what)
        }
    }
}

/// The same reading for a request to cancel, which gets no number.
extension CancelAnswer {
    init(_ outcome: CallOutcome) {
        switch outcome {
        case .notSent(let why): self = .notSent(why)
        case .lost(let why), .oversized(let why): self = .unanswered(why)
        case .answered(let status, let body): self.init(NorenAnswer(status: status, body: body))
        }
    }

    private init(_ answer: NorenAnswer) {
        switch answer.content {
        case .ok: self = .accepted
        case .notOk(""): self = .unanswered("Not_Ok without a text")
        case .notOk(let text) where RefusalText(text: text).isServerTimeout: self = .unanswered(text)
        // It was the session or the pace that was refused, not the cancel: the wish stands.
        case .notOk(let text) where RefusalText(text: text).isAboutCalling: self = .notSent(text)
        case .notOk(let text): self = .refused(text)
        case .list: self = .unanswered("a list")
        case .unusable(let what): self = .unanswered(what)
        }
    }
}
