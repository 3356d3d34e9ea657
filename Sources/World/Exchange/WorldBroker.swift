import Desk
import Engine
import Synchronization
import Trading

/// The broker as one process reaches it: a wire that loses, delays and garbles what the exchange answers.
final class WorldBroker: Broker {
    let exchange: Exchange
    let process: Process
    let judge: Judge
    private let clock: WorldClock
    private let session = Mutex(0)
    /// The socket that this process listens on.
    private let socket = Mutex<Int?>(nil)
    /// The books that this process was shown since it logged in.
    private let shown = Mutex<Set<BookKind>>([])
    /// Until when each book shows the past, and how far back.
    private let lags = Mutex<[BookKind: (until: Int64, by: Int64)]>([:])
    private let longestLag: Int

    var faults: Faults { exchange.faults }
    var scheduler: Scheduler { exchange.scheduler }

    /// `absenceAfter`: a book that lags longer than this proves anything.
    init(_ exchange: Exchange, process: Process, judge: Judge, clock: WorldClock, absenceAfter: Duration) {
        self.exchange = exchange
        self.clock = clock
        self.process = process
        self.judge = judge
        longestLag = Int(absenceAfter.microseconds / 2000)
    }

    /// False when the caller has given up, or died.
    func wait(_ range: ClosedRange<Int>) async -> Bool {
        do {
            try await scheduler.sleep(for: faults.draw { $0.milliseconds(range) })
            return process.isAlive
        } catch {
            return false
        }
    }

    /// Long enough for every deadline.
    private func hang() async { _ = await wait(120_000...120_000) }

    private var isLive: Bool { exchange.isLive(session.withLock { $0 }) }

    private func noteCall(isOrder: Bool) {
        exchange.trace.note("call")
        judge.called(isOrder: isOrder, by: process)
        if faults.strikes(.sessionKill), faults.draw({ $0.happens(20) }) { exchange.killSession() }
    }

    // MARK: Session

    func logIn() async -> LoginAnswer {
        guard process.isAlive else { return .unreachable("dead") }
        guard await wait(5...300), !faults.strikes(.unreachable) else { return .unreachable("connection refused") }
        let opened = exchange.openSession()
        session.withLock { $0 = opened }
        shown.withLock { $0 = [] }
        exchange.trace.note("logged in")
        return .loggedIn
    }

    // MARK: Orders

    func place(_ placement: Placement) async -> PlaceAnswer {
        process.reach(.beforePlacing)
        guard process.isAlive else { return .unanswered("dead") }
        let command = placement.command
        if let fault = faults.first(.noByteLeft) {
            exchange.trace.note("place \(command.id) \(fault)")
            return .notSent("connection refused")
        }
        noteCall(isOrder: true)
        judge.placing(placement)
        if !command.reduces, shown.withLock({ $0.count }) < BookKind.allCases.count {
            judge.violated("\(command.id) adds risk before the books are known")
        }
        exchange.trace.note("place \(command.id)")
        guard isLive else {
            judge.refused(command.id)
            return .refused("Session Expired :  Invalid Session Key", sessionExpired: true)
        }
        let answer = await answer(placement)
        judge.ended(command.id)
        return answer
    }

    private func answer(_ placement: Placement) async -> PlaceAnswer {
        let command = placement.command
        if let most = exchange.market.largestQuantity, placement.quantity > most {
            judge.refused(command.id)
            exchange.state.withLock { _ = $0.tooLarge.insert(command.holding) }
            _ = await wait(1...100)
            return .refused("RED:quantity above the freeze quantity", sessionExpired: false)
        }
        switch faults.first(
            .refused,
            .lostRequest,
            .lostReply,
            .hungReply,
            .badGateway,
            .serverTimeout,
            .lateArrival,
            .slowReply
        ) {
        case .refused:
            judge.refused(command.id)
            _ = await wait(1...100)
            return .refused("RED:Scrip blocked", sessionExpired: false)
        case .lostRequest:
            judge.lost(command.id)
            _ = await wait(10...4000)
            return .unanswered("connection reset")
        case .lostReply:
            arrive(placement, after: 5)
            _ = await wait(10...4000)
            return .unanswered("connection reset")
        case .hungReply:
            if faults.draw({ $0.happens(70) }) { arrive(placement, after: 5) } else { judge.lost(command.id) }
            await hang()
            return .unanswered("cancelled")
        case .badGateway, .serverTimeout:
            if faults.draw({ $0.happens(50) }) { arrive(placement, after: 20) } else { judge.lost(command.id) }
            _ = await wait(20...2000)
            return .unanswered("502 Bad Gateway")
        case .lateArrival:
            arrive(placement, after: faults.draw { $0.within(500...40_000) })
            _ = await wait(100...3000)
            return .unanswered("connection reset")
        case .slowReply: return await take(placement, replyAfter: 200...8000)
        default: return await take(placement, replyAfter: 1...60)
        }
    }

