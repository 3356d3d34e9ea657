import Desk
import JSONText
import Logging
import Trading

extension Engine {
    /// Steps what comes in and has it committed, one commit at a time. While one is under way the next batch is stepped
    /// already; it acts and answers only once it is durable itself. What was stepped is finished before this ends.
    func drain() async {
        while !Task.isCancelled || flight != nil || !next.isEmpty {
            if let outcome = flight?.outcome {
                await land(outcome)
            } else if flight == nil, !next.isEmpty {
                takeOff()
            } else if !inbox.isEmpty, next.items.count < Inbox.batchBound, !Task.isCancelled {
                let items = inbox.takeBatch(of: Inbox.batchBound - next.items.count)
                if storeFailure == nil { step(items) } else { refuse(items, .notReady([.storeFailed])) }
            } else {
                await withCheckedContinuation { wakeUp = $0 }
            }
        }
        wakeTheCommitter()
    }

    /// Performs the commits that `drain` prepares.
    func commitWhatIsReady() async {
        while !Task.isCancelled || flight != nil || !next.isEmpty {
            guard let flight, flight.outcome == nil, let journal else {
                await withCheckedContinuation { wakeCommitter = $0 }
                continue
            }
            let outcome = await commit(flight.changes, of: flight.batch.items, to: journal)
            self.flight?.outcome = outcome
            wake()
        }
    }

    /// Steps items into the next batch.
    private func step(_ items: [Inbox.Item]) {
        let now = clock.now()
        for item in items {
            guard let runtime = clients[item.client] else {
                item.reply?.resume(returning: .failure(.unknownClient))
                continue
            }
            next.items.append(item)
            next.steps.append(Batch.Step(runtime, runtime.desk.step(item.input, at: now, id: ids.next(at: now)), now))
        }
    }

    /// Seals the next batch and hands it to the committer.
    private func takeOff() {
        let changes = next.runtimes.map { $0.desk.seal() }.filter { !$0.isEmpty }
        flight = Flight(batch: next, changes: changes, outcome: changes.isEmpty ? .success(()) : nil)
        next = Batch()
        if !changes.isEmpty { wakeTheCommitter() }
    }

    /// The commit under way has ended: acts and answers, or takes back what was stepped.
    private func land(_ outcome: Result<Void, JournalError>) async {
        guard let landed = flight else { return }
        flight = nil
        switch outcome {
        case .success:
            for runtime in landed.batch.runtimes { runtime.desk.committed() }
            if !next.isEmpty {
                takeOff()
                await Task.yield()  // to the committer: the disk need not wait for what follows here
            }
            conclude(landed)
        case .failure(let error):
            let stepped = next
            next = Batch()
            for runtime in Batch.runtimes(of: landed.batch.steps + stepped.steps) { runtime.desk.rollBack() }
            // What was stepped on top of it is stepped again, from where that leaves the desks.
            inbox.putBack(stepped.items)
            // Overdue, its senders have been told already.
            await handle(error, items: storeFailure == nil ? landed.batch.items : [])
        }
    }

    /// Steps one batch alone, commits it, and only then acts and answers.
    private func process(_ items: [Inbox.Item]) async {
        guard let journal, storeFailure == nil else {
            refuse(items, .notReady([.storeFailed]))
            return
        }
        step(items)
        let batch = next
        next = Batch()
        let changes = batch.runtimes.map { $0.desk.seal() }.filter { !$0.isEmpty }
        if case .failure(let error) = await commit(changes, of: batch.items, to: journal) {
            for runtime in batch.runtimes { runtime.desk.rollBack() }
            await handle(error, items: storeFailure == nil ? batch.items : [])
            return
        }
        for runtime in batch.runtimes { runtime.desk.committed() }
        conclude(Flight(batch: batch, changes: changes, outcome: nil))
    }

