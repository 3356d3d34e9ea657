/// The calls we make, by the broker's names.
enum Endpoint: String {
    case quickAuth = "QuickAuth"
    case generateToken = "GenAcsTok"
    case userDetails = "UserDetails"
    case placeOrder = "PlaceOrder"
    case modifyOrder = "ModifyOrder"
    case cancelOrder = "CancelOrder"
    case orderHistory = "SingleOrdHist"
    case limits = "Limits"
    case orderMargin = "GetOrderMargin"
    case quotes = "GetQuotes"
    case securityInfo = "GetSecurityInfo"
    case search = "SearchScrip"
    case orderBook = "OrderBook"
    case tradeBook = "TradeBook"
    case positionBook = "PositionBook"
    case holdings = "Holdings"

    var symbolForm: SymbolForm {
        switch self {
        case .placeOrder, .modifyOrder, .orderMargin: .percentEncoded
        default: .plain
        }
    }

    var isBook: Bool {
        switch self {
        case .orderBook, .tradeBook, .positionBook, .holdings, .orderHistory, .search: true
        default: false
        }
    }

    /// The longest answer that is read. A book of twenty thousand orders has 15 MB.
    var answerLimit: Int { isBook ? 64 << 20 : 64 << 10 }
}
