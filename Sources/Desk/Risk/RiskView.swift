public import Trading

/// A client's risk as it stands: every limit with its headroom, the day's profit and loss, and who halted what.
public struct RiskView: Sendable {
    public var limits: [LimitLine]
    public var profit: Money?
    /// When the read began that told the profit.
    public var profitBegan: Timestamp?
    public var floor: Money?
    public var halts: [Halt]
}

/// One limit of one scope. Amounts are in its own unit, rupees as 1/10000.
public struct LimitLine: Hashable, Sendable {
    public var kind: LimitKind
    public var scope: LimitScope
    /// Where it is counted per instrument: of which.
    public var subject: String?
    /// Nil where it is on or off.
    public var limit: Int128?
    /// Nil where each order is judged by itself, or where the worth of what is open is not known. Of margin, what was free
    /// when it was last read.
    public var used: Int128?
    /// What a list holds.
    public var entries: [String] = []

    /// Of margin, what is free above the least.
    public var left: Int128? {
        guard kind == .freeMargin else { return limit.map { max(0, $0 - (used ?? 0)) } }
        guard let limit, let used else { return nil }
        return max(0, used - limit)
    }
}

extension Desk {
    /// Reads only.
    public func riskView(at now: Timestamp) -> RiskView {
        RiskView(
            limits: watchesLimits ? limitLines(at: now) : [],
            profit: risk.profit,
            profitBegan: risk.profitBegan,
            floor: floor,
            halts: haltsInForce
        )
    }

    private func limitLines(at now: Timestamp) -> [LimitLine] {
        let limits = settings.limits
        var lines = switches(limits)
        let scopes =
            [LimitScope.client] + limits.strategies.keys.sorted().map(LimitScope.strategy)
            + limits.instruments.keys.sorted().map(LimitScope.instrument)
        for scope in scopes {
            guard let set = limits.limits(of: scope) else { continue }
            for kind in LimitKind.allCases {
                guard let limit = set.amount(of: kind) else { continue }
                switch kind {
                case .instrumentPosition: lines += positionLines(scope, limit)
                case .strategyPosition: lines += holdingLines(scope, limit)
                default:
                    let used = used(kind, scope, at: now)
                    lines.append(LimitLine(kind: kind, scope: scope, limit: limit, used: used))
                }
            }
        }
        let order = LimitKind.allCases
        return lines.enumerated()
            .sorted { one, two in
                let (first, second) = (order.firstIndex(of: one.element.kind), order.firstIndex(of: two.element.kind))
                return (first ?? 0, one.offset) < (second ?? 0, two.offset)
            }
            .map(\.element)
    }

    private func switches(_ limits: LimitSettings) -> [LimitLine] {
        var lines: [LimitLine] = []
        if !limits.restricted.isEmpty {
            lines.append(LimitLine(kind: .restricted, scope: .client, entries: limits.restricted.sorted()))
        }
        if !limits.allowed.isEmpty {
            lines.append(LimitLine(kind: .notAllowed, scope: .client, entries: limits.allowed.sorted()))
        }
        if limits.holdsToTradingHours { lines.append(LimitLine(kind: .tradingHours, scope: .client)) }
        if limits.avoidsExpiryDay { lines.append(LimitLine(kind: .expiryDay, scope: .client)) }
        if limits.blocksSelfCrossing { lines.append(LimitLine(kind: .selfCrossing, scope: .client)) }
        if limits.haltsOnOrdersOut {
            let (most, left) = (Int128(traffic.registered), Int128(traffic.left))
            lines.append(LimitLine(kind: .ordersOut, scope: .client, limit: most, used: left))
        }
        return lines
    }

