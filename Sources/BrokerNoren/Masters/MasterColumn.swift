/// The columns that are read, by the names that brokers give them. Their order differs from file to file.
enum MasterColumn: Int, CaseIterable {
    case exchange, token, lot, symbol, tradingSymbol, instrument, expiry, optionType, strike, tick

    /// Nil for a column that nothing here depends on.
    init?(_ name: Span<UInt8>) {
        switch String(decoding: name.bytes(), as: UTF8.self).lowercased() {
        case "exchange": self = .exchange
        case "token": self = .token
        case "lotsize": self = .lot
        case "symbol": self = .symbol
        case "tradingsymbol": self = .tradingSymbol
        case "instrument": self = .instrument
        case "expiry": self = .expiry
        case "optiontype": self = .optionType
        case "strikeprice", "strike": self = .strike
        case "ticksize": self = .tick
        default: return nil
        }
    }

    /// The name for people.
    var name: String {
        switch self {
        case .exchange: "Exchange"
        case .token: "Token"
        case .lot: "LotSize"
        case .symbol: "Symbol"
        case .tradingSymbol: "TradingSymbol"
        case .instrument: "Instrument"
        case .expiry: "Expiry"
        case .optionType: "OptionType"
        case .strike: "StrikePrice"
        case .tick: "TickSize"
        }
    }

    /// Whether every file has it: cash files have no expiries, and some brokers give no ticks.
    var isRequired: Bool {
        switch self {
        case .exchange, .token, .lot, .symbol, .tradingSymbol, .instrument: true
        case .expiry, .optionType, .strike, .tick: false
        }
    }
}

extension Span<UInt8> {
    func bytes() -> [UInt8] { indices.map { self[$0] } }
}
