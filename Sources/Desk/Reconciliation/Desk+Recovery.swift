public import Trading

/// What a start came to, once the broker's books were known.
public struct RecoveryReport: Hashable, Sendable {
    public let at: Timestamp
    /// Orders that were open when the process before ended, and of which the books show how they stand.
    public let matched: [CommandID]
    /// Taken over from the books: orders placed elsewhere meanwhile, and ours that were found by their tag.
    public let adopted: [CommandID]
    /// What the broker holds and no strategy owns.
    public let unattributed: [Unattributed]
    /// Orders that the books leave open.
    public let unresolved: [CommandID]
}

/// An order that a person must look at, with what its position lacks or has too much of at the broker.
public struct OpenQuestion: Hashable, Sendable {
    public let record: OrderRecord
    /// Nil while that is not known.
    public let difference: Int?
}

/// What was open at the start, and what has been taken over since.
struct Recovering: Sendable {
    let open: Set<CommandID>
    var adopted: Set<CommandID> = []
}

extension Desk {
    /// The books are known for the first time since the start: told of once, in numbers and by name.
    mutating func reportRecovery(at now: Timestamp) {
        let recovering = view.recovering ?? Recovering(open: [])
        var matched: [CommandID] = []
        var unresolved: [CommandID] = []
        for id in recovering.open.sorted() where !recovering.adopted.contains(id) {
            guard let record = orders[id] else { continue }
            if record.isOpenQuestion || record.state == .received { unresolved.append(id) } else { matched.append(id) }
        }
        let disputed = orders.records.values.filter(\.isDisputed).map(\.id)
        let report = RecoveryReport(
            at: now,
            matched: matched,
            adopted: recovering.adopted.sorted(),
            unattributed: unattributed ?? [],
            unresolved: Set(unresolved + disputed).sorted()
        )
        view.recovery = report
        let isClean = report.unattributed.isEmpty && report.unresolved.isEmpty
        notify(.recovered, isClean ? .notice : .warning, report.text, at: now)
    }

    /// What the start came to; nil while the books are not known.
    public var recovery: RecoveryReport? { view.recovery }

    /// Orders that need a person now: unconfirmed, of today or an earlier day, or disputed.
    public var openQuestions: [OpenQuestion] {
        orders.records.values.filter(\.isOpenQuestion).sorted { $0.id < $1.id }.map { record in
            let position = record.command.position
            return OpenQuestion(record: record, difference: view.difference(position, from: ledger.net(position)))
        }
    }
}

extension OrderRecord {
    fileprivate var isOpenQuestion: Bool { command.test == nil && (state == .unconfirmed || isDisputed) }
}

extension RecoveryReport {
    fileprivate var text: String {
        func list(_ count: Int, _ what: String, _ names: [String]) -> String {
            let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
            return "\(count) \(what)" + (names.isEmpty ? "" : " (\(shown))")
        }
        let parts = [
            list(matched.count, "orders matched", []), list(adopted.count, "adopted", adopted.map { "\($0)" }),
            list(unattributed.count, "unattributed", unattributed.map { "\($0.quantity) \($0.position)" }),
            list(unresolved.count, "unresolved", unresolved.map { "\($0)" }),
        ]
        return "the books are known since the start: " + parts.joined(separator: ", ")
    }
}
