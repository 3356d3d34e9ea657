/// The calls we make, by the broker's names.
enum Endpoint: String {
    case quickAuth = "QuickAuth"
    case generateToken = "GenAcsTok"
    case userDetails = "UserDetails"
    case placeOrder = "PlaceOrder"
    case cancelOrder = "CancelOrder"
    case orderBook = "OrderBook"
    case tradeBook = "TradeBook"
    case positionBook = "PositionBook"

    var symbolForm: SymbolForm { self == .placeOrder ? .percentEncoded : .plain }

    var isBook: Bool {
        switch self {
        case .orderBook, .tradeBook, .positionBook: true
        case .quickAuth, .generateToken, .userDetails, .placeOrder, .cancelOrder: false
        }
    }

    /// The longest answer that is read.
    var answerLimit: Int { isBook ? 16 << 20 : 64 << 10 }
}
