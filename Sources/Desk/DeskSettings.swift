public import Trading

/// What one client's desk goes by; from its configuration, with the contract's defaults.
public struct DeskSettings: Sendable {
    public enum CrossStrategy: String, Sendable, CaseIterable {
        /// No other strategy may hold the instrument.
        case exclusive
        /// Not opposite to any holder.
        case sameDirection = "same_direction"
        case netting
    }

    public enum Legs: String, Sendable, CaseIterable {
        /// An alert's legs pass the checks whole or not at all.
        case together
        /// Each leg for itself.
        case alone
    }

    public var crossStrategy: CrossStrategy = .sameDirection
    public var legs: Legs = .together
    public var waitForFlat: Duration = .seconds(5)
    public var repeatWindow: Duration = .seconds(20)
    public var maxAge: Duration = .seconds(60)
    /// The loss in a day at which entries stop; nil where nothing is at stake (paper).
    public var baseMaxLoss: Money?
    public var maxProfitAge: Duration = .seconds(30)
    public var includesDelivery = false
    public var contractRules = ContractRules()
    /// Orders at the market go out with a limit; nil where the broker takes them as they are.
    public var protection: MarketProtection?
    /// Whether orders above the exchange's limit for one order go in pieces.
    public var slicesOrders = false
    public var absenceAfter: Duration = .seconds(15)
    public var unconfirmedAlert: Duration = .seconds(30)

    /// When the exchanges trade.
    public var calendar: MarketCalendar = .published
    public var risk = RiskSettings()

    /// How long an order that has ended stays as it is; then it is packed. Nobody can tell the difference.
    public var closedStay: Duration = .seconds(60)
    /// More than so many are packed sooner.
    public var mostClosed = 10_000
    /// What no order may go beyond; nothing by default.
    public var limits = LimitSettings()
    /// Somebody hears of what happens: fills, the session and the day are told as well as what goes wrong.
    public var tellsPeople = false

    public init() {}

    /// How long the broker may be out of reach before people are told.
    static let sessionPatience: Duration = .seconds(30)

    /// How long an entry waits for fresh profit and loss before it is blocked.
    static let waitForData: Duration = .seconds(3)
    /// How long an exit at the market waits for a quote before it goes by what is known.
    static let waitForQuote: Duration = .seconds(1)
    /// How long any order waits to be told the largest quantity that the exchange takes.
    static let waitForLimit: Duration = .seconds(1)
    /// How long an unanswered piece of an exit holds up the next one.
    static let slicePatience: Duration = .seconds(1)
    /// More pieces than this make an entry a mistake.
    static let mostSlices = 50
    /// How old the position book may be and still cap an exit.
    static let maxRoomAge: Duration = .seconds(30)
    /// How often the depository is read while somebody holds shares for delivery, and how soon after a read that failed.
    static let sharesInterval: Duration = .seconds(600)
    static let sharesRepeat: Duration = .seconds(30)
    /// How old the funds may be and still judge an order, how often they are read, and how soon after a read that an order
    /// waits for.
    static let maxFundsAge: Duration = .seconds(90)
    static let fundsInterval: Duration = .seconds(60)
    static let fundsRepeat: Duration = .milliseconds(500)
    /// How far in the future a signal's own time may lie.
    static let clockLeeway: Duration = .seconds(5)
    /// An order's absence is proved only by an order book that was begun no longer ago.
    static let absenceBookAge: Duration = .seconds(5)
    /// How long implausible books are only doubted; then entries stop and a person is told.
    static let implausibleAlert: Duration = .seconds(60)
    /// When what a kill left open or held is closed again.
    static let killPatience: Duration = .seconds(5)
    /// When a cancel that shows no effect is asked for again.
    static let cancelRepeat: Duration = .seconds(3)
    /// When a person is told of it.
    static let cancelAlert: Duration = .seconds(15)
    /// How often the order book is asked for while a change shows no effect.
    static let changeReread: Duration = .seconds(3)
    /// When a person is told of it.
    static let changeAlert: Duration = .seconds(15)
}
