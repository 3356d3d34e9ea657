extension OrderState {
    /// Where a planted fault of the table leads; nil where the table is right, and always in the product.
    func misled(by transition: OrderTransition) -> OrderState? {
        #if MUTANTS
        switch (self, transition) {
        // What the table does not allow.
        case (.sending, .sending) where mutant("table-sends-twice"): .sending
        case (.unconfirmed, .sending) where mutant("table-sends-unconfirmed-again"): .sending
        case (.blocked, .sending) where mutant("table-sends-blocked"): .sending
        case (.received, .unanswered) where mutant("table-loses-what-never-left"): .unconfirmed
        case (.working, .accepted(let id)) where mutant("table-takes-a-second-number"): .working(id)
        case (.working, .notSent(let reason)) where mutant("table-forgets-working"): .notSent(reason)
        case (.unconfirmed, .expired(let reason)) where mutant("table-expires-unconfirmed"): .expired(nil, reason)
        case (.filled(let id), .cancelled(let reason)) where mutant("table-cancels-filled"): .cancelled(id, reason)
        case (.cancelled, .working(let id)) where mutant("table-revives-cancelled"): .working(id)
        case (.rejected, .working(let id)) where mutant("table-revives-rejected"): .working(id)
        case (.notSent(let reason), .expired) where mutant("table-expires-unsent"): .expired(nil, reason)
        // What it allows, and leads elsewhere.
        case (.sending, .unanswered) where mutant("table-takes-silence-for-no"): .notSent(.silence)
        case (.sending, .rejected(let reason)) where mutant("table-takes-no-for-unsent"): .notSent(reason)
        case (.working(let id), .cancelled) where mutant("table-fills-cancelled"): .filled(id)
        case (.working, .expired(let reason)) where mutant("table-loses-number-at-expiry"): .expired(nil, reason)
        // What it allows, and leads nowhere.
        case (.received, .working) where mutant("table-misses-lost-intent"): self
        case (.unconfirmed, .working) where mutant("table-misses-found"): self
        case (.notSent, .working) where mutant("table-misses-appeared"): self
        case (.cancelled, .completed) where mutant("table-misses-fill-after-cancel"): self
        case (.expired, .completed) where mutant("table-misses-fill-after-expiry"): self
        default: nil
        }
        #else
        nil
        #endif
    }
}

#if MUTANTS
extension Reason {
    fileprivate static let silence = Reason(.notSent, code: "mutant", "no answer came")
}
#endif
