import Desk
import Logging
import Trading

/// While the store cannot be written: entries are refused, exits go by the emergency file, and all else is followed in
/// memory.
extension Engine {
    /// Whether exits and cancels can go though the store cannot be written.
    var hasEmergencyFile: Bool { emergency != nil && !emergencyFailed }

    func beginTrouble(_ text: String, mayPass: Bool) async {
        guard trouble == nil else { return endHope(text) }
        let now = clock.now()
        let file = hasEmergencyFile ? "exits go by the emergency file" : "exits cannot go either"
        let what = mayPass ? "locked or full" : "failed"
        let advice = mayPass ? "free the disk, or end what locks it" : "see to the disk, then restart"
        let notice = "the store is \(what) (\(text)): entries are refused, \(file); \(advice)"
        trouble = StoreTrouble(text, mayPass: mayPass, at: now)
        logger.critical("the store cannot be written", metadata: ["problem": "\(text)", "what": "\(notice)"])
        let changes = clients.keys.sorted().map { id in
            var changes = DeskChanges(client: id)
            changes.notifications = [Notification(kind: .storeFailed, severity: .critical, text: notice, at: now)]
            return changes
        }
        for change in changes {
            announce(change)
            clients[change.client]?.counts.note(change)
        }
        trouble?.add(changes)
        await keep(changes)
    }

    /// What may have passed will not: this process never writes to the store again.
    private func endHope(_ text: String) {
        guard trouble?.mayPass == true else { return }
        trouble?.becomeFinal()
        logger.critical(
            "the store failed: see to its disk, then restart",
            metadata: ["problem": "\(text)"]
        )
        let held = trouble?.held ?? []
        trouble?.held = []
        for item in held { refuse([item], .notReady([.storeFailed])) }
    }

    /// One turn of `drain` in trouble; false when there is nothing to do.
    func weather() async -> Bool {
        if flight == nil, trouble?.isTryDue(at: clock.now()) == true {
            tryAgain()
            return true
        }
        guard !inbox.isEmpty else { return false }
        let items = triage(inbox.takeBatch(of: Inbox.batchBound))
        if !items.isEmpty { await followInMemory(items) }
        return true
    }

    /// Those that can be dealt with now; the others are held, refused or dropped.
    private func triage(_ items: [Inbox.Item]) -> [Inbox.Item] {
        items.filter { item in
            if hasEmergencyFile, !item.needsStore { return true }
            let mayWait = trouble?.mayPass == true && (item.reply != nil || item.input.cannotBeAskedAgain)
            if mayWait { trouble?.held.append(item) } else { refuse([item], .notReady([.storeFailed])) }
            return false
        }
    }

    /// Steps a batch, writes it into the emergency file, and goes on.
    private func followInMemory(_ items: [Inbox.Item]) async {
        isFollowing = true
        defer { isFollowing = false }
        for item in items {
            // The store cannot refuse a key that it has already, so it is asked; once it does not answer, no exit waits for
            // that again. One by one: a step lets go of what ended long ago.
            let memory = await recall(item, asking: trouble?.isSilent == false ? journal : nil)
            if memory == .unknown { trouble?.isSilent = true }
            step([item])
        }
        let batch = next
        next = Batch()
        let changes = batch.runtimes.map { $0.desk.seal() }.filter { !$0.isEmpty }
        if batch.steps.contains(where: { $0.output.actions.contains(where: \.leavesProcess) }) {
            guard await keepVital(changes) else {
                for runtime in batch.runtimes { runtime.desk.rollBack() }
                _ = triage(batch.items)
                return
            }
        } else if await !keep(changes), batch.items.contains(where: { $0.reply != nil }) {
            // Nobody is told that what could not be kept is registered. The rest is known of the broker, and goes on.
            for runtime in batch.runtimes { runtime.desk.rollBack() }
            refuse(batch.items, .notReady([.storeFailed]))
            inbox.putBack(batch.items.filter { $0.reply == nil })
            return
        }
        for runtime in batch.runtimes { runtime.desk.committed() }
        trouble?.add(changes)
        conclude(Flight(batch: batch, changes: changes, outcome: nil))
    }

    /// False when it cannot be: then nothing of it may leave, and nothing ever again by this way.
    func keepVital(_ changes: [DeskChanges]) async -> Bool {
        guard let emergency, !changes.isEmpty else { return hasEmergencyFile }
        do throws(JournalError) {
            try await emergency.append(changes, isVital: true)
            CrashPoint.kept.reach()
            return true
        } catch {
            emergencyFailed = true
            logger.critical(
                "the emergency file cannot be written either: exits are refused until the store can be",
                metadata: ["problem": "\(error)"]
            )
            return false
        }
    }

