/// A contract or share that is quoted.
struct Instrument: Sendable {
    enum Right: String, Sendable {
        case call = "CE"
        case put = "PE"
    }

    enum Kind: Sendable, Equatable {
        case equity
        /// Quoted, never traded.
        case index
        case future(expiry: CalendarDay)
        case option(expiry: CalendarDay, strike: Rupees, Right)
    }

    let exchange: String
    let token: String
    /// `tsym`.
    let tradingSymbol: String
    /// The underlying's name: `NIFTY`, `ACC`.
    let symbol: String
    let name: String
    let kind: Kind
    let lot: Int
    let tick: Rupees
    /// Orders from this quantity on are rejected.
    let freeze: Int
    /// The previous close, around which the market wanders.
    let basePrice: Rupees

    var expiry: CalendarDay? {
        switch kind {
        case .future(let expiry), .option(let expiry, _, _): expiry
        case .equity, .index: nil
        }
    }

    var isTradable: Bool { kind != .index }

    /// `instname`.
    var instrumentName: String {
        switch kind {
        case .equity: exchange == "BSE" ? "A" : "EQ"
        case .index: "INDEX"
        case .future: "FUT" + derivativeCode
        case .option: exchange == "MCX" ? "OPTFUT" : "OPT" + derivativeCode
        }
    }

    private var derivativeCode: String {
        switch exchange {
        case "MCX": "COM"
        case "CDS": "CUR"
        default: "IDX"
        }
    }

    /// How many units of the underlying one unit of quantity is worth: `mult`.
    var multiplier: Int { Self.multiplier(at: exchange) }

    /// Currency orders count contracts of 1000 dollars each.
    static func multiplier(at exchange: String) -> Int { exchange == "CDS" ? 1000 : 1 }

    /// `pp`: how many decimals its prices have.
    var decimals: Int { exchange == "CDS" ? 4 : 2 }

    /// `optt`, only of derivatives.
    var optionType: String? {
        switch kind {
        case .equity, .index: nil
        case .future: "XX"
        case .option(_, _, let right): right.rawValue
        }
    }

    /// `symname`: how the master calls the underlying. The BSE's derivatives go by codes of their own.
    var underlyingName: String {
        guard exchange == "BFO" else { return kind == .index ? name : symbol }
        return instrumentName == "OPTIDX" ? "BSXOPT" : "BSXFUT"
    }

    /// Only of options.
    var strike: Rupees? {
        if case .option(_, let strike, _) = kind { strike } else { nil }
    }

    /// `strprc`, only of options.
    var strikePrice: String? { strike.map(\.text) }

    /// `dname`: how the broker's screens show it.
    var displayName: String {
        switch kind {
        case .equity, .index: tradingSymbol
        case .future(let expiry): "\(symbol) \(expiry.inSymbol) FUT "
        case .option(let expiry, let strike, let right):
            "\(symbol) \(expiry.inSymbol) \(strike.shortText) \(right.rawValue) "
        }
    }
}

/// How feeds and quote requests name an instrument: `NSE|22`.
struct InstrumentKey: Hashable, Sendable {
    let exchange: String
    let code: String
}
