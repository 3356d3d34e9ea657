import Desk
import Logging
import Trading

extension Engine {
    /// Queues what a committed step asked for.
    func perform(_ action: DeskAction, for runtime: ClientRuntime, at now: Timestamp) {
        switch action {
        case .place(let id, let group, let reduces):
            if isStopping {
                let reason = Reason(.notSent, code: "stopping", "Sextant was stopped before it was sent")
                enqueue(Inbox.Item(runtime.id, .dropped(id, reason)))
            } else {
                runtime.lanes.place(id, group: group, reduces: reduces, at: now)
            }
        case .cancel(let id, let number): runtime.lanes.cancel(id, number, at: now)
        case .modify(let id, let reduces): runtime.lanes.modify(id, reduces: reduces, at: now)
        case .read(let kind): runtime.watcher.want(kind)
        case .readShares: runtime.lanes.ask(.shares, at: now)
        case .readFunds: runtime.lanes.ask(.funds, at: now)
        case .quote(let instrument, let urgent): askQuote(instrument, urgent, of: runtime)
        case .security(let instrument, let urgent):
            runtime.lanes.ask(.security(instrument, urgent: urgent), at: now)
        }
    }

    /// Moves one client on: its login, its reads, and the calls whose turn it is.
    func pump(_ runtime: ClientRuntime) {
        let now = clock.now()
        giveUpEntries(runtime, at: now)
        guard !isStopping || runtime.lanes.ordersInFlight > 0 || !runtime.lanes.isIdle else { return }
        if runtime.session.isLoginDue(at: now), !isStopping { logIn(runtime) }
        reportWaitingExits(runtime, at: now)
        guard runtime.session.isLive else { return }
        if !isStopping { scheduleReads(runtime, at: now) }
        runtime.lanes.advancePatientLegs(at: now)
        askAgainForQuotes(runtime, at: now)
        for lane in Lane.allCases {
            while let call = runtime.lanes.next(lane), start(call, for: runtime, at: now) {}
        }
    }

    /// Exits and cancels are never refused: they wait, for the budget or for the session, and it is said.
    private func reportWaitingExits(_ runtime: ClientRuntime, at now: Timestamp) {
        guard let since = runtime.lanes.oldestUrgent, now - since >= .seconds(5) else { return }
        warn(
            "an exit or cancel waits for the broker's rate limit or for a session",
            key: "\(runtime.id) urgent",
            ["client": "\(runtime.id)", "waited": "\((now - since).inSeconds)"]
        )
    }

    /// False when the call must wait: for the budget, or for the books.
    private func start(_ call: LaneCall, for runtime: ClientRuntime, at now: Timestamp) -> Bool {
        if call.lane == .entry, !(runtime.session.isReconciled || mutant("entries-before-books")) || trouble != nil {
            return false
        }
        if call.lane == .entry, runtime.desk.isChangingHalts { return false }
        if call.lane == .exit, !runtime.session.hasOpened { return false }
        guard runtime.budget.allows(call.use, isOrder: call.isOrder, at: now) else { return false }
        guard let cleared = clear(call, for: runtime, at: now) else { return true }
        runtime.lanes.start(call.lane, at: now)
        runtime.budget.note(call.use, isOrder: call.isOrder, at: now)
        runtime.counts.noteCall(call.lane)
        if case .place = cleared { runtime.counts.note(.send, now - call.since) }
        launch(call, cleared, for: runtime, at: now)
        return true
    }

    /// A call whose first byte may go out.
    private enum Cleared {
        case place(CommandID, Placement)
        case modify(CommandID, Modification)
        case cancel(CommandID, BrokerOrderID)
        case read(BookKind)
        case shares
        case funds
        /// About a contract.
        case question(Instrument)
    }

    /// Asks the desk once more, just before the first byte. Nil when the call was taken out of its lane instead.
    private func clear(_ call: LaneCall, for runtime: ClientRuntime, at now: Timestamp) -> Cleared? {
        switch call.kind {
        case .cancel(let id, let number): return .cancel(id, number)
        case .read(let kind): return .read(kind)
        case .quote(let instrument, _), .security(let instrument, _): return .question(instrument)
        case .shares: return .shares
        case .funds: return .funds
        case .place(let id, let group):
            switch runtime.desk.clearance(for: id, at: now) {
            case .send(let placement): return .place(id, placement)
            case .recheck: recheck(id, call, for: runtime)
            case .forget:
                runtime.lanes.skip(call.lane)
                runtime.lanes.passed(id, group)
            }
        case .modify(let id):
            switch runtime.desk.clearance(forChangeOf: id, at: now) {
            case .send(let change): return .modify(id, change)
            case .recheck: recheck(id, call, for: runtime)
            case .forget: runtime.lanes.skip(call.lane)
            }
        }
        return nil
    }

