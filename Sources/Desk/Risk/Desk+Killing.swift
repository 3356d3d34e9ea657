public import Trading

/// A kill: a halt, and then nothing open and nothing held. What fills late, or was found after a restart, is closed too,
/// until a person lifts it. What `external` holds is left alone.
extension Desk {
    mutating func kill(_ halt: Halt, at now: Timestamp, into output: inout DeskOutput) -> DeskReply {
        set(halt, at: now)
        let cancels = openOrders(under: halt.scope).filter { !$0.command.reduces }.map(\.id)
        // Exits ask what stands in their way to end, and what fills on that all the same is closed for them.
        let exits = flatten(halt.scope, at: now, into: &output)
        for id in cancels {
            guard let record = orders[id], record.state.isOpen, record.pending != .cancel else { continue }
            if record.state == .received {
                self.record(.notSent(Reason(.notSent, code: "killed", halt.refusal.text)), of: id, at: now)
                notifyFailure(record, .notSent, "not sent: \(halt.refusal.text)", at: now)
            } else {
                askCancel(id, for: nil, at: now, into: &output)
            }
        }
        return .killed(cancels: cancels, exits: exits)
    }

    /// On every heartbeat: what is held under a kill and not being closed.
    mutating func pursueKills(at now: Timestamp, into output: inout DeskOutput) {
        guard halts.values.contains(where: { $0.mode == .kill }), !mutant("kill-is-not-pursued") else { return }
        for halt in haltsInForce where halt.mode == .kill {
            _ = flatten(halt.scope, isPursuit: true, at: now, into: &output)
        }
    }

    /// Exits of everything that strategies hold under a scope and that nothing closes yet; one group for each strategy. An
    /// exit that came to nothing is followed by another one after a while, when its exchange trades.
    private mutating func flatten(
        _ scope: Halt.Scope,
        isPursuit: Bool = false,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> [GroupID] {
        var groups: [GroupID] = []
        let uncovered = holdings(under: scope).filter { key in
            guard !isPursuit || settings.calendar.isOpen(key.position.instrument.exchange, at: now) else {
                return false
            }
            let held = abs(ledger[key].quantity)
            return closing(key) + aboutToClose(key, held) < held
                && killed[key].map { now - $0 >= DeskSettings.killPatience } ?? true
        }
        for strategy in Set(uncovered.map(\.strategy)).sorted() {
            let keys = uncovered.filter { $0.strategy == strategy }
            for key in keys { killed[key] = now }
            let id = GroupID(nextID())
            let alert = Alert(
                source: .system,
                strategy: strategy,
                executionType: .exit,
                contentHash: "kill \(id)",
                request: "{\"kill\":\"\(scope.word.rawValue)\"}",
                legs: keys.enumerated().map { Alert.Leg(closing: $1.position, index: $0) }
            )
            let group = Group(
                id: id,
                source: .system,
                idempotencyKey: nil,
                contentHash: alert.contentHash,
                request: alert.request,
                receivedAt: now
            )
            _ = submitExit(alert, group, at: now, into: &output)
            groups.append(id)
        }
        return groups
    }

    /// What strategies hold under a scope, in order.
    public func holdings(under scope: Halt.Scope) -> [HoldingKey] {
        ledger.holdings.keys.filter { key in
            guard key.strategy != .external || mutant("kill-closes-external") else { return false }
            return switch scope {
            case .global, .client: true
            case .strategy(let name): key.strategy == name
            case .instrument(let instrument): key.position.instrument == instrument
            case .source: false
            }
        }
        .sorted()
    }

    /// Open orders under a scope, oldest first; none that were placed elsewhere.
    public func openOrders(under scope: Halt.Scope) -> [OrderRecord] {
        orders.records.values.filter { record in
            let command = record.command
            guard record.state.isOpen, command.test == nil, command.strategy != .external else { return false }
            return switch scope {
            case .global, .client: true
            case .strategy(let name): command.strategy == name
            case .instrument(let instrument): command.instrument == instrument
            case .source(let source): command.source == source
            }
        }
        .sorted { $0.id < $1.id }
    }
}

extension Alert.Leg {
    fileprivate init(closing position: PositionKey, index: Int) {
        self.init(
            index: index,
            exchange: position.instrument.exchange,
            symbol: position.instrument.symbol,
            product: position.product,
            side: nil,
            quantity: nil
        )
    }
}
