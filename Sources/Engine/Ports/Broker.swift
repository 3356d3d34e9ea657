public import Desk
public import Trading

/// One account at a broker. The engine sees to deadlines, rates, lanes and logins; an adapter only translates.
///
/// Every call ends soon after its task is cancelled, and no call is ever repeated by the adapter itself.
public protocol Broker: Sendable {
    /// Begins a session with what the adapter has: a token of today, a password. Refused where only a person can.
    func logIn() async -> LoginAnswer
    /// Begins a session with the code that a person brought back from the broker's own login page.
    func logIn(code: String) async -> LoginAnswer
    /// Until when the session's token holds, as far as the broker said; nil without a session.
    var sessionEnds: Timestamp? { get }
    /// Sends one order, once. What came back is classified as `architecture.md` section 4 says.
    func place(_ placement: Placement) async -> PlaceAnswer
    /// Asks for a working order to be changed. Taken is not done: the books show when it is.
    func modify(_ change: Modification) async -> CancelAnswer
    func cancel(_ number: BrokerOrderID) async -> CancelAnswer
    func orderBook() async -> BookRead<OrderReport>
    func tradeBook() async -> BookRead<TradeReport>
    func positionBook() async -> BookRead<PositionReport>
    /// What shares lie in the account's depository; empty where the account has none.
    func shares() async -> BookRead<ShareReport>
    /// The account's money and what is used of it.
    func funds() async -> BookRead<FundsReport>
    /// One order's whole history at the broker, newest first.
    func history(of number: BrokerOrderID) async -> BookRead<OrderReport>
    /// What the market shows of one contract; empty when the broker knows no such contract.
    func quote(of contract: Contract) async -> BookRead<Quote>
    /// What the exchange lets one order of the contract be.
    func security(_ contract: Contract) async -> BookRead<SecurityReport>
    /// Asks push for what the market shows, now and from now on. False when there is no push to ask: nothing will come.
    func watchQuote(of contract: Contract) async -> Bool
    /// Listens to order push until the connection ends, and says why it did.
    func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String
    /// Closes connections; what is in flight ends unanswered.
    func shutDown() async
}

extension Broker {
    public func logIn(code: String) async -> LoginAnswer { .refused("this account logs in without a code") }
    public var sessionEnds: Timestamp? { nil }
    public func modify(_ change: Modification) async -> CancelAnswer {
        .refused("this broker does not change orders")
    }
    public func shares() async -> BookRead<ShareReport> { .empty }
    public func funds() async -> BookRead<FundsReport> {
        .unknown(ReadFailure(.refused, "this broker tells nothing of margins"))
    }
    public func history(of number: BrokerOrderID) async -> BookRead<OrderReport> {
        .unknown(ReadFailure(.refused, "this broker keeps no histories"))
    }
    public func quote(of contract: Contract) async -> BookRead<Quote> {
        .unknown(ReadFailure(.refused, "this broker gives no quotes"))
    }
    public func security(_ contract: Contract) async -> BookRead<SecurityReport> {
        .unknown(ReadFailure(.refused, "this broker tells nothing of contracts"))
    }
    public func watchQuote(of contract: Contract) async -> Bool { false }
}

public enum LoginAnswer: Hashable, Sendable {
    case loggedIn
    /// The broker refused: only a person can help.
    case refused(String)
    /// No answer: to be tried again.
    case unreachable(String)
}

public enum PushEvent: Hashable, Sendable {
    /// Subscribed: from here on nothing is missed until the connection ends.
    case connected
    case report(OrderReport)
    case quote(Instrument, Quote)
    /// A message about orders that could not be read: the books must be.
    case unreadable(String)
}
