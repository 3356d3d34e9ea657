import Desk
import Trading

/// One order as the broker has it.
struct ExchangeOrder: Sendable {
    let number: BrokerOrderID
    let tag: ClientTag?
    /// What was placed through us; nil for what people did in the broker's app.
    let command: OrderCommand?
    let position: PositionKey
    let side: Side
    var type: OrderType
    var price: Price
    var triggerPrice: Price
    /// How often it was changed; nil where rows do not tell.
    var revision: Int?
    var quantity: Int
    var status: BrokerStatus
    var rejection: String?
    var filled = 0
    /// Somebody changed its quantity in the broker's app.
    var isResizedByHand = false
    /// The market has left its protecting limit behind: it rests.
    var isOutpriced = false
    /// When it came, in the world's microseconds.
    let arrived: Int64
    /// The order's day at the exchange.
    let day: TradingDay

    var remaining: Int { max(0, quantity - filled) }

    var isOpen: Bool {
        switch status {
        case .pending, .open, .triggerPending: true
        case .complete, .rejected, .cancelled, .unknown: false
        }
    }

    /// What it is now, as far as that can be changed.
    var terms: WorkingTerms {
        WorkingTerms(quantity: quantity, type: type, price: price, triggerPrice: triggerPrice)
    }

    /// To be filled at once: it is at the market, or its limit only protects it.
    var isAtMarket: Bool { type == .market || command?.type == .market }

    func report(_ fill: Fill? = nil) -> OrderReport {
        OrderReport(
            brokerOrderID: number,
            tag: tag,
            instrument: position.instrument,
            product: position.product,
            side: side,
            type: type,
            quantity: quantity,
            price: price,
            triggerPrice: triggerPrice,
            revision: revision,
            status: status,
            filled: filled,
            rejection: rejection,
            fill: fill
        )
    }
}

/// One fill as the exchange counts it.
struct ExchangeFill: Sendable {
    let fill: Fill
    let position: PositionKey
    let side: Side
    let tag: ClientTag?
    let command: OrderCommand?
    /// In the world's microseconds.
    let at: Int64
    /// It came after the broker had shown the order ended.
    let isLate: Bool

    var signed: Int { side.sign * fill.quantity }
}
