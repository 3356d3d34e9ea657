import Trading

extension Desk {
    /// The halt that covers a strategy's orders, the widest first.
    func halt(on strategy: StrategyName) -> Halt? {
        guard !halts.isEmpty else { return nil }
        return (mutant("halt-is-strategys-only") ? nil : halts[.global] ?? halts[.client]) ?? halts[.strategy(strategy)]
    }

    /// The halt that covers an order, the widest first.
    func halt(on command: OrderCommand) -> Halt? {
        guard !halts.isEmpty else { return nil }
        return halt(on: command.strategy)
            ?? (mutant("instrument-halt-passes") ? nil : halts[.instrument(command.instrument)])
            ?? (mutant("source-halt-passes") ? nil : halts[.source(command.source)])
    }

    /// Whether an entry goes as one that takes risk out: all that halts it lets it reduce, and it neither grows nor flips
    /// what its strategy holds. Then it goes an exit's way, capped by what is not being closed already.
    ///
    /// `signed` is what is held, positive where the leg would add to it.
    func reducesOnly(_ alert: Alert, _ leg: Alert.Leg, _ instrument: Instrument, _ signed: Int) -> Bool {
        guard !halts.isEmpty, alert.executionType == .entry, signed < 0,
            (leg.quantity ?? 0) <= -signed || mutant("reducing-entry-flips")
        else { return false }
        let scopes: [Halt.Scope] = [
            .global, .client, .strategy(alert.strategy), .instrument(instrument), .source(alert.source),
        ]
        let covering = scopes.compactMap { halts[$0] }
        return !covering.isEmpty && covering.allSatisfy { $0.mode == .reducing || mutant("halt-lets-entries-reduce") }
    }

    @discardableResult mutating func set(_ halt: Halt, at now: Timestamp) -> DeskReply {
        setHalt(halt, for: halt.scope)
        notify(.halted, .critical, halt.refusal.text, at: now)
        batch.audit.append(halt.entry)
        return .done
    }

    /// What went wrong stops; a halt that is in force already says enough.
    mutating func haltBySystem(_ scope: Halt.Scope, _ reason: String, at now: Timestamp) {
        guard halts[scope].map({ $0.mode == .reducing }) ?? true else { return }
        set(Halt(scope: scope, by: Source.system.rawValue, reason: reason, at: now), at: now)
    }

    mutating func lift(_ scope: Halt.Scope, by: String, reason: String, at now: Timestamp) -> DeskReply {
        if halts[scope] != nil {
            setHalt(nil, for: scope)
            if case .strategy(let name) = scope { forgetRepeats(of: name) }
            notify(.resumed, .warning, "trading resumed by \(by): \(scope)", at: now)
            batch.audit.append(AuditEntry(.resume, by: by, "\(scope): \(reason)", at: now))
        }
        return .done
    }

    /// The halts in force, the widest first.
    public var haltsInForce: [Halt] {
        halts.values.sorted { ($0.scope.place, $0.scope.name ?? "") < ($1.scope.place, $1.scope.name ?? "") }
    }
}

extension Halt.Scope {
    fileprivate var place: Int { Word.allCases.firstIndex(of: word) ?? 0 }
}
