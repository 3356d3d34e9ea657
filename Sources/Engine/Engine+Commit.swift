import Desk
import JSONText
import Logging
import Trading

extension Engine {
    /// Steps what comes in and has it committed, one commit at a time. While one is under way the next batch is stepped
    /// already; it acts and answers only once it is durable itself. What was stepped is finished before this ends.
    func drain() async {
        while !Task.isCancelled || isAtWork {
            if let landed = flight, let outcome = landed.outcome {
                await land(landed, outcome)
            } else if let overdue, flight != nil {
                await giveUpCommit(overdue)
            } else if isImported, trouble == nil {  // else it holds what the store does not have
                isImported = false
                await clearEmergencyFile()
            } else if trouble != nil {
                if await !weather() { await withCheckedContinuation { wakeUp = $0 } }
            } else if flight == nil, !next.isEmpty {
                takeOff()
            } else if room > 0, Task.isCancelled ? inbox.hasWord : !inbox.isEmpty {
                let items = Task.isCancelled ? inbox.takeWord(of: room) : inbox.takeBatch(of: room)
                alone = max(0, alone - items.count)
                step(items)
            } else {
                await withCheckedContinuation { wakeUp = $0 }
            }
        }
        wakeTheCommitter()
    }

    /// What came before the end is stepped and stored, and so is what that leads to; whoever waits for an answer is refused.
    private var isAtWork: Bool { flight != nil || !next.isEmpty || trouble == nil && inbox.hasWord }

    /// How many more items may join the next batch.
    private var room: Int {
        guard alone > 0 else { return Inbox.batchBound - next.items.count }
        return flight == nil && next.isEmpty ? 1 : 0
    }

    /// Performs the commits that `drain` prepares.
    func commitWhatIsReady() async {
        while !Task.isCancelled || isAtWork {
            guard let flight, flight.outcome == nil, let journal else {
                await withCheckedContinuation { wakeCommitter = $0 }
                continue
            }
            let outcome = await commit(flight.changes, to: journal)
            self.flight?.outcome = outcome  // none where it was given up
            wake()
        }
    }

    /// Steps items into the next batch.
    func step(_ items: [Inbox.Item]) {
        let now = clock.now()
        for item in items {
            guard let runtime = clients[item.client] else {
                refuse([item], .unknownClient)
                continue
            }
            let (id, at) = item.first ?? (ids.next(at: now), now)
            next.items.append(item)
            next.steps.append(Batch.Step(runtime, runtime.desk.step(item.input, at: at, id: id), id, at))
        }
    }

    /// Seals the next batch and hands it to the committer.
    private func takeOff() {
        let changes = next.runtimes.map { $0.desk.seal() }.filter { !$0.isEmpty }
        flight = Flight(batch: next, changes: changes, outcome: changes.isEmpty ? .success(()) : nil)
        next = Batch()
        #if DEBUG
        flight?.reachBeforeCommit()
        #endif
        if !changes.isEmpty { wakeTheCommitter() }
    }

    /// The commit under way has ended: acts and answers, or takes back what was stepped.
    private func land(_ landed: Flight, _ outcome: Result<Void, JournalError>) async {
        flight = nil
        overdue = nil
        guard landed.backlog == 0 else {
            await landBacklog(landed.backlog, outcome)
            return
        }
        switch outcome {
        case .success:
            #if DEBUG
            landed.reachAfterCommit()
            #endif
            for runtime in landed.batch.runtimes { runtime.desk.committed() }
            if !next.isEmpty {
                takeOff()
                await Task.yield()  // to the committer: the disk need not wait for what follows here
            }
            conclude(landed)
        case .failure(let error):
            if case .failed(let text) = error, await stand(by: landed, text) { return }
            let behind = takeBack(landed.batch)
            await handle(error, landed.batch, behind: behind)
        }
    }

    /// Sets the desks back to where they were before a batch, and returns what was stepped on top of it: that is stepped
    /// again, from where this leaves them.
    private func takeBack(_ batch: Batch) -> [Inbox.Item] {
        let stepped = next
        next = Batch()
        for runtime in Batch.runtimes(of: batch.steps + stepped.steps) { runtime.desk.rollBack() }
        return stepped.items
    }

