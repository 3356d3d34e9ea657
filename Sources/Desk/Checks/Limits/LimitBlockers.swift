import Trading

/// Blocks an order with which more would be counted than a limit lets: at the limit it passes.
struct LimitBlocker: Blocker {
    let kind: LimitKind

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        for figure in circumstances.limits?.figures ?? [] where figure.kind == kind && figure.observed > figure.limit {
            return .block(figure.refusal)
        }
        return .pass
    }
}

/// Blocks an order whose price or trigger lies too far from the last price.
struct PriceCollarBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let limits = circumstances.limits, let collar = limits.collar, let last = limits.lastPrice else {
            return .pass
        }
        let prices = (order.type.hasLimit ? [order.price] : []) + (order.type.hasTrigger ? [order.triggerPrice] : [])
        let room = Int128(last.tenThousandths) * Int128(collar.points)
        for price in prices {
            let distance = Int128(price.tenThousandths) - Int128(last.tenThousandths)
            guard (distance.magnitude * 10_000) > room, !mutant("price-collar-passes") else { continue }
            let allowed = room / 10_000 * (distance < 0 ? -1 : 1)
            let bound = Price(tenThousandths: Int64(clamping: Int128(last.tenThousandths) + allowed))
            return .block(
                Reason(
                    .riskLimitsExceeded,
                    code: LimitKind.priceCollar.rawValue,
                    "price_collar of \(collar.scope): \(price), the last price is \(last) and the furthest \(bound)",
                    limit: bound.description,
                    observed: price.description
                )
            )
        }
        return .pass
    }
}

/// Blocks an order that is to be judged by a price nobody knows, after a short wait for one.
struct UnpricedBlocker: Blocker {
    let patience: Duration

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let instrument = circumstances.limits?.unpriced, !mutant("unpriced-passes") else { return .pass }
        let deadline = circumstances.since + patience
        guard circumstances.now >= deadline else { return .wait(until: deadline) }
        let text = "no price of \(instrument) is known to judge the order by"
        return .block(Reason(.dataStale, code: "price_unknown", text))
    }
}

/// Blocks an order that could trade against the client's own resting one.
struct SelfCrossingBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let other = circumstances.limits?.crossed, !mutant("self-crossing-passes") else { return .pass }
        let text = "it could trade against the own order \(other)"
        return .block(Reason(.riskLimitsExceeded, code: LimitKind.selfCrossing.rawValue, text, blocking: other))
    }
}

/// Blocks what is on the restricted list, and what an allowed list leaves out.
struct TradableBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let limits = circumstances.limits else { return .pass }
        if let entry = limits.restriction, !mutant("restricted-passes") {
            let text = "\(order.instrument) is restricted by `\(entry)`"
            return .block(
                Reason(
                    .riskLimitsExceeded,
                    code: LimitKind.restricted.rawValue,
                    text,
                    limit: entry,
                    observed: "\(order.instrument)"
                )
            )
        }
        guard !limits.isAllowed, !mutant("not-allowed-passes") else { return .pass }
        let text = "\(order.instrument) is not on the list of what may be traded"
        return .block(
            Reason(.riskLimitsExceeded, code: LimitKind.notAllowed.rawValue, text, observed: "\(order.instrument)")
        )
    }
}

/// Blocks an order while its exchange does not trade.
struct TradingHoursBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard circumstances.limits?.isOpen == false, !mutant("closed-exchange-passes") else { return .pass }
        let text = "\(order.instrument.exchange) does not trade at \(circumstances.now)"
        return .block(
            Reason(
                .riskLimitsExceeded,
                code: LimitKind.tradingHours.rawValue,
                text,
                observed: circumstances.now.description
            )
        )
    }
}

/// Blocks an order in a contract on the day on which it expires.
struct ExpiryDayBlocker: Blocker {
    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard circumstances.limits?.isBeforeExpiry == false, !mutant("expiry-day-passes") else { return .pass }
        let text = "\(order.instrument) expires today"
        return .block(Reason(.riskLimitsExceeded, code: LimitKind.expiryDay.rawValue, text))
    }
}
