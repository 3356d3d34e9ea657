/// What the broker's master says of an instrument: what may be ordered, in which steps, until when.
public struct Contract: Hashable, Sendable {
    public var instrument: Instrument
    /// The exchange's number for it; unique within the exchange, and given away again after expiry.
    public var token: String
    /// The master's short name: `ACC`, `NIFTY`; on BFO a code such as `BSXOPT`.
    public var underlying: String
    public var kind: ContractKind
    /// Orders are for whole multiples of it.
    public var lot: Int
    /// Prices are whole multiples of it; nil where the master has none.
    public var tick: Price?
    /// The last day it trades; nil in the cash market.
    public var expiry: CivilDate?
    public var strike: Price?
    public var right: OptionRight?

    public init(
        instrument: Instrument,
        token: String,
        underlying: String,
        kind: ContractKind,
        lot: Int,
        tick: Price?,
        expiry: CivilDate? = nil,
        strike: Price? = nil,
        right: OptionRight? = nil
    ) {
        self.instrument = instrument
        self.token = token
        self.underlying = underlying
        self.kind = kind
        self.lot = lot
        self.tick = tick
        self.expiry = expiry
        self.strike = strike
        self.right = right
    }
}

/// What kind of instrument it is, from the master's own column: a symbol's letters never tell.
public enum ContractKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A security of the cash market, of whatever series: shares, funds, bonds.
    case equity
    /// Quoted, never traded.
    case index
    case indexFuture, stockFuture
    /// Pairs of currencies, and interest rates beside them.
    case currencyFuture
    case commodityFuture
    case indexOption, stockOption, currencyOption, commodityOption

    public var isOption: Bool {
        switch self {
        case .indexOption, .stockOption, .currencyOption, .commodityOption: true
        case .equity, .index, .indexFuture, .stockFuture, .currencyFuture, .commodityFuture: false
        }
    }

    public var isDerivative: Bool { self != .equity && self != .index }
}

extension ContractKind: CustomStringConvertible {
    /// In words, for reasons that people read.
    public var description: String {
        switch self {
        case .equity: "a share"
        case .index: "an index"
        case .indexFuture: "an index future"
        case .stockFuture: "a stock future"
        case .currencyFuture: "a currency future"
        case .commodityFuture: "a commodity future"
        case .indexOption: "an index option"
        case .stockOption: "a stock option"
        case .currencyOption: "a currency option"
        case .commodityOption: "a commodity option"
        }
    }
}

public enum OptionRight: UInt8, Hashable, Sendable, CaseIterable {
    case call = 1
    case put
}