    /// What follows a commit: from here on things leave the process.
    private func conclude(_ flight: Flight) {
        for change in flight.changes {
            announce(change)
            clients[change.client]?.counts.note(change)
        }
        for (step, item) in zip(flight.batch.steps, flight.batch.items) {
            for action in step.output.actions { perform(action, for: step.runtime, at: step.at) }
            conclude(item.input, step.output, step.runtime)
        }
        if !flight.changes.isEmpty { busySince = nil }
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

    private func commit(
        _ changes: [DeskChanges],
        of items: [Inbox.Item],
        to journal: any Journal
    ) async -> Result<Void, JournalError> {
        guard !changes.isEmpty else { return .success(()) }
        committing = items
        commitBegan = clock.now()
        defer {
            committing = []
            commitBegan = nil
        }
        do throws(JournalError) {
            let began = clock.now()
            let synced = try await journal.commit(changes)
            if let storeFailure { throw .failed(storeFailure) }
            counted.commits.note(clock.now() - began)
            counted.syncs.note(synced)
            counted.committedEvents += changes.reduce(0) { $0 + $1.events.count }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// A failed commit means that nothing was registered and nothing is sent.
    private func handle(_ error: JournalError, items: [Inbox.Item]) async {
        counted.failedCommits += 1
        switch error {
        case .contradiction(let text):
            guard let only = items.first, items.count == 1 else {
                for item in items { await process([item]) }
                return
            }
            if await isLateRepeat(only) { return await process([only]) }
            warn(
                "an input contradicts the store and was set aside: compare the books by hand",
                key: "\(only.client) contradiction \(text)",
                ["client": "\(only.client)", "problem": "\(text)"]
            )
            if case .recheck(let id) = only.input, let runtime = clients[only.client],
                let order = runtime.desk.order(id)
            {
                runtime.lanes.passed(id, order.command.group)
            }
            only.reply?.resume(returning: .failure(.setAside(text)))
        case .busy(let text):
            warn("store is busy", key: "store", ["problem": "\(text)"])
            if busySince == nil {
                logger.critical(
                    "the store cannot be written: alerts are refused until it can; free the disk",
                    metadata: ["problem": "\(text)"]
                )
            }
            busySince = busySince ?? clock.now()
            let kept = items.filter { $0.reply == nil && $0.input.cannotBeAskedAgain }
            refuse(items.filter { $0.reply != nil }, .notReady([.storeFailed]))
            inbox.putBack(kept)
            try? await clock.sleep(for: .milliseconds(100))
        case .failed(let text):
            failStore(text)
            refuse(items, .notReady([.storeFailed]))
        }
    }

    /// Whether the store holds the alert's key from a day that its desk no longer remembers; the desk then does. Asked only
    /// here, when the store refused to hold the key twice: a key that is new costs no question.
    private func isLateRepeat(_ item: Inbox.Item) async -> Bool {
        guard case .alert(let alert) = item.input, let key = alert.idempotencyKey, let journal,
            let runtime = clients[item.client], !runtime.desk.knows(key: key)
        else { return false }
        let group = await withDeadline(.seconds(2), deadlines) { try? await journal.group(of: item.client, key: key) }
        guard let group = group ?? nil else { return false }
        runtime.desk.recall(group)
        return true
    }

    /// The commit may still happen, so nothing is sent for it, and its senders are told that it failed.
    func commitIsOverdue(since began: Timestamp, at now: Timestamp) {
        guard storeFailure == nil else { return }
        failStore("a commit has taken \((now - began).inSeconds), longer than store.commit_deadline")
        refuse(committing + next.items + inbox.takeAll(), .notReady([.storeFailed]))
        committing = []
        next.items = []  // its steps are taken back with the commit's
    }

    private func failStore(_ text: String) {
        guard storeFailure == nil else { return }
        storeFailure = "the store failed: \(text)"
        logger.critical(
            "the store failed: nothing more is registered or sent; free the disk or repair it, then restart",
            metadata: ["problem": "\(text)"]
        )
    }

    func refuse(_ items: [Inbox.Item], _ refusal: IntakeRefusal) {
        for item in items { item.reply?.resume(returning: .failure(refusal)) }
    }

    private func announce(_ changes: DeskChanges) {
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
    fileprivate var cannotBeAskedAgain: Bool {
        switch self {
        case .answer, .cancelAnswer, .modifyAnswer, .push, .dropped, .recheck, .started, .recovered: true
        default: false
        }
    }
}
