/// What the market last showed of an instrument.
public struct Quote: Hashable, Sendable {
    /// The last traded price; nil before the day's first trade.
    public var last: Price?
    public var bid: Price?
    public var ask: Price?
    /// The prices between which the exchange takes orders today.
    public var lowerCircuit: Price?
    public var upperCircuit: Price?
    /// When we received it: a quote's age counts from here, whatever time it carries itself.
    public var receivedAt: Timestamp

    public init(
        last: Price?,
        bid: Price? = nil,
        ask: Price? = nil,
        lowerCircuit: Price? = nil,
        upperCircuit: Price? = nil,
        receivedAt: Timestamp
    ) {
        self.last = last
        self.bid = bid
        self.ask = ask
        self.lowerCircuit = lowerCircuit
        self.upperCircuit = upperCircuit
        self.receivedAt = receivedAt
    }

    /// The best price that an order of `side` can trade at.
    public func opposite(_ side: Side) -> Price? { side == .buy ? ask : bid }
}