    /// The commit may still happen, so nothing of it is sent but exits, as it has them.
    private func giveUpCommit(_ text: String) async {
        overdue = nil
        guard let late = flight else { return }
        flight = nil
        if late.backlog > 0 {
            counted.failedCommits += 1
            await beginTrouble(text, mayPass: false)
        } else if await !stand(by: late, text) {
            let behind = takeBack(late.batch)
            await handle(.failed(text), late.batch, behind: behind)
        }
    }

    /// What follows a commit: from here on things leave the process.
    func conclude(_ flight: Flight) {
        if !flight.changes.isEmpty { tell(.changes(flight.changes)) }
        for change in flight.changes {
            announce(change)
            clients[change.client]?.counts.note(change)
        }
        for (step, item) in zip(flight.batch.steps, flight.batch.items) {
            for action in step.output.actions { perform(action, for: step.runtime, at: step.at) }
            conclude(item.input, step.output, step.runtime)
        }
        // Orders first: their prices move while answers are written.
        for runtime in flight.batch.runtimes { pump(runtime) }
        for (step, item) in zip(flight.batch.steps, flight.batch.items) {
            item.reply?.resume(returning: .success(step.output.reply ?? .done))
        }
    }

    /// What the lanes and the session learn of a step.
    private func conclude(_ input: DeskInput, _ output: DeskOutput, _ runtime: ClientRuntime) {
        if let kind = output.trusted, let began = input.began {
            bookTrusted(kind, began: began, runtime)
        } else if let kind = input.readBook {
            warn(
                "a book contradicts what is known, and is not believed",
                key: "\(runtime.id) doubt \(kind)",
                ["client": "\(runtime.id)", "book": "\(kind.rawValue)"]
            )
        }
        if case .answer(let id, _, _) = input { runtime.lanes.settled(id) }
        if case .kept = input, importing.remove(runtime.id) != nil { isImported = importing.isEmpty && trouble == nil }
        passEnded(runtime)
    }

    /// A leg that was taken out of its lane and will not come back must not hold up the legs behind it.
    private func passEnded(_ runtime: ClientRuntime) {
        guard !runtime.lanes.undecided.isEmpty else { return }
        for (id, place) in runtime.lanes.undecided.sorted(by: { $0.key < $1.key })
        where runtime.desk.order(id)?.state != .sending {
            runtime.lanes.passed(id, place.group)
        }
    }