    private func recheck(_ id: CommandID, _ call: LaneCall, for runtime: ClientRuntime) {
        runtime.lanes.skip(call.lane)
        enqueue(Inbox.Item(runtime.id, .recheck(id)))
    }

    private func launch(_ call: LaneCall, _ cleared: Cleared, for runtime: ClientRuntime, at now: Timestamp) {
        let client = runtime.id
        let broker = runtime.client.broker
        let timeout = runtime.client.placeTimeout
        let deadlines = deadlines
        switch cleared {
        case .place(let id, let placement):
            CrashPoint.cleared.reach()
            runtime.desk.noteLeaving(id)
            spawn {
                let answer = await withDeadline(timeout, deadlines) { await broker.place(placement) }
                let input = DeskInput.answer(
                    id,
                    answer ?? .unanswered("no answer within \(timeout.inSeconds)"),
                    sentAt: now
                )
                await self.ended(call, began: now, of: client, input)
            }
        case .modify(let id, let change):
            CrashPoint.modifying.reach()
            spawn {
                let answer = await withDeadline(timeout, deadlines) { await broker.modify(change) }
                let input = DeskInput.modifyAnswer(id, change, answer ?? .unanswered("no answer"))
                await self.ended(call, began: now, of: client, input)
            }
        case .cancel(let id, let number):
            CrashPoint.cancelling.reach()
            spawn {
                let answer = await withDeadline(timeout, deadlines) { await broker.cancel(number) }
                await self.ended(call, began: now, of: client, .cancelAnswer(id, answer ?? .unanswered("no answer")))
            }
        case .shares: launchShares(call, for: runtime)
        case .funds: launchFunds(call, for: runtime)
        case .question(let instrument): launch(call, about: instrument, for: runtime)
        case .read(let kind):
            runtime.watcher.began(kind, at: now)
            spawn {
                let input = await withDeadline(WatchIntervals.readDeadline, deadlines) {
                    await broker.read(kind, began: now)
                }
                await self.ended(call, began: now, of: client, input ?? .timedOut(kind, began: now))
            }
        }
    }

    /// A call has come back: its slot is free, and its answer goes to the desk.
    private func ended(_ call: LaneCall, began: Timestamp, of client: ClientID, _ input: DeskInput) {
        guard let runtime = clients[client] else { return }
        let now = clock.now()
        runtime.lanes.finished(call)
        switch call.kind {
        case .place:
            runtime.counts.note(.record, now - began)
            CrashPoint.answered.reach()
        case .cancel: CrashPoint.cancelAnswered.reach()
        case .modify: CrashPoint.modifyAnswered.reach()
        case .read: CrashPoint.bookRead.reach()
        case .quote, .security, .shares, .funds: break
        }
        if input.saysSessionExpired {
            runtime.session.expired(callBegan: began, at: now)
            if !runtime.session.isLive { runtime.pushIsConnected = false }
            if runtime.session.shortSessions == 3 {
                logger.critical(
                    "the broker ends every session soon after its login: does another program log in to this account?",
                    metadata: ["client": "\(client)"]
                )
            }
            warn("the broker's session is over; logging in again", key: "\(client) session", ["client": "\(client)"])
        }
        if let text = input.throttling {
            runtime.budget.backOff(at: now)
            warn(
                "the broker says that its own limit of calls is exceeded; calling less (broker.noren.limits)",
                key: "\(client) throttled",
                ["client": "\(client)", "problem": "\(text)"]
            )
        }
        var isNews = true
        if case .read(let kind) = call.kind { isNews = readEnded(kind, input, began: began, runtime, at: now) }
        if isNews { enqueue(Inbox.Item(client, input)) }
        pump(runtime)
    }

    /// False for a read that is out of date: a later one of the same book was quicker.
    private func readEnded(
        _ kind: BookKind,
        _ input: DeskInput,
        began: Timestamp,
        _ runtime: ClientRuntime,
        at now: Timestamp
    ) -> Bool {
        let failure = input.failure
        guard runtime.watcher.ended(kind, began: began, failed: failure != nil, at: now) else { return false }
        if let failure = input.failure {
            warn(
                "a book could not be read; it counts as unknown",
                key: "\(runtime.id) \(kind) \(failure.kind)",
                [
                    "client": "\(runtime.id)", "book": "\(kind.rawValue)", "problem": "\(failure.text)",
                ]
            )
        }
        return true
    }

