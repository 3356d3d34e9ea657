import JSONText
import Logging

/// Owns the exchange: every request, push and control call passes through here, one at a time.
actor Simulation {
    enum PushMode: String, Sendable {
        case normal
        /// Order messages vanish.
        case drop
        /// Each order message comes again after the next one.
        case duplicate
        /// Order messages of one happening come in reverse.
        case reorder
        /// Sockets are closed, and new ones as soon as they log in.
        case off
    }

    var exchange: Exchange
    var faults: FaultPlan
    var pushMode = PushMode.normal
    var sockets: [Int: PushSocket] = [:]
    /// How many order messages the mode still spoils; nil is without end.
    var pushCount: Int?
    /// Each account's sockets that get anything, the newest last: one, unless the habit is to keep the older ones.
    var accountSockets: [Int: [Int]] = [:]
    var queues: [Int: PushQueue] = [:]
    /// Messages of the duplicate mode whose second copy is due.
    var owedCopies: [Int: [UInt8]] = [:]
    var bookkeeping: Bookkeeping
    let doors: Doors
    let logger: Logger
    var clock: MarketClock
    private var ticketNumber = 0
    private var socketNumber = 0

    init(settings: SimulatorSettings, doors: Doors, clock: @escaping @Sendable () -> Int64, logger: Logger) {
        exchange = Exchange(settings: settings, now: clock())
        faults = FaultPlan(seed: settings.seed)
        bookkeeping = settings.keepsBooksAt.map { .closed(path: $0) } ?? .none
        self.doors = doors
        self.logger = logger
        self.clock = MarketClock(clock)
    }

    var now: Int64 { clock.now }

    /// Plays what the clock has passed, and pushes it, before anything else happens at this time.
    func passTime() {
        guard mayChange else { return }
        while let milestone = exchange.playNextMilestone(until: now) {
            if milestone == .newDay { beginBooks() }
            pushEvents()
        }
    }

    /// One step of the market.
    func advance() {
        passTime()
        exchange.tick(at: now)
        pushEvents()
        feed()
    }

    func nextSocketNumber() -> Int {
        socketNumber += 1
        return socketNumber
    }

    /// Writes what happened into the books, then sends it to everyone whom it concerns. The given account's part can wait for an answer to be
    /// written; the ticket says so, and is nil when there is nothing to wait for.
    @discardableResult
    func pushEvents(holdingFor holder: Int? = nil) -> PushTicket? {
        guard keepBooks() else { return nil }
        let events = exchange.takeEvents()
        guard !events.isEmpty else { return nil }
        var ticket: PushTicket?
        for (account, events) in Dictionary(grouping: events, by: \.account) {
            var held: PushTicket?
            if account == holder {
                ticketNumber += 1
                held = PushTicket(account: account, number: ticketNumber)
                ticket = held
            }
            queues[account, default: PushQueue()].append(events, waitingFor: held)
            deliver(to: account)
        }
        return ticket
    }

    /// The answer that these pushes waited for is written, or will never be.
    func release(_ ticket: PushTicket) {
        queues[ticket.account]?.release(ticket)
        deliver(to: ticket.account)
    }
}
