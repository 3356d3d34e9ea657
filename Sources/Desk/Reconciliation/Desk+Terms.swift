import Trading

extension Desk {
    /// Takes over what the broker shows an order to be: changed by us, or in the broker's own app. Its fills are booked
    /// afterwards, so that they meet the quantity that they belong to.
    mutating func takeTerms(_ report: OrderReport, of record: OrderRecord, _ evidence: Evidence, at now: Timestamp) {
        guard report.showsTerms, !isOutdated(report, of: record) else { return }
        let shown = report.terms(over: record.workingTerms)
        guard shown != record.workingTerms || shown == record.askedTerms else { return }
        let filled = record.filled.quantity
        let mayBeTaken =
            switch record.state {
            case .working: shown.quantity >= max(1, filled) && (report.status != .cancelled || shown.quantity > filled)
            case .cancelled, .expired: shown.quantity > filled
            default: shown.quantity == record.quantity
            }
        guard mayBeTaken else { return }
        if self.record(.modified(shown, evidence), of: record.id, at: now), orders[record.id]?.askedTerms == nil {
            endChange(record.id)
        }
    }

    /// Whether a row or message is older than what is known: a book that lags, a message out of turn.
    private mutating func isOutdated(_ report: OrderReport, of record: OrderRecord) -> Bool {
        if report.filled < record.filled.quantity { return true }
        guard let revision = report.revision else { return false }
        let known = view.revisions[record.id] ?? revision
        if revision > 1, revision >= known { view.revisions[record.id] = revision }
        return revision < known
    }
}

extension OrderReport {
    /// Whether it tells what the order is. While a change is on its way a broker may print either.
    fileprivate var showsTerms: Bool {
        guard !refusesRequest else { return false }
        return switch status {
        case .open, .triggerPending, .complete, .cancelled: true
        case .pending, .rejected, .unknown: false
        }
    }

    /// The order's terms, with `known` where the report is silent. No order has a price of zero.
    func terms(over known: WorkingTerms) -> WorkingTerms {
        WorkingTerms(
            quantity: quantity,
            type: type ?? known.type,
            price: price > .zero ? price : known.price,
            triggerPrice: triggerPrice > .zero ? triggerPrice : known.triggerPrice
        )
    }
}
