import Trading

/// What the broker last showed, and how sure that is. Evidence, not record: it is never stored and never undone.
struct BrokerView: Sendable {
    /// The position book's last plausible read.
    struct Positions: Sendable {
        var nets: [PositionKey: Int]
        /// The last prices that it shows.
        var prices: [Instrument: Price]
        var began: Timestamp
        /// When it had come: it may count whatever was traded until then.
        var taken: Timestamp
        /// Whether delivery positions are known: the depository was read today.
        var knowsDelivery = true
    }

    var positions: Positions?
    /// When the first of consecutive `no data` reads of the position book began.
    var emptySince: Timestamp?
    /// Fills by when we learned of them, since the last position read began.
    var recentFills: [PositionKey: [RecentFill]] = [:]
    /// When we first learned that an instrument was traded today.
    var tradedToday: [Instrument: Timestamp] = [:]
    /// When we learned each of today's broker order numbers.
    var numbersSince: [BrokerOrderID: Timestamp] = [:]
    /// Orders of which the broker shows more filled than we have fills for: the trade book owes them.
    var owedFills: [CommandID: Int] = [:]
    /// What was inferred to be filled under the broker's numbers, and since when.
    var inferred: [BrokerOrderID: (quantity: Int, learned: Timestamp)] = [:]
    var absences: [CommandID: Absence] = [:]
    var cancels: [CommandID: CancelWatch] = [:]
    /// When the broker refused to cancel an order, until an order book that was read since shows how it stands.
    var refusedCancels: [CommandID: Timestamp] = [:]
    var changes: [CommandID: ChangeWatch] = [:]
    /// How often each order was changed at the broker, where it was.
    var revisions: [CommandID: Int] = [:]
    /// Since when a book contradicts what is known.
    var implausibleSince: [BookKind: Timestamp] = [:]
    var implausibleReported = false
    /// Registered orders that a crash left behind.
    var leftovers: Set<CommandID> = []
    /// Since when the order book shows an order rejected with the words of a refused request.
    var refusedRows: [CommandID: Timestamp] = [:]
    /// Since when the order book shows more ordered than was filled of an order that we took for done.
    var outgrown: [CommandID: Timestamp] = [:]
    /// Words for a status that were told of already.
    var unknownWords: Set<String> = []
    /// What the market last showed of the instruments that were asked about.
    var quotes: [Instrument: Quote] = [:]
    /// When each quote was last asked for that somebody may still wait for.
    var quotesAsked: [Instrument: Timestamp] = [:]
    /// What the exchange lets one order of an instrument be, and when we learned it.
    var securities: [Instrument: KnownSecurity] = [:]
    /// When that was last asked where it is not known.
    var securitiesAsked: [Instrument: Timestamp] = [:]
    /// Since when orders that were intended already wait for a quote, because the one they were priced by grew old, or for
    /// the books, because those leave an exit less room than it was intended for.
    var repricing: [CommandID: Timestamp] = [:]
    /// The day whose order book shows nothing older.
    var day: TradingDay?
    /// What was open at the start, and what the start came to once the books were known.
    var recovering: Recovering?
    var recovery: RecoveryReport?
    /// The day for which the ledger was rid of what ended before it.
    var ledgerDay: TradingDay?
    var shares: KnownShares?
    var sharesAsked: Timestamp?
    var funds: KnownFunds?
    var fundsAsked: Timestamp?
    /// When an order that adds risk was last heard of as one that the broker may have.
    var marginMoved: Timestamp?
    /// When the last plausible read of the order book began.
    var ordersBegan: Timestamp?
    /// Where the ledger and the position book differ.
    var drifts: [PositionKey: Drift] = [:]
    /// Units that strategies own and `external` holds the other way, as they were last told of.
    var closedByHand: [PositionKey: Int] = [:]
    /// The session, while there is none, and what was told of that.
    var lostSession: LostSession?
    var toldOfSession: LostSession?

    /// What was told of in a batch that was taken back is told again: better twice than never.
    mutating func forgetWhatWasTold() {
        implausibleReported = false
        unknownWords = []
        closedByHand = [:]
        toldOfSession = nil
        for position in drifts.keys { drifts[position]?.told = nil }
        for id in absences.keys { absences[id]?.reported = false }
        for id in cancels.keys { cancels[id]?.reported = false }
        for id in changes.keys { changes[id]?.reported = false }
    }

    /// The broker's net quantity with fills that we learned of since that read; nil when not known well enough.
    ///
    /// A fill that we learned of while the read was under way may be in it or not: of all that can be true, the net is the
    /// one that leaves the least to close in `direction` (1 long, -1 short). The most counts with books that were quicker
    /// than the fills that we learned of later.
    func net(
        _ position: PositionKey,
        inDirection direction: Int,
        leaving rest: Rest = .least,
        at now: Timestamp
    ) -> Int? {
        guard let positions, now - positions.began <= DeskSettings.maxRoomAge || mutant("room-by-an-old-book"),
            implausibleSince[.positions] == nil || mutant("room-by-a-doubted-book"),
            positions.knowsDelivery || position.product != .delivery
        else { return nil }
        let nets = possibleNets(position, positions, isAhead: rest == .most).map { $0 * direction }
        return (rest == .least && !mutant("room-takes-the-most") ? nets.min() : nets.max()).map { $0 * direction }
    }

