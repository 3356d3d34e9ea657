public import Trading

/// The account's money at the broker. Fields that the broker leaves out are nothing, as its documentation has it.
public struct FundsReport: Hashable, Sendable {
    /// What may be used, used part included.
    public var total: Money
    public var used: Money

    public init(total: Money, used: Money) {
        self.total = total
        self.used = used
    }

    public var free: Money { total + -used }
}

/// The funds as they were last read.
struct KnownFunds: Sendable {
    let free: Money
    let began: Timestamp
}

extension Desk {
    var watchesMargin: Bool { settings.limits.client.freeMargin != nil }

    mutating func take(_ read: BookRead<FundsReport>, began: Timestamp) {
        guard let report = read.rows?.first, began >= view.funds?.began ?? began else { return }
        view.funds = KnownFunds(free: report.free, began: began)
        view.fundsAsked = nil
        isStirred = true
    }

    /// What is free by a read that counts every order before: none is on its way, and none has reached the broker since.
    /// Orders that reduce give margin back, and are not waited for.
    func freeMargin(at now: Timestamp) -> Money? {
        guard let funds = view.funds, now - funds.began <= DeskSettings.maxFundsAge else { return nil }
        if mutant("margin-of-before") { return funds.free }
        if let moved = view.marginMoved, funds.began <= moved { return nil }
        return isMarginMoving ? nil : funds.free
    }

    /// Whether an order that adds risk is on its way.
    private var isMarginMoving: Bool {
        for id in orders.atBroker {
            if let record = orders.records[id], record.state == .sending, !record.command.reduces { return true }
        }
        return false
    }

    /// An order that adds risk may have been blocked margin for, and not in the funds as they were read.
    mutating func noteMargin(of record: OrderRecord) {
        guard watchesMargin, record.state.isAtBroker, !record.command.reduces else { return }
        view.marginMoved = max(view.marginMoved ?? record.updatedAt, record.updatedAt)
    }

    /// Asks for the funds that an order is to be judged by; and every minute, so that headroom is shown.
    mutating func askFunds(isNeeded: Bool, at now: Timestamp, into output: inout DeskOutput) {
        guard watchesMargin else { return }
        if isNeeded {
            if isMarginMoving || freeMargin(at: now) != nil { return }
        } else if let funds = view.funds, now - funds.began < DeskSettings.fundsInterval {
            return
        }
        let patience = isNeeded ? DeskSettings.fundsRepeat : DeskSettings.fundsInterval
        if let asked = view.fundsAsked, now >= asked, now - asked < patience { return }
        view.fundsAsked = now
        output.actions.append(.readFunds)
    }
}

/// Blocks an order while less margin is free at the broker than must be, or while nobody knows how much is.
struct FreeMarginBlocker: Blocker {
    let least: Money
    let patience: Duration

    func verdict(on order: OrderCommand, in circumstances: Circumstances) -> Verdict {
        guard let limits = circumstances.limits, limits.asksMargin else { return .pass }
        guard let free = limits.freeMargin else {
            let deadline = circumstances.since + patience
            guard circumstances.now >= deadline || mutant("margin-unknown-passes") else {
                return .wait(until: deadline)
            }
            let text = "the broker has not said what margin is free since the last order"
            return mutant("margin-unknown-passes")
                ? .pass : .block(Reason(.dataStale, code: "margin_unknown", text))
        }
        guard free < least, !mutant("free-margin-passes") else { return .pass }
        return .block(
            Reason(
                .riskLimitsExceeded,
                code: LimitKind.freeMargin.rawValue,
                "free_margin of client: \(free) is free at the broker, at least \(least) must be",
                limit: least.description,
                observed: free.description
            )
        )
    }
}