    private func take(_ placement: Placement, replyAfter range: ClosedRange<Int>) async -> PlaceAnswer {
        let number = accept(placement)
        process.reach(.placed)
        guard await wait(range) else { return .unanswered("given up") }
        process.reach(.answered)
        return .accepted(number)
    }

    private func arrive(_ placement: Placement, after milliseconds: Int) {
        let day = exchange.day
        exchange.state.withLock { $0.inAir += 1 }
        scheduler.after(.milliseconds(milliseconds)) { [self] in
            exchange.state.withLock { $0.inAir -= 1 }
            // No order stays in the air over night.
            if exchange.day == day { _ = accept(placement) } else { judge.lost(placement.command.id) }
        }
        process.reach(.placed)
    }

    private func accept(_ placement: Placement) -> BrokerOrderID {
        let command = placement.command
        judge.arrived(command.id)
        return exchange.accept(
            command.position,
            command.side,
            placement.quantity,
            placement.type,
            price: placement.price,
            triggerPrice: placement.triggerPrice,
            tag: command.tag,
            command: command
        )
    }

    func cancel(_ number: BrokerOrderID) async -> CancelAnswer {
        process.reach(.beforeCancelling)
        guard process.isAlive else { return .unanswered("dead") }
        noteCall(isOrder: true)
        exchange.trace.note("cancel \(number)")
        guard isLive else { return .notSent("Session Expired :  Invalid Session Key") }
        switch faults.first(.lostCancel, .refusedCancel, .lostReply, .hungReply) {
        case .lostCancel:
            _ = await wait(10...3000)
            return .unanswered("connection reset")
        case .refusedCancel:
            _ = await wait(1...100)
            return .refused("SAF:order is not cancellable")
        case .lostReply:
            exchange.takeCancel(number)
            _ = await wait(10...3000)
            return .unanswered("connection reset")
        case .hungReply:
            exchange.takeCancel(number)
            await hang()
            return .unanswered("cancelled")
        default:
            guard let order = exchange.order(number), order.isOpen else {
                return .refused("ORA:Order not found to cancel")
            }
            exchange.takeCancel(number)
            process.reach(.cancelled)
            guard await wait(1...60) else { return .unanswered("given up") }
            return .accepted
        }
    }

    func modify(_ change: Modification) async -> CancelAnswer {
        process.reach(.beforeChanging)
        guard process.isAlive else { return .unanswered("dead") }
        noteCall(isOrder: true)
        judge.changing(change)
        exchange.trace.note("change \(change.number)")
        guard isLive else { return .notSent("Session Expired :  Invalid Session Key") }
        switch faults.first(.lostChange, .refusedChange, .lostReply, .hungReply) {
        case .lostChange:
            _ = await wait(10...3000)
            return .unanswered("connection reset")
        case .refusedChange:
            _ = await wait(1...100)
            return .refused("SAF:order is not modifiable")
        case .lostReply:
            exchange.takeChange(change)
            _ = await wait(10...3000)
            return .unanswered("connection reset")
        case .hungReply:
            exchange.takeChange(change)
            await hang()
            return .unanswered("cancelled")
        default:
            guard let order = exchange.order(change.number), order.isOpen, change.quantity > order.filled else {
                return .refused("ORA:Order not found to modify")
            }
            exchange.takeChange(change)
            process.reach(.changed)
            guard await wait(1...60) else { return .unanswered("given up") }
            return .accepted
        }
    }

    // MARK: Questions about contracts

    func security(_ contract: Contract) async -> BookRead<SecurityReport> {
        guard let answer = await ask(about: contract, unless: .unknownLimit) else {
            return .unknown(ReadFailure(.unreachable, "no answer"))
        }
        return answer ? .known([SecurityReport(largestQuantity: exchange.market.largestQuantity)]) : .empty
    }

    func quote(of contract: Contract) async -> BookRead<Quote> {
        guard let answer = await ask(about: contract, unless: .missingQuote) else {
            return .unknown(ReadFailure(.unreachable, "no answer"))
        }
        var quote = exchange.quote(contract.instrument)
        quote.receivedAt = clock.now()
        return answer ? .known([quote]) : .empty
    }

