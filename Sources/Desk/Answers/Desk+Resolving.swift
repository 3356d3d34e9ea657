import Trading

extension Desk {
    /// A person's word about an order that the evidence leaves open. It ends the question, not the watching: an order
    /// that shows up at the broker after all is adopted all the same.
    mutating func resolve(_ id: CommandID, _ resolution: Resolution, at now: Timestamp) -> DeskReply {
        guard let record = orders[id] else { return .unknownOrder }
        let said = "\(resolution.by) said: \(resolution.reason)"
        switch resolution.outcome {
        case .absent:
            guard record.state == .unconfirmed else {
                return .notResolved("it is \(record.state.word.rawValue), not unconfirmed")
            }
            self.record(.notSent(Reason(.resolvedByPerson, code: "absent", said)), of: id, at: now)
            endAbsence(id)
        case .agreed:
            guard record.isDisputed else { return .notResolved("it is not disputed") }
            if record.filled.quantity > record.quantity {
                self.record(.resized(quantity: record.filled.quantity, .person), of: id, at: now)
            }
            self.record(.agreed(said), of: id, at: now)
        }
        let what = "order \(id) \(record.command.position) was declared \(resolution.outcome.rawValue): \(said)"
        notify(.resolved, .warning, what, id, at: now)
        batch.audit.append(
            AuditEntry(
                .resolve,
                by: resolution.by,
                "\(id) \(resolution.outcome.rawValue): \(resolution.reason)",
                at: now
            )
        )
        return .resolved(orders[id] ?? record)
    }
}
