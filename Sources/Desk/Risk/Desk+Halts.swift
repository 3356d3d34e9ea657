import Trading

extension Desk {
    /// The halt that covers a strategy's orders, the widest first.
    func halt(on strategy: StrategyName) -> Halt? {
        halts[.global] ?? halts[.client] ?? halts[.strategy(strategy)]
    }

    mutating func set(_ halt: Halt, at now: Timestamp) -> DeskReply {
        setHalt(halt, for: halt.scope)
        notify(.halted, .critical, halt.refusal.text, at: now)
        return .done
    }

    mutating func lift(_ scope: Halt.Scope, at now: Timestamp) -> DeskReply {
        if halts[scope] != nil {
            setHalt(nil, for: scope)
            notify(.resumed, .warning, "trading resumed: \(scope)", at: now)
        }
        return .done
    }
}