    /// Whether there is an answer; nil when nothing was heard.
    private func ask(about contract: Contract, unless fault: Fault) async -> Bool? {
        guard process.isAlive else { return nil }
        noteCall(isOrder: false)
        exchange.trace.note("ask about \(contract.instrument)")
        guard await wait(1...40), isLive else { return nil }
        guard faults.strikes(fault) else { return true }
        if faults.draw({ $0.happens(30) }) { return false }
        if faults.draw({ $0.happens(30) }) { await hang() }
        return nil
    }

    func watchQuote(of contract: Contract) async -> Bool {
        guard process.isAlive, let socket = socket.withLock({ $0 }) else { return false }
        if faults.strikes(.missingQuote) { return faults.draw { $0.happens(50) } }
        exchange.pushQuote(contract.instrument, to: socket, after: faults.draw { $0.milliseconds(1...700) })
        return true
    }

    // MARK: Books

    func orderBook() async -> BookRead<OrderReport> { await read(.orders) { $0.orderRows(asOf: $1) } }
    func tradeBook() async -> BookRead<TradeReport> { await read(.trades) { $0.tradeRows(asOf: $1) } }
    func positionBook() async -> BookRead<PositionReport> { await read(.positions) { $0.positionRows(asOf: $1) } }

    private func read<Row: Sendable>(_ kind: BookKind, _ rows: (Exchange, Int64) -> [Row]) async -> BookRead<Row> {
        process.reach(.bookAsked)
        guard process.isAlive else { return .unknown(ReadFailure(.unreachable, "dead")) }
        noteCall(isOrder: false)
        exchange.trace.note("read \(kind.rawValue)")
        guard await wait(1...40) else { return .unknown(ReadFailure(.unreachable, "given up")) }
        guard isLive else { return .unknown(ReadFailure(.sessionExpired, "Session Expired")) }
        switch faults.first(.failingBook, .hungBook, .emptyBook) {
        case .failingBook: return .unknown(failure)
        case .hungBook:
            await hang()
            return .unknown(ReadFailure(.unreachable, "given up"))
        case .emptyBook:
            shown.withLock { _ = $0.insert(kind) }
            return .empty
        default: break
        }
        var lines = rows(exchange, moment(of: kind))
        if faults.strikes(.truncatedBook) { lines = Array(lines.prefix(faults.draw { $0.below(lines.count + 1) })) }
        guard await wait(faults.strikes(.slowBook) ? 100...5000 : 1...40) else {
            return .unknown(ReadFailure(.unreachable, "given up"))
        }
        process.reach(.bookRead)
        shown.withLock { _ = $0.insert(kind) }
        return lines.isEmpty ? .empty : .known(lines)
    }

    private var failure: ReadFailure {
        let kinds: [ReadFailure.Kind] = [.throttled, .unreachable, .garbled, .refused]
        return ReadFailure(faults.draw { $0.oneOf(kinds) }, "no book")
    }

    /// The moment whose book is shown: now, as a rule.
    private func moment(of kind: BookKind) -> Int64 {
        let now = scheduler.now
        if faults.isCalm { return now }
        if faults.strikes(.staleBook) { return now - Int64(faults.draw { $0.below(longestLag) }) * 1000 }
        if faults.strikes(.laggingBook) {
            let (length, by) = faults.draw { (Int64($0.within(1...8)), Int64($0.below(longestLag))) }
            lags.withLock { $0[kind] = (now + length * 1_000_000, by * 1000) }
        }
        guard let lag = lags.withLock({ $0[kind] }), lag.until > now else { return now }
        return now - lag.by
    }

    // MARK: Push

    func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String {
        guard await wait(5...200), isLive else { return "refused" }
        let (id, events) = exchange.subscribe()
        socket.withLock { $0 = id }
        await receive(.connected)
        for await event in events {
            process.reach(.pushed)
            guard process.isAlive else { break }
            await receive(event.received(at: clock.now()))
            if faults.strikes(.socketDrop), faults.draw({ $0.happens(30) }) { break }
        }
        socket.withLock { $0 = $0 == id ? nil : $0 }
        exchange.unsubscribe(id)
        return "the socket was closed"
    }

    func shutDown() async {}
}

extension PushEvent {
    /// A quote's age counts from here, by the clock of the machine that received it.
    fileprivate func received(at now: Timestamp) -> PushEvent {
        guard case .quote(let instrument, var quote) = self else { return self }
        quote.receivedAt = now
        return .quote(instrument, quote)
    }
}
