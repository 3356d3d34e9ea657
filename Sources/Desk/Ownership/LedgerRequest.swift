public import Trading

/// A person's word about who holds what. It changes the ledger, and never sends an order.
public struct LedgerRequest: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// Whatever the strategy counts as its own is gone.
        case forceCloseStrategy(StrategyName)
        /// Whoever counts the symbol as his own: it is gone.
        case forceClearSymbol
        /// So many units that nobody owns, or that `external` holds, are the strategy's.
        case adopt(StrategyName, quantity: Int, at: Price?)
        /// An order that was placed elsewhere is the strategy's, with all it filled and will fill.
        case adoptOrder(StrategyName, CommandID)
    }

    public var action: Action
    /// Which positions are meant; what is nil matches any.
    public var symbol: String?
    public var exchange: Exchange?
    public var product: Product?
    /// Units that the broker still shows, named by somebody who wants it all the same.
    public var confirm: Int?
    public var by: String
    public var reason: String
    /// The sender's name for this request, so that it is done once however often it comes.
    public var key: String?

    public init(
        _ action: Action,
        symbol: String? = nil,
        exchange: Exchange? = nil,
        product: Product? = nil,
        confirm: Int? = nil,
        by: String,
        reason: String,
        key: String? = nil
    ) {
        self.action = action
        self.symbol = symbol
        self.exchange = exchange
        self.product = product
        self.confirm = confirm
        self.by = by
        self.reason = reason
        self.key = key
    }

    func means(_ position: PositionKey) -> Bool {
        (symbol ?? position.instrument.symbol) == position.instrument.symbol
            && (exchange ?? position.instrument.exchange) == position.instrument.exchange
            && (product ?? position.product) == position.product
    }

    /// What is asked for, as it is kept: two requests with one text are the same.
    var content: String {
        let what =
            switch action {
            case .forceCloseStrategy(let strategy): "force_close_strategy \(strategy)"
            case .forceClearSymbol: "force_clear_symbol"
            case .adopt(let strategy, let quantity, let price):
                "adopt \(quantity) for \(strategy)" + (price.map { " at \($0)" } ?? "")
            case .adoptOrder(let strategy, let order): "adopt order \(order) for \(strategy)"
            }
        let place = [exchange?.code, symbol, product?.code, confirm.map { "confirming \($0)" }].compactMap(\.self)
        return ([what] + place).joined(separator: " ")
    }
}

/// A request that was done: what it came to, so that it is not done again.
public struct DoneLedgerRequest: Hashable, Sendable {
    public let key: String?
    public let content: String
    public let at: Timestamp
    public internal(set) var entries: [LedgerEntry]

    public init(key: String?, content: String, at: Timestamp, entries: [LedgerEntry]) {
        self.key = key
        self.content = content
        self.at = at
        self.entries = entries
    }
}
