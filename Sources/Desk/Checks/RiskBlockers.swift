import Trading

/// Blocks everything that adds risk while trading is halted by hand.
struct HaltBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        circumstances.halt.map { .block($0.refusal) } ?? .pass
    }
}

/// Blocks orders while the account's profit and loss is too old to judge by, after a short wait for a new read.
struct StalenessBlocker: Blocker {
    let limit: Duration
    let patience: Duration

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        if circumstances.booksAreImplausible {
            return .block(
                Reason(
                    .dataStale,
                    code: "books_implausible",
                    "the broker's books contradict what is known; see the log"
                )
            )
        }
        let age = circumstances.profitBegan.map { circumstances.now - $0 }
        if circumstances.profit != nil, let age, age <= limit || mutant("old-profit-passes") { return .pass }
        let deadline = circumstances.since + patience
        guard circumstances.now >= deadline else { return .wait(until: deadline) }
        let observed = age.map { $0.inSeconds } ?? "unknown"
        return .block(
            Reason(
                .dataStale,
                code: "profit_stale",
                "the account's profit and loss is \(age == nil ? "unknown" : "\(observed) old"), the limit is "
                    + limit.inSeconds,
                limit: limit.inSeconds,
                observed: observed
            )
        )
    }
}

/// Blocks new risk once the day's loss has reached the floor: at it, not only below it.
///
/// Once it has, the profit may rise again: for the rest of the day nothing adds risk.
struct DayLossBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let profit = circumstances.profit, let floor = circumstances.floor else { return .pass }
        if let breachedAt = circumstances.riskDay?.breachedAt, profit > floor, !mutant("breach-ends-with-the-loss") {
            return .block(
                Reason(
                    .riskLimitsExceeded,
                    code: "day_loss",
                    "the day's profit and loss had reached the floor \(floor) at \(breachedAt)",
                    limit: floor.description,
                    observed: profit.description
                )
            )
        }
        guard mutant("floor-itself-passes") ? profit < floor : profit <= floor else { return .pass }
        return .block(
            Reason(
                .riskLimitsExceeded,
                code: "day_loss",
                "the day's profit and loss \(profit) has reached the floor \(floor)",
                limit: floor.description,
                observed: profit.description
            )
        )
    }
}
