import Trading

/// Blocks new risk from a series of losing days until the trading day on which it ends.
struct CooldownBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let until = circumstances.riskDay?.cooldownUntil else { return .pass }
        let today = TradingDay(circumstances.now)
        guard mutant("cooldown-a-day-longer") ? today <= until : today < until else { return .pass }
        return .block(
            Reason(
                .riskLimitsExceeded,
                code: "cooldown",
                "too many losing trading days in a row: entries are blocked until \(until.date)",
                limit: "\(until.date)",
                observed: "\(today.date)"
            )
        )
    }
}

/// Blocks a strategy's entries for a while after an exit of it was filled.
struct ExitCooldownBlocker: Blocker {
    let limit: Duration

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard order.executionType == .entry, let exit = circumstances.lastExit else { return .pass }
        let age = circumstances.now - exit
        guard mutant("exit-cooldown-itself-blocks") ? age <= limit : age < limit else { return .pass }
        return .block(
            Reason(
                .riskLimitsExceeded,
                code: "cooldown_after_exit",
                "strategy \(order.strategy) exited \(age.inSeconds) ago, it may enter again after \(limit.inSeconds)",
                limit: limit.inSeconds,
                observed: age.inSeconds
            )
        )
    }
}
