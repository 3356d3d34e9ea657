import Trading

/// What a client's orders come to by now, for limits to be judged by: kept with every change of a record, so that whatever
/// takes a record back takes its share back with it. Without limits nothing is kept.
struct OpenLoad: Sendable {
    /// What one scope's orders come to.
    struct Sums: Hashable, Sendable {
        /// Orders that are open; of those too that take risk out.
        var open = 0
        /// Orders of each of the last days that left, as far as is known.
        var sent: [TradingDay: Int] = [:]
        /// What open orders that add risk are worth at their own prices, in 1/10000 rupee.
        var value: Int128 = 0
        /// Units of those that have no price of their own.
        var unpriced: [Instrument: Int] = [:]

        var isNothing: Bool { open == 0 && sent.isEmpty && value == 0 && unpriced.isEmpty }

        fileprivate mutating func forget(before day: TradingDay) { sent = sent.filter { $0.key >= day } }

        fileprivate mutating func add(_ share: Share, _ instrument: Instrument, _ sign: Int) {
            if share.isOpen { open += sign }
            if let day = share.sentOn {
                sent[day, default: 0] += sign
                if sent[day] == 0 { sent[day] = nil }
            }
            guard share.units > 0 else { return }
            if let price = share.price {
                value += Int128(share.units) * Int128(price.tenThousandths) * Int128(sign)
            } else {
                unpriced[instrument, default: 0] += share.units * sign
                if unpriced[instrument] == 0 { unpriced[instrument] = nil }
            }
        }
    }

    /// One side of what is traded.
    struct Lane<Subject: Hashable & Sendable>: Hashable, Sendable {
        let subject: Subject
        let side: Side
    }

    let isKept: Bool
    private(set) var client = Sums()
    private(set) var strategies: [StrategyName: Sums] = [:]
    private(set) var instruments: [Instrument: Sums] = [:]
    /// Units that open orders may still add.
    private(set) var unitsOfInstrument: [Lane<Instrument>: Int] = [:]
    private(set) var unitsOfHolding: [Lane<HoldingKey>: Int] = [:]

    init(isKept: Bool = false) { self.isKept = isKept }

    mutating func move(_ command: OrderCommand, from old: Share, to new: Share) {
        guard old != new else { return }
        add(old, of: command, -1)
        add(new, of: command, 1)
    }

    /// Days that are over for good.
    mutating func forget(before day: TradingDay) {
        guard client.sent.keys.contains(where: { $0 < day }) else { return }
        client.forget(before: day)
        for name in Array(strategies.keys) { strategies[name]?.forget(before: day) }
        for instrument in Array(instruments.keys) { instruments[instrument]?.forget(before: day) }
        strategies = strategies.filter { !$0.value.isNothing }
        instruments = instruments.filter { !$0.value.isNothing }
    }

    private mutating func add(_ share: Share, of command: OrderCommand, _ sign: Int) {
        guard share != .nothing else { return }
        client.add(share, command.instrument, sign)
        strategies[command.strategy, default: Sums()].add(share, command.instrument, sign)
        instruments[command.instrument, default: Sums()].add(share, command.instrument, sign)
        if strategies[command.strategy]?.isNothing == true { strategies[command.strategy] = nil }
        if instruments[command.instrument]?.isNothing == true { instruments[command.instrument] = nil }
        guard share.units > 0 else { return }
        Self.add(share.units * sign, to: Lane(subject: command.instrument, side: command.side), of: &unitsOfInstrument)
        Self.add(share.units * sign, to: Lane(subject: command.holding, side: command.side), of: &unitsOfHolding)
    }

    private static func add<Subject>(_ units: Int, to lane: Lane<Subject>, of sums: inout [Lane<Subject>: Int]) {
        sums[lane, default: 0] += units
        if sums[lane] == 0 { sums[lane] = nil }
    }

    /// What one order adds to the sums.
    struct Share: Equatable, Sendable {
        var isOpen = false
        var sentOn: TradingDay?
        /// Units that it may still add.
        var units = 0
        var price: Price?

        static let nothing = Share()

        init() {}

        /// `isCounted` is false of an order that is not open or stands in nobody's way.
        init(_ record: OrderRecord, isCounted: Bool) {
            guard record.command.test == nil else { return }
            isOpen = isCounted
            if record.hasLeft, record.command.strategy != .external { sentOn = record.tradingDay }
            guard isCounted, !record.command.reduces else { return }
            if record.state == .unconfirmed, mutant("limits-ignore-unconfirmed") { return }
            if record.state == .received, mutant("limits-ignore-waiting") { return }
            units = record.mostRemaining
            price = record.ownPrice
        }
    }
}

extension OrderRecord {
    /// Whether it may have been sent, as far as is known.
    var hasLeft: Bool {
        switch state {
        case .sending, .unconfirmed, .working, .filled, .rejected, .cancelled: true
        case .expired: state.brokerOrderID != nil
        case .received, .blocked, .notSent: filled.quantity > 0
        }
    }

    /// The price that it names itself: its limit, or else its trigger.
    fileprivate var ownPrice: Price? { type.hasLimit ? price : type.hasTrigger ? triggerPrice : nil }
}
