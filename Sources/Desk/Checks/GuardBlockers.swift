import Trading

/// Blocks a second entry of a strategy that holds anything or has one on its way.
///
/// If all it holds is already being closed, the entry waits for that: close-then-open on one bar is normal.
struct ExecutionGuard: Blocker {
    let patience: Duration

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard order.executionType == .entry || mutant("guard-asks-adjustments") else { return .pass }
        if let open = circumstances.openEntry, !mutant("guard-ignores-open-entry") {
            let text = "strategy \(order.strategy) already has order \(open) open"
            return .block(Reason(.executionGuardBlocked, code: "entry_open", text, blocking: open))
        }
        guard circumstances.strategyHolds, !mutant("guard-ignores-holding") else { return .pass }
        let deadline = circumstances.since + patience
        let isEarly = circumstances.now < deadline || mutant("guard-waits-for-ever")
        if circumstances.strategyIsClosing, isEarly, !mutant("guard-never-waits") {
            return .wait(until: deadline)
        }
        let text =
            circumstances.strategyIsClosing
            ? "strategy \(order.strategy) was not flat within \(patience.inSeconds)"
            : "strategy \(order.strategy) already holds a position"
        return .block(Reason(.executionGuardBlocked, code: "strategy_holds", text))
    }
}

/// Blocks what the policy does not allow beside another strategy's holding or open order in the same instrument.
struct CrossStrategyBlocker: Blocker {
    let policy: DeskSettings.CrossStrategy

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let conflict = circumstances.conflict, !mutant("cross-strategy-passes") else { return .pass }
        let what = conflict.order.map { "has order \($0) open for" } ?? "holds"
        return .block(
            Reason(
                .executionGuardBlocked,
                code: "cross_strategy",
                "strategy \(conflict.strategy) \(what) \(conflict.quantity) \(order.position); policy "
                    + policy.rawValue,
                limit: policy.rawValue,
                observed: String(conflict.quantity),
                blocking: conflict.order
            )
        )
    }
}

/// Blocks an order while another one of the same strategy, instrument and product is open, whatever its side.
struct DuplicateBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let other = circumstances.sameInstrument, !mutant("duplicate-passes") else { return .pass }
        let text = "order \(other) of strategy \(order.strategy) is already open for \(order.position)"
        return .block(Reason(.duplicateOrderBlocked, code: "duplicate", text, blocking: other))
    }
}
