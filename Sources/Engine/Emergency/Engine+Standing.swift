import Desk
import Trading

/// A batch whose commit failed, and may be stored all the same.
extension Engine {
    /// What a failed commit was to store may be stored, and this process will not know: so it stands as it was decided, and
    /// the emergency file has it. Decided again, an order could become another one than the store has under its id. Exits go;
    /// what was asked for beside them is refused and ended.
    ///
    /// False where it must not stand: without that file, or with a person's word on who holds what.
    func stand(by late: Flight, _ text: String) async -> Bool {
        guard hasEmergencyFile, late.batch.items.allSatisfy(\.mayStand) else { return false }
        isFollowing = true
        defer { isFollowing = false }
        let behind = next.items
        for runtime in next.runtimes { runtime.desk.rollBackUnsealed() }
        next = Batch()
        counted.failedCommits += 1
        await beginTrouble(text, mayPass: false)
        let refused = Refused(late.batch)
        let changes = late.changes.map { refused.withoutKeys($0) }
        guard await keepVital(changes) else {
            for runtime in late.batch.runtimes { runtime.desk.rollBack() }
            refuse(late.batch.items.filter(\.needsStore), .notReady([.storeFailed]))
            inbox.putBack(late.batch.items.filter { !$0.needsStore } + behind)
            return true
        }
        for runtime in late.batch.runtimes { runtime.desk.committed() }
        trouble?.add(changes)
        refuse(late.batch.items.filter(\.needsStore), .notReady([.storeFailed]))
        inbox.putBack(refused.ends(of: late.batch) + behind)
        conclude(Flight(batch: refused.taken(out: late.batch), changes: changes, outcome: nil))
        return true
    }
}

extension Inbox.Item {
    /// Whether it may be in force though its sender is told that it is not stored. Who holds what is not in the emergency
    /// file: exits would be decided by a ledger that the next start does not find.
    fileprivate var mayStand: Bool { if case .operate = input { false } else { true } }
}

/// What a failed batch has of alerts and changes that are refused, though it stands.
private struct Refused {
    private var groups: Set<GroupID> = []
    private var changes: Set<CommandID> = []

    init(_ batch: Batch) {
        for (item, step) in zip(batch.items, batch.steps) where item.needsStore {
            switch step.output.reply {
            case .registered(let group, _, _): groups.insert(group)
            case .modifying(let record): changes.insert(record.id)
            default: break
            }
        }
    }

    /// Their senders were told to ask again: unless the store has them, they may.
    func withoutKeys(_ changes: DeskChanges) -> DeskChanges {
        var changes = changes
        changes.groups = changes.groups.map { groups.contains($0.id) ? $0.withoutKey : $0 }
        return changes
    }

    func ends(of batch: Batch) -> [Inbox.Item] {
        let reason = Reason(.notSent, code: "store_failed", "the store failed before it was sent")
        return batch.runtimes.flatMap { runtime in
            let orders = groups.sorted().flatMap { runtime.desk.orders(of: $0) ?? [] }.filter(\.state.isOpen).map(\.id)
            return (orders + changes.filter { runtime.desk.order($0) != nil }.sorted())
                .map { Inbox.Item(runtime.id, .dropped($0, reason)) }
        }
    }

    /// The batch without whatever would have them sent, and with nobody waiting for them.
    func taken(out batch: Batch) -> Batch {
        var batch = batch
        batch.items = batch.items.map { $0.needsStore ? Inbox.Item($0.client, $0.input) : $0 }
        batch.steps = batch.steps.map { step in
            var output = step.output
            output.actions.removeAll { action in
                switch action {
                case .place(_, let group, _): groups.contains(group)
                case .modify(let id, _): changes.contains(id)
                case .cancel, .read, .readShares, .readFunds, .quote, .security: false
                }
            }
            return Batch.Step(step.runtime, output, step.id, step.at)
        }
        return batch
    }
}
