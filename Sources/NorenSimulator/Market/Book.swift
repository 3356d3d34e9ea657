/// One instrument's market: the quote, and our accounts' orders that wait there.
struct Book: Sendable {
    var quote: Quote
    var bids = RestingQueue()
    var asks = RestingQueue()
    /// Stop orders, the nearest trigger first.
    var buyStops = RestingQueue()
    var sellStops = RestingQueue()
    var bars = Bars()
    /// Days that the simulator has seen the end of.
    var days: [CalendarDay: Bar] = [:]
    /// How much more the market's own side will trade; nil is without limit.
    var liquidity: Int?
    /// While held, orders rest and nothing trades or triggers.
    var isHeld = false

    init(quote: Quote) { self.quote = quote }

    mutating func note(at now: Int64) { bars.note(quote.last, volume: quote.volume, at: now) }

    var hasWaitingOrders: Bool { !(bids.isEmpty && asks.isEmpty && buyStops.isEmpty && sellStops.isEmpty) }

    func resting(_ side: Side) -> RestingQueue { side == .buy ? bids : asks }
    func stops(_ side: Side) -> RestingQueue { side == .buy ? buyStops : sellStops }

    /// The best price that an order of this side meets in the market's own levels.
    func touch(for side: Side) -> Rupees? { quote.levels(for: side).first?.price }
}
