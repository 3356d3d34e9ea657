/// A change of what a strategy holds that no fill made: a person's word, or the end of a day at the broker.
public struct LedgerEntry: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Given to a strategy, or taken from `external` for it.
        case adopted
        /// Taken from a strategy whose position is gone at the broker, or given to `external` that closed it.
        case forceClosed = "force_closed"
        /// Taken from whoever held the symbol.
        case forceCleared = "force_cleared"
        /// An intraday position whose day is over.
        case squaredOff = "squared_off"
        /// A contract that has expired.
        case settled

        /// Whether it is about what was carried from an earlier day.
        public var endsADay: Bool { self == .squaredOff || self == .settled }
    }

    public let kind: Kind
    public let holding: HoldingKey
    /// Units that came in (above zero) or went out; signed as positions are.
    public let quantity: Int
    /// What a unit counts as: its cost where it comes in, its average cost where it goes out.
    public let price: Price
    /// Who said so, and why.
    public let by: String
    public let reason: String
    public let at: Timestamp

    public init(
        _ kind: Kind,
        of holding: HoldingKey,
        _ quantity: Int,
        at price: Price,
        by: String,
        reason: String,
        on time: Timestamp
    ) {
        self.kind = kind
        self.holding = holding
        self.quantity = quantity
        self.price = price
        self.by = by
        self.reason = reason
        at = time
    }
}