    /// Keeps what would be nice to have after a restart; the broker's books have it too. False when it was not kept.
    @discardableResult private func keep(_ changes: [DeskChanges]) async -> Bool {
        guard let emergency, hasEmergencyFile else { return false }
        if changes.isEmpty { return true }
        do throws(JournalError) {
            try await emergency.append(changes, isVital: false)
            return true
        } catch {
            warn("not kept in the emergency file", key: "emergency", ["problem": "\(error)"])
            return false
        }
    }

    // MARK: Its end

    private func tryAgain() {
        guard let trouble else { return }
        let batches = trouble.batches
        flight = Flight(batch: Batch(), changes: batches.flatMap(\.self), outcome: nil, backlog: batches.count)
        wakeTheCommitter()
    }

    /// The backlog's commit has ended.
    func landBacklog(_ count: Int, _ outcome: Result<Void, JournalError>) async {
        switch outcome {
        case .success:
            tell(.missed)
            trouble?.stored(count)
            if trouble?.backlog.isEmpty == true { await endTrouble() }
        case .failure(.busy(let text)):
            counted.failedCommits += 1
            trouble?.tried(at: clock.now())
            warn("the store still cannot be written", key: "store", ["problem": "\(text)"])
            refuseHeld()
        case .failure(.failed(let text)):
            counted.failedCommits += 1
            endHope(text)
        case .failure(.contradiction(let text)):
            counted.failedCommits += 1
            guard trouble?.isSplit == true else {
                trouble?.split()
                return
            }
            trouble?.stored(1)
            logger.critical(
                "what happened while the store could not be written contradicts it and was not stored: compare the books",
                metadata: ["problem": "\(text)"]
            )
            if trouble?.backlog.isEmpty == true { await endTrouble() }
        }
    }

    /// Whoever waits has waited long enough; what nobody can ask for again is kept.
    private func refuseHeld() {
        let held = trouble?.held ?? []
        trouble?.held = held.filter { $0.reply == nil }
        refuse(held, .notReady([.storeFailed]))
    }

    private func endTrouble() async {
        guard let ended = trouble else { return }
        logger.notice(
            "the store can be written again, and has all that happened meanwhile",
            metadata: ["after": "\((clock.now() - ended.since).inSeconds)"]
        )
        if importing.isEmpty { await clearEmergencyFile() }
        trouble = nil
        emergencyFailed = false
        inbox.putBack(ended.held)
        for runtime in clientsInOrder { pump(runtime) }
    }

    /// The store has all of it. A file that cannot be cleared is taken in once more by the next start, to no effect.
    func clearEmergencyFile() async {
        guard let emergency else { return }
        CrashPoint.takenIn.reach()
        do throws(JournalError) {
            try await emergency.clear()
        } catch {
            logger.warning("the emergency file was not cleared", metadata: ["problem": "\(error)"])
        }
    }

    // MARK: Its import

    /// What the emergency file has for a client; none of an order that the store closed long ago.
    func kept(
        for client: ClientID,
        in contents: [DeskChanges],
        _ snapshot: DeskSnapshot,
        _ journal: any Journal
    )
        async throws(JournalError) -> [DeskChanges]
    {
        let own = contents.filter { $0.client == client }
        var known = Set(snapshot.orders.map(\.id))
        let archive = journal.archive(of: client)
        for id in Set(own.flatMap { $0.events.map(\.command) }).subtracting(known).sorted() {
            do {
                if try await archive.history(of: id) == nil { known.insert(id) }
            } catch {
                throw .failed("\(error)")
            }
        }
        var strangers: Set<GroupID> = []
        for group in own.flatMap(\.groups) {
            guard let key = group.idempotencyKey else { continue }
            if try await journal.group(of: client, key: key) != nil { strangers.insert(group.id) }
        }
        return own.map { changes in
            var changes = changes
            // Of one whose key the store has, its orders count; one without any is kept for its key alone.
            changes.groups.removeAll { $0.commands.isEmpty && ($0.idempotencyKey == nil || strangers.contains($0.id)) }
            changes.groups = changes.groups.map { strangers.contains($0.id) ? $0.withoutKey : $0 }
            changes.events = changes.events.filter { known.contains($0.command) }
            return changes
        }
    }
}

extension Inbox.Item {
    /// Whether it may only be dealt with by what is stored: whatever somebody waits for but an exit or a cancel.
    var needsStore: Bool {
        guard reply != nil else { return false }
        switch input {
        case .alert(let alert): return alert.executionType != .exit
        case .cancel: return false
        default: return true
        }
    }
}

extension DeskAction {
    /// Whether it ends in a call that the broker acts on.
    fileprivate var leavesProcess: Bool {
        switch self {
        case .place, .cancel, .modify: true
        case .read, .readShares, .readFunds, .quote, .security: false
        }
    }
}

extension Group {
    var withoutKey: Group {
        Group(
            id: id,
            source: source,
            idempotencyKey: nil,
            contentHash: contentHash,
            request: request,
            receivedAt: receivedAt,
            commands: commands
        )
    }
}
