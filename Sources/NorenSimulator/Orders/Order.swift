/// An order and all that happened to it.
struct Order: Sendable {
    /// `norenordno`.
    let number: String
    let account: Int
    let terms: OrderTerms
    let source: OrderSource
    let receivedAt: Int64

    var price: PriceTerms
    var previousPrice: PriceTerms?
    var status = OrderStatus.pending
    var version = 1
    var filled = FillSum()
    var cancelled = 0
    var exchangeNumber: String?
    var fills: [Fill] = []
    var reports: [OrderReport] = []
    /// Where it waits in its book; nil when it waits nowhere.
    var place: RestingQueue.Entry?
    /// It could have traded when it came to rest, so it trades at the market's price and not at its own.
    var isAggressive = false
    var margin = MarginHold.none

    init(number: String, account: Int, terms: OrderTerms, source: OrderSource, receivedAt: Int64) {
        self.number = number
        self.account = account
        self.terms = terms
        self.source = source
        self.receivedAt = receivedAt
        price = terms.price
    }

    var remaining: Int { price.quantity - filled.quantity }

    /// The worst price it accepts; nil for any.
    var limit: Rupees? { price.type.isMarket ? nil : price.price }

    func accepts(_ offer: Rupees) -> Bool {
        guard let limit else { return true }
        return terms.side == .buy ? offer <= limit : offer >= limit
    }

    /// The order as it is now, under the heading of what happened to it.
    func report(
        _ type: ReportType,
        at now: Int64,
        showing shown: OrderStatus?,
        reason: String?,
        fill: Fill?
    )
        -> OrderReport
    {
        OrderReport(
            type: type,
            status: shown ?? status,
            at: now,
            version: version,
            terms: price,
            previousTerms: previousPrice,
            filled: filled,
            cancelled: cancelled,
            reason: reason,
            exchangeNumber: exchangeNumber,
            fill: fill
        )
    }
}
