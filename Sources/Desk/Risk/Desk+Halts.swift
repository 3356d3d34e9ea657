import Trading

extension Desk {
    /// The halt that covers a strategy's orders, the widest first.
    func halt(on strategy: StrategyName) -> Halt? {
        (mutant("halt-is-strategys-only") ? nil : halts[.global] ?? halts[.client]) ?? halts[.strategy(strategy)]
    }

    /// The risk manager's heartbeat: a person hears of the floor when it is reached, not with the next order.
    mutating func watchLoss(at now: Timestamp) {
        guard let (profit, floor) = risk.heartbeat(at: now) else { return }
        let text = "the day's profit and loss \(profit) has reached the floor \(floor): entries are blocked"
        notify(.dayLoss, .critical, text, at: now)
    }

    mutating func set(_ halt: Halt, at now: Timestamp) -> DeskReply {
        setHalt(halt, for: halt.scope)
        notify(.halted, .critical, halt.refusal.text, at: now)
        batch.audit.append(AuditEntry(.halt, by: halt.by, "\(halt.scope): \(halt.reason)", at: now))
        return .done
    }

    mutating func lift(_ scope: Halt.Scope, by: String, reason: String, at now: Timestamp) -> DeskReply {
        if halts[scope] != nil {
            setHalt(nil, for: scope)
            notify(.resumed, .warning, "trading resumed by \(by): \(scope)", at: now)
            batch.audit.append(AuditEntry(.resume, by: by, "\(scope): \(reason)", at: now))
        }
        return .done
    }
}
