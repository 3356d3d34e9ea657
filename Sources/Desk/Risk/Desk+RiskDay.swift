import Trading

extension Desk {
    /// The position book has told the profit: the day's record follows, and a person hears of what it means at once.
    ///
    /// A new day begins with the first plausible books that are its own, never by the clock: until then yesterday's record
    /// stands, breach and all, and what the book shows moves nothing of it.
    mutating func watchProfit(began: Timestamp, at now: Timestamp, into output: inout DeskOutput) {
        guard let maxLoss = settings.baseMaxLoss, let profit = risk.profit else { return }
        let today = TradingDay(began)
        if let last = riskDay {
            if last.day < today, view.day == today || mutant("risk-day-turns-by-clock") {
                beginRiskDay(today, after: last, maxLoss, at: now)
            }
        } else {
            setRiskDay(RiskDay(day: today, maxLoss: maxLoss, updatedAt: now), .began)
        }
        guard let day = riskDay, day.day == today else { return }
        move(day, to: profit, maxLoss, at: now)
        judge(profit, at: now, into: &output)
    }

    /// The best profit raises the floor, a step at a time; what is no news is not kept.
    private mutating func move(_ day: RiskDay, to profit: Money, _ maxLoss: Money, at now: Timestamp) {
        var next = day
        next.maxLoss = maxLoss
        next.peak = max(day.peak, profit)
        let floor = settings.risk.floor(below: next.peak, maxLoss: maxLoss)
        next.floor =
            mutant("floor-falls") ? settings.risk.floor(below: profit, maxLoss: maxLoss) : max(day.floor, floor)
        let turns = (day.profit < .zero) != (profit < .zero) || (day.profit > .zero) != (profit > .zero)
        let rises = settings.risk.trailStep != nil && next.peak != day.peak
        guard turns || rises || next.floor != day.floor || next.maxLoss != day.maxLoss else { return }
        next.profit = profit
        next.lowest = min(day.lowest, profit)
        next.updatedAt = now
        setRiskDay(next, .moved)
    }

    private mutating func judge(_ profit: Money, at now: Timestamp, into output: inout DeskOutput) {
        guard var day = riskDay, day.breachedAt == nil else { return }
        if mutant("breach-below-the-floor-only") ? profit < day.floor : profit <= day.floor {
            (day.breachedAt, day.updatedAt) = (now, now)
            (day.profit, day.lowest) = (profit, min(day.lowest, profit))
            setRiskDay(day, .breached)
            let what =
                settings.risk.onBreach == .flatten ? "entries are blocked, positions are closed" : "entries are blocked"
            let text = "the day's profit and loss \(profit) has reached the floor \(day.floor): \(what)"
            notify(.dayLoss, .critical, text, at: now)
            pursueBreach(at: now, into: &output)
        } else if day.warnedAt == nil, profit <= settings.risk.warning(day), !mutant("nobody-is-warned") {
            (day.warnedAt, day.updatedAt) = (now, now)
            (day.profit, day.lowest) = (profit, min(day.lowest, profit))
            setRiskDay(day, .warned)
            let text = "the day's profit and loss \(profit) is near the floor \(day.floor)"
            notify(.dayLossNear, .warning, text, at: now)
        }
    }

    /// Counts the day that is over: a loss adds to the series, a profit ends it, a day without either leaves it as it was.
    private mutating func beginRiskDay(
        _ today: TradingDay,
        after last: RiskDay,
        _ maxLoss: Money,
        at now: Timestamp
    ) {
        var series = last.losingDays
        if last.profit < .zero { series += 1 } else if last.profit > .zero { series = 0 }
        var until = last.cooldownUntil.flatMap { today < $0 ? $0 : nil }
        if let cooldown = settings.risk.cooldown, series >= cooldown.afterDays, last.profit < .zero {
            let end =
                mutant("cooldown-by-weekdays")
                ? TradingDay(date: CivilDate(daysSince1970: last.day.date.daysSince1970 + cooldown.days))
                : settings.calendar.tradingDay(cooldown.days, after: last.day)
            if today < end {
                until = max(end, until ?? end)
                let text = "\(series) losing trading days in a row: entries are blocked until \(end.date)"
                notify(.cooldown, .critical, text, at: now)
            }
            if !mutant("series-goes-on") { series = 0 }
        }
        setRiskDay(
            RiskDay(day: today, maxLoss: maxLoss, losingDays: series, cooldownUntil: until, updatedAt: now),
            .began
        )
        risk.forgetWhatWasAsked()
        warnOfUnknownYear(today, last.day, at: now)
    }

    /// Holidays of a year that the calendar does not have count as trading days: a person must know that.
    private mutating func warnOfUnknownYear(_ today: TradingDay, _ last: TradingDay, at now: Timestamp) {
        let year = today.date.parts.year
        guard year != last.date.parts.year else { return }
        let unknown = settings.calendar.unknown(in: today, of: Exchange.tradable)
        guard !unknown.isEmpty else { return }
        let names = unknown.map(\.code).joined(separator: ", ")
        let text = "the holidays of \(year) are not known for \(names): weekdays count as trading days"
        notify(.calendarUnknown, .warning, text, at: now)
    }

    /// Takes in what the emergency file kept of the risk day, as far as it goes on from what is stored: a breach that was
    /// told of stays one.
    mutating func takeIn(_ events: [RiskEvent], at now: Timestamp) {
        guard settings.baseMaxLoss != nil else { return }
        for event in events {
            if let known = riskDay {
                let follows =
                    known.day < event.day.day
                    || known.day == event.day.day && known != event.day
                        && known.objection(to: event.day, after: event.kind) == nil
                guard follows else { continue }
            }
            setRiskDay(event.day, event.kind)
        }
    }

    private mutating func setRiskDay(_ day: RiskDay, _ kind: RiskEvent.Kind) {
        undo.append(.riskDay(riskDay))
        riskDay = day
        batch.riskEvents.append(RiskEvent(kind, day))
        isStirred = true
    }

    /// What the checks compare with: nil where nothing is at stake.
    var floor: Money? { riskDay?.floor ?? settings.baseMaxLoss.map { -$0 } }
}