    private func used(_ kind: LimitKind, _ scope: LimitScope, at now: Timestamp) -> Int128? {
        let sums = orders.load.sums(of: scope)
        switch kind {
        case .openOrders: return Int128(sums?.open ?? 0)
        case .ordersPerSecond: return Int128(sent.count(scope, within: .seconds(1), at: now))
        case .ordersPerMinute: return Int128(sent.count(scope, within: .seconds(60), at: now))
        case .ordersPerDay: return Int128(sums?.sent[TradingDay(now)] ?? 0)
        case .repeatedOrders:
            let counted = repeats.times.filter { scope == .client || scope == .strategy($0.key.strategy) }
            let window = settings.limits.repeatedWithin
            return Int128(counted.values.map { times in times.count { now - $0 < window } }.max() ?? 0)
        case .freeMargin: return view.funds.map { Int128($0.free.tenThousandths) }
        case .grossExposure:
            var worth = exposure(of: scope)
            for (instrument, units) in sums?.unpriced ?? [:] {
                guard let price = knownPrice(of: instrument, at: now) else { return nil }
                worth += Int128(units) * Int128(price.tenThousandths)
            }
            return worth
        default: return nil
        }
    }

    /// One line for each instrument that is held or being bought or sold, at the larger of both sides.
    private func positionLines(_ scope: LimitScope, _ limit: Int128) -> [LimitLine] {
        let lanes = orders.load.unitsOfInstrument
        var instruments = Set(ledger.holdings.keys.map(\.position.instrument)).union(lanes.keys.map(\.subject))
        if case .instrument(let only) = scope {
            instruments = [only]
        } else {
            instruments = instruments.filter { settings.limits.instruments[$0]?.instrumentPosition == nil }
        }
        if instruments.isEmpty { return [LimitLine(kind: .instrumentPosition, scope: scope, limit: limit, used: 0)] }
        return instruments.sorted().map { instrument in
            let net = [Product.delivery, .margin, .intraday]
                .map { ledger.net(PositionKey(instrument, $0)) }.reduce(0, +)
            let long = net + (lanes[OpenLoad.Lane(subject: instrument, side: .buy)] ?? 0)
            let short = -net + (lanes[OpenLoad.Lane(subject: instrument, side: .sell)] ?? 0)
            return LimitLine(
                kind: .instrumentPosition,
                scope: scope,
                subject: instrument.description,
                limit: limit,
                used: Int128(max(long, short, 0))
            )
        }
    }

    private func holdingLines(_ scope: LimitScope, _ limit: Int128) -> [LimitLine] {
        let lanes = orders.load.unitsOfHolding
        let keys = Set(ledger.holdings.keys).union(lanes.keys.map(\.subject)).filter { key in
            guard key.strategy != .external else { return false }
            if case .strategy(let name) = scope { return key.strategy == name }
            return settings.limits.strategies[key.strategy]?.strategyPosition == nil
        }
        if keys.isEmpty { return [LimitLine(kind: .strategyPosition, scope: scope, limit: limit, used: 0)] }
        return keys.sorted().map { key in
            let held = ledger[key].quantity
            let long = held + (lanes[OpenLoad.Lane(subject: key, side: .buy)] ?? 0)
            let short = -held + (lanes[OpenLoad.Lane(subject: key, side: .sell)] ?? 0)
            return LimitLine(
                kind: .strategyPosition,
                scope: scope,
                subject: key.description,
                limit: limit,
                used: Int128(max(long, short, 0))
            )
        }
    }
}

extension Limits {
    /// In its own unit, rupees as 1/10000; nil where it is not set here.
    public func amount(of kind: LimitKind) -> Int128? {
        switch kind {
        case .orderQuantity: orderQuantity.map { Int128($0) }
        case .orderValue: orderValue.map { Int128($0.tenThousandths) }
        case .priceCollar: priceCollar.map { Int128($0) }
        case .openOrders: openOrders.map { Int128($0) }
        case .ordersPerSecond: ordersPerSecond.map { Int128($0) }
        case .ordersPerMinute: ordersPerMinute.map { Int128($0) }
        case .ordersPerDay: ordersPerDay.map { Int128($0) }
        case .repeatedOrders: repeatedOrders.map { Int128($0) }
        case .instrumentPosition: instrumentPosition.map { Int128($0) }
        case .strategyPosition: strategyPosition.map { Int128($0) }
        case .grossExposure: grossExposure.map { Int128($0.tenThousandths) }
        case .freeMargin: freeMargin.map { Int128($0.tenThousandths) }
        case .restricted, .notAllowed, .tradingHours, .expiryDay, .selfCrossing, .ordersOut: nil
        }
    }
}