    private func commit(_ changes: [DeskChanges], to journal: any Journal) async -> Result<Void, JournalError> {
        commitBegan = clock.now()
        defer { commitBegan = nil }
        do throws(JournalError) {
            let began = clock.now()
            let synced = try await journal.commit(changes)
            counted.commits.note(clock.now() - began)
            counted.syncs.note(synced)
            counted.committedEvents += changes.reduce(0) { $0 + $1.events.count }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// A failed commit means that nothing was registered and nothing is sent; exits go by the emergency file.
    private func handle(_ error: JournalError, _ batch: Batch, behind: [Inbox.Item]) async {
        let items = if case .failed = error { batch.itemsAsStepped } else { batch.items }
        counted.failedCommits += 1
        switch error {
        case .contradiction(let text):
            if let only = items.first, items.count == 1 {
                let memory = await recall(only, asking: journal)
                inbox.putBack((memory == .known ? [only] : []) + behind)
                switch memory {
                case .known: break
                case .new: setAside(only, text)
                case .unknown: refuse([only], .notReady([.storeFailed]))
                }
            } else {
                inbox.putBack(items + behind)
                alone = items.count
            }
        case .busy(let text), .failed(let text):
            refuse(items.filter(\.needsStore), .notReady([.storeFailed]))
            inbox.putBack(items.filter { !$0.needsStore } + behind)
            await beginTrouble(text, mayPass: error.mayPass)
        }
    }

    /// What the store says of an alert's idempotency key.
    enum StoredKey {
        case new, known
        /// It did not answer.
        case unknown
    }

    /// Finds the group of an alert's key that its desk no longer remembers; the desk then does. The store is asked only when
    /// it refused to hold the key twice, or cannot be asked to: a key that is new costs no question.
    func recall(_ item: Inbox.Item, asking journal: (any Journal)?) async -> StoredKey {
        guard case .alert(let alert) = item.input, let key = alert.idempotencyKey, let runtime = clients[item.client],
            !runtime.desk.knows(key: key)
        else { return .new }
        if let group = trouble?.group(of: item.client, key: key) {
            runtime.desk.recall(group)
            return .known
        }
        guard let journal else { return .unknown }
        let answer = await withDeadline(.seconds(2), deadlines) { () -> Result<Group?, JournalError> in
            do throws(JournalError) {
                return .success(try await journal.group(of: item.client, key: key))
            } catch {
                return .failure(error)
            }
        }
        guard case .success(let group) = answer else { return .unknown }
        // A commit that failed and happened nevertheless has stored the alert itself.
        guard let group, group.id.id != item.first?.id else { return .new }
        runtime.desk.recall(group)
        return .known
    }

    /// One input contradicts the store: the others go on, and a person must look at this one.
    private func setAside(_ item: Inbox.Item, _ text: String) {
        warn(
            "an input contradicts the store and was set aside: compare the books by hand",
            key: "\(item.client) contradiction \(text)",
            ["client": "\(item.client)", "problem": "\(text)"]
        )
        if case .recheck(let id) = item.input, let runtime = clients[item.client], let order = runtime.desk.order(id) {
            runtime.lanes.passed(id, order.command.group)
        }
        refuse([item], .setAside(text))
        if case .setAside = item.input { return }  // it is logged, and that is all that can be done
        let what = "an input contradicts the store and was set aside (\(text)): compare with the broker by hand"
        enqueue(Inbox.Item(item.client, .setAside(item.input.order, what)))
    }

    func refuse(_ items: [Inbox.Item], _ refusal: IntakeRefusal) {
        for item in items { item.reply?.resume(returning: .failure(refusal)) }
    }

    func announce(_ changes: DeskChanges) {
        for event in changes.events {
            logger.info(
                "order event",
                metadata: [
                    "client": "\(changes.client)", "order": "\(event.command)", "event": "\(event.fact.kind.rawValue)",
                    "detail": "\(event.fact.payload.text)",
                ]
            )
        }
        for entry in changes.ledger {
            logger.notice(
                "ledger event",
                metadata: [
                    "client": "\(changes.client)", "kind": "\(entry.kind.rawValue)", "holding": "\(entry.holding)",
                    "quantity": "\(entry.quantity)", "by": "\(entry.by)", "reason": "\(entry.reason)",
                ]
            )
        }
        for notification in changes.notifications {
            logger.log(
                level: notification.severity.level,
                "notification",
                metadata: [
                    "client": "\(changes.client)", "kind": "\(notification.kind.rawValue)",
                    "text": "\(notification.text)", "order": "\(notification.command.map { "\($0)" } ?? "-")",
                ]
            )
        }
    }

    /// Logs a warning that may repeat: once per key and minute, with a count of those held back.
    func warn(_ message: Logger.Message, key: String, _ metadata: Logger.Metadata) {
        guard let heldBack = limiter.pass(key, at: clock.now()) else { return }
        logger.warning(message, metadata: metadata.merging(["repeated": "\(heldBack)"]) { $1 })
    }
}

extension Notification.Severity {
    fileprivate var level: Logger.Level {
        switch self {
        case .notice: .notice
        case .warning: .warning
        case .critical: .critical
        }
    }
}

extension DeskInput {
    /// When the read began that this is.
    fileprivate var began: Timestamp? {
        switch self {
        case .orders(_, let began), .trades(_, let began), .positions(_, let began): began
        default: nil
        }
    }

    /// The book whose rows this is; nil for other inputs, and for reads that say nothing or failed.
    fileprivate var readBook: BookKind? {
        switch self {
        case .orders(.known, _): .orders
        case .trades(.known, _): .trades
        case .positions(.known, _): .positions
        case .orders(.empty, _): .orders
        default: nil
        }
    }

    /// Whether it would be lost if it were not kept; a book is simply read again.
    var cannotBeAskedAgain: Bool {
        switch self {
        case .answer, .cancelAnswer, .modifyAnswer, .push, .dropped, .recheck, .contracts, .kept, .setAside, .started,
            .recovered, .session:
            true
        default: false
        }
    }

    /// The order that it is about.
    fileprivate var order: CommandID? {
        switch self {
        case .cancel(let id), .recheck(let id), .dropped(let id, _), .answer(let id, _, _), .cancelAnswer(let id, _),
            .modifyAnswer(let id, _, _), .resolve(let id, _):
            id
        case .modify(let change): change.order
        default: nil
        }
    }
}

extension JournalError {
    /// Locked or full.
    fileprivate var mayPass: Bool { if case .busy = self { true } else { false } }
}