    /// All that the broker's net quantity can be: a fill that we learned of while the book was read is in it or not, and
    /// with it all that we learned before. `isAhead` when the book may know of fills that we learned of only later.
    private func possibleNets(_ position: PositionKey, _ positions: Positions, isAhead: Bool = false) -> [Int] {
        var net = positions.nets[position] ?? 0
        var nets: [Int] = []
        for fill in (recentFills[position] ?? []).reversed()
        where fill.learned >= positions.began && !mutant("room-ignores-new-fills") {
            if fill.mayBeCounted || isAhead { nets.append(net) }
            net += fill.signed
        }
        return nets + [net]
    }

    /// How far the broker's net is from what is owned, as far as that is sure: of all that can be true, the least.
    func difference(_ position: PositionKey, from owned: Int) -> Int? {
        if let positions, !positions.knowsDelivery, position.product == .delivery { return nil }
        return positions.flatMap { possibleNets(position, $0).map { $0 - owned }.min { abs($0) < abs($1) } }
    }

    enum Rest {
        case least, most
    }

    /// Whether an order book was read since the position book had come: then what that counts is known of the orders too.
    var booksAreLevel: Bool {
        guard let positions, let ordersBegan else { return false }
        return ordersBegan >= positions.taken
    }

    /// The same where nothing is in doubt; nil otherwise.
    func certainNet(_ position: PositionKey, at now: Timestamp) -> Int? {
        let long = net(position, inDirection: 1, at: now)
        return long == net(position, inDirection: -1, at: now) ? long : nil
    }
}

/// What the exchange lets one order be, as of when we were told.
struct KnownSecurity: Sendable {
    let report: SecurityReport
    let learned: Timestamp

    /// A limit holds for the day. That nobody could say is asked again after a minute.
    func holds(at now: Timestamp) -> Bool {
        report.largestQuantity == nil
            ? now - learned < .seconds(60) : TradingDay(learned) == TradingDay(now)
    }
}

/// A fill that the last position read may not have counted.
struct RecentFill: Sendable {
    let learned: Timestamp
    let signed: Int
    /// We learned of it while that read was under way: it may be in it or not.
    var mayBeCounted = false
}

/// A wish to cancel: when it was made, and when it last went to the broker.
struct CancelWatch: Sendable {
    let asked: Timestamp
    var sent: Timestamp?
    var reported = false

    init(asked: Timestamp) { self.asked = asked }
}

/// A wish to change an order: when it was made, when its call ended, and what the order book has shown since.
struct ChangeWatch: Sendable {
    let asked: Timestamp
    /// Nil while the call waits or is under way.
    var callEnded: Timestamp?
    /// When the order book was last asked for on its account.
    var lastRead: Timestamp
    var reported = false
    /// Plausible order books begun after the call ended that show the order resting as it was.
    private(set) var books = 0
    private var lastBook: Timestamp?

    init(asked: Timestamp, callEnded: Timestamp? = nil) {
        self.asked = asked
        self.callEnded = callEnded
        lastRead = asked
    }

    mutating func addBook(began: Timestamp) {
        guard let callEnded, began >= callEnded, lastBook.map({ began > $0 }) ?? true else { return }
        lastBook = began
        books += 1
    }

    /// Whether the books have spoken: late enough, often enough.
    func isWithoutEffect(after patience: Duration) -> Bool {
        guard let callEnded, let lastBook else { return false }
        return books >= 3 && lastBook - callEnded >= patience
    }
}

/// The case for an unconfirmed order's absence, as far as it has come.
struct Absence: Sendable {
    /// When the call that got no answer ended.
    let callEnded: Timestamp
    /// When the plausible order books that lack it were begun: the first, the last, and how many.
    var firstBook: Timestamp?
    var lastBook: Timestamp?
    var books = 0
    /// A plausible trade book, begun late enough, lacks it too.
    var tradesLack = false
    var reported = false

    init(callEnded: Timestamp) { self.callEnded = callEnded }

    mutating func addBook(began: Timestamp) {
        guard began >= callEnded || mutant("absence-by-an-early-book"),
            lastBook.map({ began > $0 || mutant("absence-by-one-book-thrice") }) ?? true
        else { return }
        firstBook = firstBook ?? began
        lastBook = began
        books += 1
    }

    /// Whether the books alone have spoken: late enough, often enough, far enough apart, and just now. What was read before
    /// a session ended says nothing of an order that came while nobody looked.
    func isComplete(after patience: Duration, at now: Timestamp) -> Bool {
        guard let firstBook, let lastBook, books >= (mutant("absence-by-two-books") ? 2 : 3),
            tradesLack || mutant("absence-without-trades"),
            now - lastBook <= DeskSettings.absenceBookAge || mutant("absence-by-old-books")
        else { return false }
        return (lastBook - callEnded >= patience || mutant("absence-too-early"))
            && (lastBook - firstBook >= min(.seconds(10), patience) || mutant("absence-by-books-at-once"))
    }
}
