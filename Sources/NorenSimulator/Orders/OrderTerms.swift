enum Side: String, Sendable {
    case buy = "B"
    case sell = "S"

    var sign: Int { self == .buy ? 1 : -1 }
    var opposite: Side { self == .buy ? .sell : .buy }
}

enum Product: String, Sendable {
    case delivery = "C"
    case margin = "M"
    case intraday = "I"

    /// `s_prdt_ali`.
    var alias: String {
        switch self {
        case .delivery: "CNC"
        case .margin: "NRML"
        case .intraday: "MIS"
        }
    }
}

enum PriceType: String, Sendable {
    case limit = "LMT"
    case market = "MKT"
    case stopLimit = "SL-LMT"
    case stopMarket = "SL-MKT"

    var isStop: Bool { self == .stopLimit || self == .stopMarket }
    /// Trades at any price once it is active.
    var isMarket: Bool { self == .market || self == .stopMarket }
}

enum Validity: String, Sendable {
    case day = "DAY"
    case immediate = "IOC"
    case session = "EOS"
}

/// Where an order came from: `ordersource`.
enum OrderSource: String, Sendable {
    case api = "API"
    /// The broker's own app: a person placed it by hand.
    case mobile = "MOB"
    /// The broker's dealers and its square-off.
    case terminal = "TT"
}

/// What was ordered.
struct OrderTerms: Sendable {
    let instrument: Int
    let side: Side
    let product: Product
    let validity: Validity
    let remarks: String?
    let disclosed: Int
    var price: PriceTerms
}

/// The part of an order that a modification may change.
struct PriceTerms: Sendable, Equatable {
    var type: PriceType
    var quantity: Int
    /// Zero for market orders.
    var price: Rupees
    /// Only of stop orders.
    var trigger: Rupees?
}
