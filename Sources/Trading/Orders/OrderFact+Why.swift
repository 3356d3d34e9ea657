extension OrderFact {
    /// Why this is on record, for people: what was seen, and where.
    public var why: String {
        switch self {
        case .received(let command): "registered as it came, by \(command.source.rawValue), before anything was checked"
        case .adopted(_, let number): "the broker's books show order \(number), which nobody placed here"
        case .blocked(let reason): "\(reason.tag.rawValue): \(reason.text)\(reason.comparison)"
        case .sending(let quantity):
            "nothing forbade it; the intent to send \(quantity) was stored before any byte left"
        case .capped(let quantity): "only \(quantity) were left to close when it was to leave"
        case .priced(let terms): "it goes out as \(terms.text): brokers refuse orders at the market"
        case .accepted(let number, _): "the broker's reply gave it number \(number)"
        case .unanswered(let text, _): "\(text): the broker may have it or not; only its books can tell"
        case .notSent(let reason): "\(reason.tag.rawValue): \(reason.text)"
        case .working(let number, let evidence): "\(evidence.words) showed its tag under number \(number)"
        case .filled(let fill, let evidence):
            "\(evidence.words) showed trade \(fill.id): \(fill.quantity) at \(fill.price)"
        case .rejected(let reason, let evidence): "\(evidence.words): \(reason.text)"
        case .cancelled(let reason, let evidence): "\(evidence.words) showed it \(reason.text)"
        case .expired(let reason): "\(reason.tag.rawValue): \(reason.text)"
        case .cancelAsked(let exit):
            exit.map { "exit \($0) needs it out of the way" } ?? "somebody asked for it, or an exit that is more urgent"
        case .cancelRefused(let text): "the broker refused the cancel: \(text.isEmpty ? "no reason given" : text)"
        case .modifyAsked(let terms, let source): "\(source.rawValue) asked for \(terms.text)"
        case .modifyBlocked(let reason): "\(reason.tag.rawValue): \(reason.text); nothing of it left"
        case .modifyRefused(let text, let evidence): "\(evidence.words): \(text)"
        case .modified(let terms, let evidence): "\(evidence.words) showed it as \(terms.text)"
        case .resized(let quantity, let evidence): "\(evidence.words) showed it for \(quantity)"
        case .disputed(let text): "the evidence contradicts itself: \(text)"
        case .agreed(let text): text
        case .inferred(let shown, let evidence):
            "\(evidence.words) showed \(shown.quantity) filled at \(shown.average) on average, before all its trades came"
        case .assigned(let strategy, _, let text): "given to \(strategy): \(text)"
        }
    }
}

extension Reason {
    /// The numbers that were compared; empty where there were none.
    fileprivate var comparison: String {
        guard let limit, let observed else { return "" }
        return " (limit \(limit), observed \(observed))"
    }
}

extension Evidence {
    /// Who said so, at the start of a sentence.
    fileprivate var words: String {
        switch self {
        case .reply: "the broker's reply"
        case .push: "the broker's push"
        case .orderBook: "the order book"
        case .tradeBook: "the trade book"
        case .simulated: "the simulation of test mode"
        case .person: "a person"
        }
    }
}
