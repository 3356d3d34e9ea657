public import Trading

/// Commands that came in and orders that went out since the process started: one order for one command.
struct OrderTraffic: Sendable {
    var registered = 0
    var left = 0
}

/// How fast orders go, how alike they are, and whether each has a command.
extension Desk {
    /// An order is intended.
    mutating func noteSent(_ command: OrderCommand, at now: Timestamp) {
        guard watchesLimits, command.test == nil else { return }
        sent.add(command.strategy, command.instrument, at: now)
        undo.append(.sent(command.strategy, command.instrument))
    }

    /// Identical orders that came too often stop their strategy until a person lets it go on.
    mutating func countRepeats(of commands: [OrderCommand], at now: Timestamp) {
        guard watchesLimits else { return }
        let window = settings.limits.repeatedWithin
        for command in commands where command.test == nil && !command.reduces {
            guard orders[command.id]?.state == .received,
                let (most, scope) = settings.limits.narrowest(\.repeatedOrders, for: command)
            else { continue }
            let likeness = RepeatedOrders.Likeness(command)
            undo.append(.repeats(likeness, repeats.add(likeness, at: now, within: window)))
            let seen = repeats.count(likeness)
            guard seen > most, !mutant("repeated-orders-pass") else { continue }
            let text = "\(seen) identical orders within \(window.inSeconds), the limit of \(scope) is \(most)"
            let reason = Reason(
                .riskLimitsExceeded,
                code: LimitKind.repeatedOrders.rawValue,
                text,
                limit: String(most),
                observed: String(seen)
            )
            block(command.id, reason, at: now)
            haltBySystem(.strategy(command.strategy), "\(text): \(command.side.rawValue) \(command.position)", at: now)
        }
    }

    /// Whoever lets a strategy go on has seen what it repeated.
    mutating func forgetRepeats(of strategy: StrategyName) {
        for likeness in repeats.of(strategy) {
            undo.append(.repeats(likeness, repeats.times[likeness]))
            repeats.set(nil, for: likeness)
        }
    }

    mutating func noteRegistered() {
        guard watchesLimits else { return }
        traffic.registered += 1
        undo.append(.registered)
    }

    /// An order's first byte is about to be written. What has left has left: this is never taken back.
    public mutating func noteLeaving(_ id: CommandID) {
        if watchesLimits { traffic.left += 1 }
    }

    /// Why no order may leave that adds risk: as many have left as commands came in.
    var excessTraffic: Reason? {
        guard settings.limits.haltsOnOrdersOut, traffic.left >= traffic.registered, !mutant("orders-out-pass") else {
            return nil
        }
        let (most, seen) = (String(traffic.registered), String(traffic.left + 1))
        let text = "order \(seen) would leave, and \(most) commands came in"
        return Reason(.riskLimitsExceeded, code: LimitKind.ordersOut.rawValue, text, limit: most, observed: seen)
    }

    mutating func haltForTraffic(_ reason: Reason, at now: Timestamp) { haltBySystem(.client, reason.text, at: now) }

    mutating func forgetOldPace(at now: Timestamp) {
        guard watchesLimits else { return }
        sent.forget(at: now)
        repeats.forget(at: now, within: settings.limits.repeatedWithin)
        orders.forgetLoad(before: TradingDay(now - .seconds(3 * 86_400)))
    }

    /// As the stored orders tell it: an order counts from when it was registered.
    mutating func restorePace(at now: Timestamp) {
        guard watchesLimits else { return }
        let window = max(SentTimes.longest, settings.limits.repeatedWithin)
        let recent = orders.records.values
            .filter { $0.command.test == nil && $0.command.strategy != .external && now - $0.createdAt < window }
            .sorted { $0.id < $1.id }
        for record in recent {
            if record.hasLeft { sent.add(record.command.strategy, record.command.instrument, at: record.createdAt) }
            if !record.command.reduces, record.state.reason?.tag != .validationFailed {
                let likeness = RepeatedOrders.Likeness(record.command)
                _ = repeats.add(likeness, at: record.createdAt, within: settings.limits.repeatedWithin)
            }
        }
        // A strategy that was stopped for its repeats and let go on since starts anew.
        for likeness in repeats.times.keys where repeats.count(likeness) > 0 {
            guard
                let most = settings.limits.strategies[likeness.strategy]?.repeatedOrders
                    ?? settings.limits.client.repeatedOrders, repeats.count(likeness) > most,
                halts[.strategy(likeness.strategy)] == nil
            else { continue }
            repeats.set(nil, for: likeness)
        }
    }
}