    /// The desk took a book in as true: one step nearer to open doors.
    func bookTrusted(_ kind: BookKind, began: Timestamp, _ runtime: ClientRuntime) {
        let wasOpen = runtime.session.hasOpened
        runtime.trustedReads[kind] = began
        let owing = !runtime.session.hasOpened && kind == .orders && runtime.desk.owesFills
        runtime.session.bookKnown(kind, began: began, owing: owing)
        if !wasOpen, runtime.session.hasOpened {
            logger.notice("books reconciled, intake is open", metadata: ["client": "\(runtime.id)"])
            enqueue(Inbox.Item(runtime.id, .recovered))
        }
    }

    private func scheduleReads(_ runtime: ClientRuntime, at now: Timestamp) {
        // Subscribe first, then take the snapshot; but a broker whose push does not come up must not keep the books shut.
        let waitsForPush = !runtime.pushIsConnected && now - runtime.session.liveSince < .seconds(2)
        if waitsForPush, !runtime.session.pendingBooks.isEmpty { return }
        let watch = runtime.client.watch
        let isOpen = runtime.desk.hasOpenOrders
        let hasShared = runtime.budget.hasSharedLeft(at: now)
        let pace = hasShared ? watch.poll : max(watch.poll, WatchIntervals.stretched)
        let intervals: [BookKind: Duration?] = [
            .orders: isOpen ? pace : watch.idle,
            .trades: runtime.desk.needsTrades(at: now) ? pace : nil,
            .positions: hasShared && (isOpen || runtime.desk.isHolding) ? watch.positions : watch.idle,
        ]
        for kind in BookKind.allCases {
            let pending = runtime.session.pendingBooks.contains(kind) ? WatchIntervals.spacing : nil
            let interval = [pending, intervals[kind] ?? nil].compactMap(\.self).min()
            guard runtime.watcher.isDue(kind, every: interval, at: now) else { continue }
            runtime.watcher.queued(kind)
            runtime.lanes.read(kind, at: now)
        }
    }

    /// Entries that the budget keeps waiting too long are given up: their moment has passed.
    private func giveUpEntries(_ runtime: ClientRuntime, at now: Timestamp) {
        let wait = runtime.client.entryWait
        while let call = runtime.lanes.takeEntry(waitingSince: now - wait) {
            let given: CommandID
            switch call.kind {
            case .place(let id, let group):
                runtime.lanes.passed(id, group)
                given = id
            case .modify(let id): given = id
            case .cancel, .read, .quote, .security, .shares, .funds: continue
            }
            let reason = Reason(
                .rateLimited,
                code: "entry_wait",
                "no call to the broker was free within \(wait.inSeconds) (broker.noren.limits)",
                limit: wait.inSeconds,
                observed: (now - call.since).inSeconds
            )
            enqueue(Inbox.Item(runtime.id, .dropped(given, reason)))
        }
    }
}

extension Broker {
    /// One read of a book as the desk takes it in; `began` is from before its first byte.
    fileprivate func read(_ kind: BookKind, began: Timestamp) async -> DeskInput {
        switch kind {
        case .orders: .orders(await orderBook(), began: began)
        case .trades: .trades(await tradeBook(), began: began)
        case .positions: .positions(await positionBook(), began: began)
        }
    }
}

extension DeskInput {
    fileprivate static func timedOut(_ kind: BookKind, began: Timestamp) -> DeskInput {
        let failure = ReadFailure(.unreachable, "no answer within \(WatchIntervals.readDeadline.inSeconds)")
        return switch kind {
        case .orders: .orders(.unknown(failure), began: began)
        case .trades: .trades(.unknown(failure), began: began)
        case .positions: .positions(.unknown(failure), began: began)
        }
    }

    /// Why a book is unknown; nil when it is known, or this is no book.
    fileprivate var failure: ReadFailure? {
        switch self {
        case .orders(.unknown(let failure), _), .trades(.unknown(let failure), _), .positions(.unknown(let failure), _):
            failure
        default: nil
        }
    }

    /// The broker's words when a call exceeded its own limit.
    fileprivate var throttling: String? {
        if case .answer(_, .throttled(let text), _) = self { return text }
        return failure.flatMap { $0.kind == .throttled ? $0.text : nil }
    }

    fileprivate var saysSessionExpired: Bool {
        if case .answer(_, .refused(_, sessionExpired: true), _) = self { return true }
        return failure?.kind == .sessionExpired
    }
}
