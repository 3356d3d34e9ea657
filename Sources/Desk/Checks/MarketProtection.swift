public import Trading

/// Turns an order at the market into one with a limit just beyond what the market shows: brokers refuse the first kind
/// from programs, and the second fills as surely without paying any price.
///
/// The limit lies a slab's share beyond the reference: the best opposite price if that is within the slab of the last
/// one, else the last price. An entry without a fresh quote is refused. An exit never is: without a quote it goes by the
/// last price anybody told of today, else by what the position cost, with twice the slab; without any price at all it goes
/// out as it was asked for.
public struct MarketProtection: Hashable, Sendable {
    public var shares: PriceSlabs
    public var options: PriceSlabs

    /// How long a quote counts after it was received.
    public static let longestQuoteAge: Duration = .seconds(3)

    /// Whether what was known then says nothing any more. What lies in the future was known before the clock was set back,
    /// and nobody can say how long ago.
    static func isOld(_ known: Timestamp, at now: Timestamp) -> Bool {
        now - known > longestQuoteAge
            || now - known < .zero - DeskSettings.clockLeeway && !mutant("quote-from-the-future")
    }

    public init(shares: PriceSlabs = .shares, options: PriceSlabs = .options) {
        self.shares = shares
        self.options = options
    }

    /// What is known where an order is about to be sent.
    public struct Knowledge: Hashable, Sendable {
        public var contract: Contract?
        /// The last quote, however old it is.
        public var quote: Quote?
        /// The position book's last price, read today.
        public var positionPrice: Price?
        /// When that read began; nil is now.
        public var positionBegan: Timestamp?
        /// What is known where nothing of today is: the average at which the position was opened.
        public var lastPrice: Price?
        public var now: Timestamp

        public init(
            contract: Contract?,
            quote: Quote?,
            positionPrice: Price? = nil,
            positionBegan: Timestamp? = nil,
            lastPrice: Price? = nil,
            now: Timestamp
        ) {
            self.contract = contract
            self.quote = quote
            self.positionPrice = positionPrice
            self.positionBegan = positionBegan
            self.lastPrice = lastPrice
            self.now = now
        }
    }

    public enum Outcome: Hashable, Sendable {
        /// It has a limit already.
        case asAsked
        case protected(OrderTerms)
        /// An exit of which no price at all is known: sent as it is, since nothing else could be sent.
        case unprotected
        case refused(Reason)
    }

    public func outcome(for command: OrderCommand, knowing: Knowledge) -> Outcome {
        guard !command.type.hasLimit else { return .asAsked }
        guard command.reduces || knowing.contract != nil else {
            let text = "\(command.instrument) is in no master, so no slab is known to protect it by"
            return .refused(Reason(.validationFailed, code: "kind_unknown", text))
        }
        if command.type == .stopMarket { return stop(command, knowing) }
        switch reference(for: command, knowing) {
        case .found(let basis, let price, let knownAt):
            return .protected(terms(command, knowing, basis, price, knownAt))
        case .missing(let reason): return command.reduces ? .unprotected : .refused(reason)
        }
    }
}

// MARK: - The reference

extension MarketProtection {
    private enum Reference {
        case found(MarketLimit.Basis, Price, knownAt: Timestamp)
        case missing(Reason)
    }

    private func reference(for command: OrderCommand, _ knowing: Knowledge) -> Reference {
        let missing: Reason
        switch fresh(knowing) {
        case .success(let quote):
            if let last = Self.usable(quote.last) {
                if let opposite = Self.usable(quote.opposite(command.side)), isWithinSlab(opposite, of: last, knowing) {
                    return .found(.opposite, opposite, knownAt: quote.receivedAt)
                }
                return .found(.last, last, knownAt: quote.receivedAt)
            }
            missing = Self.refusal("no_last_price", "\(command.instrument) has not traded today: no price to judge by")
        case .failure(let stale): missing = stale.reason
        }
        guard command.reduces else { return .missing(missing) }
        let isNewer = today(knowing).map { $0.receivedAt >= knowing.positionBegan ?? knowing.now } ?? false
        if !isNewer, let price = Self.usable(knowing.positionPrice) {
            return .found(.position, price, knownAt: knowing.now)
        }
        let known = [today(knowing)?.last, today(knowing)?.opposite(command.side), knowing.lastPrice]
        if let price = known.lazy.compactMap(Self.usable).first {
            return .found(.stale, price, knownAt: knowing.now)
        }
        return .missing(missing)
    }

    private struct Stale: Error { let reason: Reason }

    private func fresh(_ knowing: Knowledge) -> Result<Quote, Stale> {
        guard let quote = knowing.quote else {
            return .failure(Stale(reason: Self.refusal("no_quote", "there is no quote to protect the order by")))
        }
        let age = knowing.now - quote.receivedAt
        guard !Self.isOld(quote.receivedAt, at: knowing.now) else {
            let limit = Self.longestQuoteAge.inSeconds
            let text = "the last quote is \(age.inSeconds) old, the limit is \(limit)"
            return .failure(
                Stale(reason: Reason(.dataStale, code: "quote_stale", text, limit: limit, observed: age.inSeconds))
            )
        }
        return .success(quote)
    }

