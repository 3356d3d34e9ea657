/// The broker and its market as a value: every order, account and price, moved only by its methods and by the `now`
/// they are given. The same seed and the same calls give the same answers.
struct Exchange: Sendable {
    var profile: SimulatorSettings.Profile
    var limitsCalls: Bool
    var habits: BrokerHabits
    var hours: SimulatorSettings.Hours
    let totpSecret: [UInt8]?
    var instruments: InstrumentTable
    var books: [Book]
    var accounts: [Account]
    let accountNumbers: [String: Int]
    /// Who holds which session.
    var sessions: [String: Int] = [:]
    /// Codes of the login page that wait to be exchanged for a session.
    var codes: [String: Int] = [:]
    var orders: [Order] = []
    var orderIndices: [String: Int] = [:]
    /// The trading day that the order and trade books are of.
    var day: CalendarDay
    /// Instruments whose price is kept though nobody trades them: it was set, or kept before.
    var keptPrices: Set<Int> = []
    /// A price was set since the books were last kept.
    var hasUnkeptPrice = false
    /// Statuses that rows and messages spell in another way.
    var spellings: [OrderStatus: String] = [:]
    /// Prices stand still unless they are set.
    var isFrozen = false
    /// Reports not yet handed out for pushing, oldest first.
    private var events: [OrderEvent] = []
    private var randomness: Randomness
    var counters = Counters()
    let seed: UInt64
    /// Seconds since 1970.
    let startedAt: Int64
    /// What the market does, and up to when it has been played.
    var phase: TradingHours.Phase
    var playedUntil: Int64

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
        habits = settings.habits
        hours = settings.hours
        totpSecret = settings.totpSecret.map { Base32.decode($0) ?? [] }
        seed = settings.seed
        randomness = Randomness(seed: settings.seed)
        startedAt = now / 1_000_000
        day = IndianTime(microseconds: now).day
        phase = settings.hours == .always ? .open : TradingHours.phase(at: now)
        playedUntil = now
        instruments = InstrumentTable(InstrumentCatalogue.instruments(today: day))
        books = []
        accounts = (1...max(1, settings.accounts)).map { number in
            Account(
                uid: "FA" + String(100_000 + number).dropFirst(),
                password: settings.password,
                secret: settings.apiSecret,
                staticAddress: settings.staticAddress
            )
        }
        accountNumbers = Dictionary(
            accounts.enumerated().map { ($0.element.uid, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        for instrument in instruments.all { addBook(for: instrument) }
    }

    /// The instrument's market; instruments and books go by the same numbers.
    mutating func addBook(for instrument: Instrument) {
        books.append(Book(quote: Quote(instrument, depthSeed: randomness.next())))
    }

    /// Moves every price one step and lets what it crosses trade.
    mutating func tick(at now: Int64) {
        guard !isFrozen, phase == .open else { return }
        for book in books.indices {
            books[book].quote.step(&randomness)
            books[book].note(at: now)
            if books[book].hasWaitingOrders { settle(book, at: now) }
        }
    }

    /// Orders that something happened to since the reports were last handed out.
    var changedOrders: [Int] { Set(events.map(\.order)).sorted() }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &randomness) }

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
