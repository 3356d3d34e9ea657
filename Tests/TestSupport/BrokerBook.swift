public import Desk
public import Trading

/// What a broker would show: the orders it took, their fills, and the books that follow from both.
public struct BrokerBook: Sendable {
    public struct Order: Sendable {
        public let number: BrokerOrderID
        public var tag: ClientTag?
        public var position: PositionKey
        public var side: Side
        public var type: OrderType
        public var price: Price
        public var triggerPrice: Price = .zero
        /// How often it was changed, and one more.
        public var revision = 1
        public var quantity: Int
        public var status: BrokerStatus
        public var rejection: String?
        public var fills: [Fill] = []

        public var filled: Int { fills.map(\.quantity).reduce(0, +) }

        /// As brokers print it: two decimals.
        public var average: Price? {
            var sum = FillSum()
            for fill in fills { sum.add(fill.quantity, at: fill.price) }
            return sum.averagePrice.map { Price(tenThousandths: $0.tenThousandths / 100 * 100) }
        }
    }

    public private(set) var orders: [BrokerOrderID: Order] = [:]
    /// Units at the start of the day.
    public var carried: [PositionKey: Int] = [:]
    public var profit: Money = .zero
    private var fillCount = 0
    private var taken = 0
    private let firstNumber: Int

    /// `day`: the broker's numbers of different days differ.
    public init(day: Int = 0) { firstNumber = 26_112_300_001_000 + day * 1_000_000_000 }

    public subscript(number: BrokerOrderID) -> Order? {
        get { orders[number] }
        set { orders[number] = newValue }
    }

    /// Takes an order in, under the next number.
    @discardableResult public mutating func take(
        _ tag: ClientTag?,
        _ position: PositionKey = .sample,
        _ side: Side = .buy,
        _ quantity: Int = 100,
        type: OrderType = .market,
        price: Price = .zero
    ) -> BrokerOrderID {
        let number = BrokerOrderID(String(firstNumber + taken))
        taken += 1
        orders[number] = Order(
            number: number,
            tag: tag,
            position: position,
            side: side,
            type: type,
            price: price,
            quantity: quantity,
            status: .open
        )
        return number
    }

    @discardableResult public mutating func take(_ record: OrderRecord) -> BrokerOrderID {
        let command = record.command
        let number = take(
            command.tag,
            command.position,
            command.side,
            record.quantity,
            type: record.type,
            price: record.price
        )
        orders[number]?.triggerPrice = record.triggerPrice
        return number
    }

    /// Fills a part, or all that is left.
    @discardableResult public mutating func fill(
        _ number: BrokerOrderID,
        _ quantity: Int? = nil,
        at price: Price = .rupees(100),
        when now: Timestamp = .sample
    ) -> Fill? {
        guard var order = orders[number] else { return nil }
        fillCount += 1
        let fill = Fill(
            id: FillID("F\(fillCount)"),
            brokerOrderID: number,
            exchange: order.position.instrument.exchange,
            tradingDay: TradingDay(now),
            quantity: quantity ?? order.quantity - order.filled,
            price: price,
            at: now
        )
        order.fills.append(fill)
        if order.filled >= order.quantity { order.status = .complete }
        orders[number] = order
        return fill
    }

    /// The order is another one from now on, whoever asked for that.
    public mutating func change(_ number: BrokerOrderID, to terms: WorkingTerms) {
        orders[number]?.type = terms.type
        orders[number]?.price = terms.price
        orders[number]?.triggerPrice = terms.triggerPrice
        orders[number]?.quantity = terms.quantity
        orders[number]?.revision += 1
    }

    public mutating func cancel(_ number: BrokerOrderID) { orders[number]?.status = .cancelled }

    public mutating func reject(_ number: BrokerOrderID, _ text: String = "RED:Margin shortfall") {
        orders[number]?.status = .rejected
        orders[number]?.rejection = text
    }

    public mutating func remove(_ number: BrokerOrderID) { orders[number] = nil }

    /// One order's row; with `fill`, the push that tells of it.
    public func report(_ number: BrokerOrderID, fill: Fill? = nil) -> OrderReport? {
        orders[number].map { order in
            OrderReport(
                brokerOrderID: number,
                tag: order.tag,
                instrument: order.position.instrument,
                product: order.position.product,
                side: order.side,
                type: order.type,
                quantity: order.quantity,
                price: order.price,
                triggerPrice: order.triggerPrice,
                revision: order.revision,
                status: order.status,
                filled: order.filled,
                averagePrice: order.average,
                rejection: order.rejection,
                fill: fill
            )
        }
    }

    public var orderRows: [OrderReport] { orders.keys.sorted().compactMap { report($0) } }

    public var tradeRows: [TradeReport] {
        orders.keys.sorted().compactMap { orders[$0] }.flatMap { order in
            order.fills.map { TradeReport(fill: $0, tag: order.tag) }
        }
    }

    public var nets: [PositionKey: Int] {
        var nets = carried
        for order in orders.values where order.filled > 0 {
            nets[order.position, default: 0] += order.filled * order.side.sign
        }
        return nets
    }

    /// The first row tells the whole profit, the others none.
    public var positionRows: [PositionReport] {
        nets.keys.sorted().enumerated().map { index, position in
            PositionReport(position: position, net: nets[position] ?? 0, profit: index == 0 ? profit : .zero)
        }
    }
}

extension BookRead {
    /// What a broker answers for these rows: `no data` when there are none.
    public static func of(_ rows: [Row]) -> BookRead { rows.isEmpty ? .empty : .known(rows) }
}
