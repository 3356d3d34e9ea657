/// The broker and its market as a value: every order, account and price, moved only by its methods and by the `now`
/// they are given. The same seed and the same calls give the same answers.
struct Exchange: Sendable {
    var profile: SimulatorSettings.Profile
    var limitsCalls: Bool
    let totpSecret: [UInt8]?
    let instruments: InstrumentTable
    var books: [Book]
    var accounts: [Account]
    let accountNumbers: [String: Int]
    /// Who holds which session.
    var sessions: [String: Int] = [:]
    var orders: [Order] = []
    var orderIndices: [String: Int] = [:]
    /// The trading day that the order and trade books are of.
    var day: CalendarDay
    /// Instruments whose price is kept though nobody trades them: it was set, or kept before.
    var keptPrices: Set<Int> = []
    /// A price was set since the books were last kept.
    var hasUnkeptPrice = false
    /// Prices stand still unless they are set.
    var isFrozen = false
    /// Reports not yet handed out for pushing, oldest first.
    private var events: [OrderEvent] = []
    private var randomness: Randomness
    var counters = Counters()
    private let seed: UInt64

    /// What was given out last: no number and no id is given twice.
    struct Counters: Equatable, Sendable {
        var order = 0
        var exchange = 0
        var fill = 0
        var sequence = 0
        var session = 0
    }

    /// `now` decides which expiries are listed.
    init(settings: SimulatorSettings, now: Int64) {
        profile = settings.profile
        limitsCalls = settings.limits
        totpSecret = settings.totpSecret.map { Base32.decode($0) ?? [] }
        seed = settings.seed
        randomness = Randomness(seed: settings.seed)
        day = IndianTime(microseconds: now).day
        instruments = InstrumentTable(InstrumentCatalogue.instruments(today: day))
        books = []
        for instrument in instruments.all {
            books.append(Book(quote: Quote(instrument, depthSeed: randomness.next())))
        }
        accounts = (1...max(1, settings.accounts)).map { number in
            Account(
                uid: "FA" + String(100_000 + number).dropFirst(),
                password: settings.password,
                secret: settings.apiSecret
            )
        }
        accountNumbers = Dictionary(
            accounts.enumerated().map { ($0.element.uid, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Moves every price one step and lets what it crosses trade.
    mutating func tick(at now: Int64) {
        guard !isFrozen else { return }
        for book in books.indices {
            books[book].quote.step(&randomness)
            if books[book].hasWaitingOrders { settle(book, at: now) }
        }
    }

    /// Orders that something happened to since the reports were last handed out.
    var changedOrders: [Int] { Set(events.map(\.order)).sorted() }

    /// Hands out the reports since the last call.
    mutating func takeEvents() -> [OrderEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }
}

extension Exchange {
    mutating func nextOrderNumber(at now: Int64) -> String {
        counters.order += 1
        return IndianTime(microseconds: now).orderPrefix + String(100_000_000 + counters.order).dropFirst()
    }

    mutating func nextExchangeNumber() -> String {
        counters.exchange += 1
        return String(1_100_000_000_000_000 + counters.exchange)
    }

    mutating func nextFillID() -> String {
        counters.fill += 1
        return String(380_000_000 + counters.fill)
    }

    mutating func nextSequence() -> Int {
        counters.sequence += 1
        return counters.sequence
    }

    /// What a new session's token is made from: never the same twice, and not to be guessed without the account's own.
    mutating func nextSessionSeed(_ account: Account, at now: Int64) -> String {
        counters.session += 1
        return "\(seed)|\(account.uid)|\(account.password)|\(account.secret)|\(now)|\(counters.session)"
    }

    /// Writes down what just happened to an order, and queues it for pushing.
    ///
    /// `status` is what the report shows; reports on the way (`ModAck`, …) show another one than the order has.
    mutating func report(
        _ type: ReportType,
        on order: Int,
        at now: Int64,
        showing status: OrderStatus? = nil,
        reason: String? = nil,
        fill: Fill? = nil
    ) {
        let report = orders[order].report(type, at: now, showing: status, reason: reason, fill: fill)
        orders[order].reports.append(report)
        events.append(OrderEvent(account: orders[order].account, order: order, report: report))
    }
}
