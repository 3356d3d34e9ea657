import Trading

/// Orders at the market go out with a limit where the broker takes no others.
extension Desk {
    enum Pricing: Equatable {
        case asAsked
        case terms(OrderTerms)
        /// For a quote.
        case wait
        case refused(Reason)
    }

    /// With which limit an order is to go now. An entry waits for a quote and is refused without one; one that reduces
    /// waits a moment and then goes by what is known.
    mutating func pricing(
        of command: OrderCommand,
        since: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Pricing {
        guard let protection = settings.protection, command.test == nil else { return .asAsked }
        switch protection.outcome(for: command, knowing: knowledge(of: command, at: now)) {
        case .asAsked: return .asAsked
        case .unprotected:
            return waitsForQuote(command, at: now, into: &output) ? .wait : .asAsked
        case .protected(let terms):
            guard terms.protection?.basis.isFallback == true else { return .terms(terms) }
            return waitsForQuote(command, at: now, into: &output) ? .wait : .terms(terms)
        case .refused(let reason):
            guard reason.tag == .dataStale, askQuote(command, at: now, into: &output) != nil,
                now - since < DeskSettings.waitForData
            else { return .refused(reason) }
            return .wait
        }
    }

    private mutating func waitsForQuote(
        _ command: OrderCommand,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Bool {
        guard let asked = askQuote(command, at: now, into: &output) else { return false }
        return now - asked < DeskSettings.waitForQuote
    }

    /// Asks for a quote unless that was done a moment ago; returns when. Nil where there is nothing to ask by.
    private mutating func askQuote(
        _ command: OrderCommand,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Timestamp? {
        askQuote(of: command.instrument, urgent: command.reduces, at: now, into: &output)
    }

    @discardableResult mutating func askQuote(
        of instrument: Instrument,
        urgent: Bool,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Timestamp? {
        guard contracts.contract(instrument) != nil else { return nil }
        if let asked = view.quotesAsked[instrument], now - asked < MarketProtection.longestQuoteAge { return asked }
        view.quotesAsked[instrument] = now
        output.actions.append(.quote(instrument, urgent: urgent))
        return now
    }

    private func knowledge(of command: OrderCommand, at now: Timestamp) -> MarketProtection.Knowledge {
        let positions = view.positions.flatMap { TradingDay($0.began) == TradingDay(now) ? $0 : nil }
        return MarketProtection.Knowledge(
            contract: contracts.contract(command.instrument),
            quote: view.quotes[command.instrument],
            positionPrice: positions?.prices[command.instrument],
            positionBegan: positions?.began,
            lastPrice: ledger[command.holding].averagePrice,
            now: now
        )
    }

    /// Whether the limit that an order is to go out with was made from what is too old by now.
    func isOutpriced(_ record: OrderRecord, at now: Timestamp) -> Bool {
        guard settings.protection != nil, let limit = record.terms?.protection, limit.basis != .trigger else {
            return false
        }
        return MarketProtection.isOld(limit.knownAt, at: now)
    }

    /// Gives an intended order a limit by what the market shows now. False while it waits for that, and when it was
    /// refused.
    mutating func reprice(_ record: OrderRecord, at now: Timestamp, into output: inout DeskOutput) -> Bool {
        let since = view.repricing[record.id] ?? now
        switch pricing(of: record.command, since: since, at: now, into: &output) {
        case .wait:
            view.repricing[record.id] = since
            return false
        case .refused(let reason):
            endRepricing(record.id)
            drop(record.id, reason, at: now, into: &output)
            return false
        case .terms(let terms):
            self.record(.priced(terms), of: record.id, at: now)
            return true
        case .asAsked:
            // No price at all is known any more: the limit that it has is the best there is.
            if var terms = record.terms, var limit = terms.protection {
                limit.basis = .stale
                limit.knownAt = now
                terms.protection = limit
                self.record(.priced(terms), of: record.id, at: now)
            }
            return true
        }
    }

    /// Time has passed, or the market was heard of: whoever waits for a quote is asked again.
    mutating func reconsiderPrices(at now: Timestamp, into output: inout DeskOutput) {
        for id in view.repricing.keys.sorted() {
            if orders[id]?.state == .sending {
                recheck(id, at: now, into: &output)
            } else {
                endRepricing(id)
            }
        }
    }

    /// What was asked for so long ago that nobody waits for it any more.
    mutating func forgetOldAsks(at now: Timestamp) {
        if !view.quotesAsked.isEmpty {
            view.quotesAsked = view.quotesAsked.filter { now - $0.value < MarketProtection.longestQuoteAge }
        }
        if !view.securitiesAsked.isEmpty {
            view.securitiesAsked = view.securitiesAsked.filter { now - $0.value < DeskSettings.waitForLimit * 3 }
        }
    }
}

extension MarketLimit.Basis {
    /// Whether a fresh quote would have been better.
    fileprivate var isFallback: Bool { self == .position || self == .stale }
}