    /// The quote, if it is of the day: its circuit limits and prices then still say something.
    private func today(_ knowing: Knowledge) -> Quote? {
        knowing.quote.flatMap { TradingDay($0.receivedAt) == TradingDay(knowing.now) ? $0 : nil }
    }

    private func isWithinSlab(_ price: Price, of last: Price, _ knowing: Knowledge) -> Bool {
        let allowed = Int128(last.tenThousandths) * Int128(basisPoints(at: last, knowing))
        return Int128(abs(price.tenThousandths - last.tenThousandths)) * 10_000 <= allowed
    }

    /// The wider of both kinds' where the kind is not known.
    private func basisPoints(at price: Price, _ knowing: Knowledge) -> Int {
        guard let kind = knowing.contract?.kind else {
            return max(shares.basisPoints(at: price), options.basisPoints(at: price))
        }
        return (kind.isOption ? options : shares).basisPoints(at: price)
    }

    private static func refusal(_ code: String, _ text: String) -> Reason { Reason(.dataStale, code: code, text) }
}

// MARK: - The limit

extension MarketProtection {
    private func terms(
        _ command: OrderCommand,
        _ knowing: Knowledge,
        _ basis: MarketLimit.Basis,
        _ reference: Price,
        _ knownAt: Timestamp
    ) -> OrderTerms {
        let doubled = basis == .position || basis == .stale
        let points = basisPoints(at: reference, knowing) * (doubled ? 2 : 1)
        let tick = Self.tick(of: command.instrument.exchange, knowing.contract)
        let price = Self.limit(beyond: reference, points, command.side, tick)
        return OrderTerms(
            type: .limit,
            price: Self.inside(today(knowing), price, tick),
            protection: MarketLimit(basis: basis, reference: reference, basisPoints: points, knownAt: knownAt)
        )
    }

    /// A stop waits: what the market shows now says nothing of when it triggers, so its limit goes by its trigger.
    private func stop(_ command: OrderCommand, _ knowing: Knowledge) -> Outcome {
        let tick = Self.tick(of: command.instrument.exchange, knowing.contract)
        let isBuy = command.side == .buy
        // An exit's trigger between two ticks is moved to where it triggers sooner.
        let trigger = isBuy ? command.triggerPrice.floored(to: tick) : command.triggerPrice.raised(to: tick)
        let sent = command.reduces && trigger > .zero ? trigger : command.triggerPrice
        let points = basisPoints(at: sent, knowing)
        var price = Self.inside(today(knowing), Self.limit(beyond: sent, points, command.side, tick), tick)
        if isBuy ? price < sent : price > sent {
            guard command.reduces else {
                let text = "the trigger \(sent) lies outside the day's circuit limits"
                return .refused(Reason(.validationFailed, code: "trigger_outside_circuit", text))
            }
            price = sent
        }
        return .protected(
            OrderTerms(
                type: .stopLimit,
                price: price,
                triggerPrice: sent,
                protection: MarketLimit(basis: .trigger, reference: sent, basisPoints: points, knownAt: knowing.now)
            )
        )
    }

    /// The price on the tick that is `points` beyond `reference`, rounded towards who is to trade with us.
    private static func limit(beyond reference: Price, _ points: Int, _ side: Side, _ tick: Price) -> Price {
        let scaled = Int128(reference.tenThousandths) * Int128(10_000 + side.sign * points)
        let step = Int128(tick.tenThousandths) * 10_000
        let ticks = side == .buy ? (scaled + step - 1) / step : scaled / step
        return Price(tenThousandths: Int64(max(1, ticks)) * tick.tenThousandths)
    }

    /// The nearest price that the exchange takes today, as far as its limits are known.
    private static func inside(_ quote: Quote?, _ price: Price, _ tick: Price) -> Price {
        let upper = usable(quote?.upperCircuit).map { $0.floored(to: tick) }
        let lower = usable(quote?.lowerCircuit).map { $0.raised(to: tick) }
        if let lower, let upper, lower > upper { return price }  // limits that contradict each other say nothing
        return max(lower ?? price, min(upper ?? price, price))
    }

    /// Brokers print zero for what they do not know.
    private static func usable(_ price: Price?) -> Price? {
        price.flatMap { $0 > .zero && $0 <= .largest ? $0 : nil }
    }

    /// The contract's own, else one whose multiples are multiples of every usual tick of the exchange.
    private static func tick(of exchange: Exchange, _ contract: Contract?) -> Price {
        contract?.tick ?? usualTicks[exchange] ?? Price(tenThousandths: 500)
    }

    /// For brokers whose masters have no ticks, and for exits of what is in no master.
    static let usualTicks: [Exchange: Price] = [
        "NSE": Price(tenThousandths: 500), "BSE": Price(tenThousandths: 500), "NFO": Price(tenThousandths: 500),
        "BFO": Price(tenThousandths: 500), "CDS": Price(tenThousandths: 25), "MCX": Price(tenThousandths: 10_000),
    ]
}
