public import Trading

/// Shares in the account's depository, as the broker's holdings show them.
public struct ShareReport: Hashable, Sendable {
    /// The same share under each exchange's name.
    public var instruments: [Instrument]
    /// Units at the start of the day.
    public var quantity: Int
    /// Of these, units that were sold and not delivered yet; the day's own sales may be counted or not.
    public var used: Int

    public init(instruments: [Instrument], quantity: Int, used: Int) {
        self.instruments = instruments
        self.quantity = quantity
        self.used = used
    }
}

/// The depository as it was last read.
struct KnownShares: Sendable {
    let rows: [ShareReport]
    let began: Timestamp
}

extension Desk {
    mutating func take(_ read: BookRead<ShareReport>, began: Timestamp, into output: inout DeskOutput) {
        guard let rows = read.rows, began >= view.shares?.began ?? began else { return }
        view.shares = KnownShares(rows: rows, began: began)
        output.actions.append(.read(.positions))
    }

    /// Whether the depository must be read: once a day, and while somebody holds shares for delivery every ten minutes.
    mutating func askForShares(at now: Timestamp, into output: inout DeskOutput) {
        let isHeld = ledger.holdings.keys.contains { $0.position.product == .delivery }
        let isKnown = view.shares.map { TradingDay($0.began) == TradingDay(now) } ?? false
        guard isHeld || !isKnown else { return }
        if isKnown, let began = view.shares?.began, now - began < DeskSettings.sharesInterval { return }
        if let asked = view.sharesAsked, now - asked < DeskSettings.sharesRepeat { return }
        view.sharesAsked = now
        output.actions.append(.readShares)
    }

    /// Adds what lies in the depository to the delivery positions that the ledger or the day's book knows. The book shows the
    /// day's sales as negative already: `used` counts only for what was sold before. Nil when the depository is not known.
    func withShares(_ nets: [PositionKey: Int], _ rows: [PositionReport], began: Timestamp) -> [PositionKey: Int]? {
        guard let shares = view.shares, TradingDay(shares.began) == TradingDay(began) else { return nil }
        var nets = nets
        let known = Set(ledger.holdings.keys.map(\.position)).union(rows.map(\.position))
        for share in shares.rows {
            let keys = share.instruments.map { PositionKey($0, .delivery) }
            guard let key = keys.first(where: { known.contains($0) }) else { continue }
            nets[key, default: 0] += share.carried(soldToday: rows.filter { keys.contains($0.position) })
        }
        return nets
    }

    /// Shares that nobody here has traded: not counted, and to be adopted by name.
    func untradedShares(_ position: PositionKey) -> Int {
        guard position.product == .delivery, let rows = view.shares?.rows else { return 0 }
        let share = rows.first { $0.instruments.contains(position.instrument) }
        let keys = share?.instruments.map { PositionKey($0, .delivery) } ?? []
        let isCounted = keys.contains { ledger.isHeld($0) || view.positions?.nets[$0] != nil }
        return isCounted ? 0 : share?.carried(soldToday: []) ?? 0
    }
}

extension ShareReport {
    fileprivate func carried(soldToday rows: [PositionReport]) -> Int {
        let sold = rows.map { $0.sold ?? max(0, -$0.net) }.reduce(0, +)
        return quantity - max(0, used - sold)
    }
}
