import Trading

/// What people want to hear of besides what went wrong. Told only where somebody listens (`DeskSettings.tellsPeople`).
extension Desk {
    /// An order has come to its whole quantity.
    mutating func tellOfFill(_ after: OrderRecord, at now: Timestamp) {
        guard settings.tellsPeople || mutant("fills-told-unasked") else { return }
        guard after.state.word == .filled || mutant("each-fill-told") else { return }
        let command = after.command
        let price = after.filled.averagePrice.map { " at \($0)" } ?? ""
        let what =
            "\(command.executionType.rawValue) \(command.side.rawValue) \(after.filled.quantity) \(command.position)"
        notify(.filled, .notice, "\(what) of \(command.strategy) filled\(price)", after.id, at: now)
    }

    // MARK: The session

    /// The engine has tried to log in: the desk knows nothing of sessions but what people should hear of them.
    mutating func take(_ news: SessionNews, at now: Timestamp) {
        switch news {
        case .live:
            if view.toldOfSession != nil {
                notify(.sessionRenewed, .notice, "the session at the broker is there again", at: now)
            }
            view.lostSession = nil
            view.toldOfSession = nil
        case .refused(let text):
            let since = view.lostSession?.since ?? now
            view.lostSession = LostSession(since: since, needsPerson: true, text: text)
        case .unreachable(let text):
            let since = view.lostSession?.since ?? now
            view.lostSession = LostSession(since: since, needsPerson: false, text: text)
        }
        tellOfSession(at: now)
    }

    /// Once for each loss, and once more when it comes to need a person.
    mutating func tellOfSession(at now: Timestamp) {
        guard let lost = view.lostSession, settings.tellsPeople else { return }
        let isKnown = view.toldOfSession.map { $0.needsPerson || !lost.needsPerson } ?? false
        guard !isKnown || mutant("lost-session-told-again") else { return }
        let lasted = now - lost.since
        guard lost.needsPerson || lasted >= DeskSettings.sessionPatience || mutant("blips-told") else { return }
        view.toldOfSession = lost
        let matters = isSessionMissed(at: now)
        let severity: Notification.Severity = matters ? .critical : lost.needsPerson ? .warning : .notice
        let what =
            lost.needsPerson
            ? "no session at the broker, and no other try without a person: see the problem, then `sextant login`"
            : "the broker has not been reached for \(lasted.inSeconds); trying on"
        notify(.sessionLost, severity, "\(what) (\(lost.text))", at: now)
    }

    /// Outside the exchanges' hours, with nothing open, nobody needs to get up for it.
    private func isSessionMissed(at now: Timestamp) -> Bool {
        if hasOpenOrders { return true }
        for exchange in watchedExchanges where settings.calendar.isOpen(exchange, at: now) { return true }
        return false
    }

    /// Those of what is held and was traded today; the reference one when there is nothing.
    private var watchedExchanges: Set<Exchange> {
        var exchanges: Set<Exchange> = []
        for key in ledger.holdings.keys { exchanges.insert(key.position.instrument.exchange) }
        for instrument in view.tradedToday.keys { exchanges.insert(instrument.exchange) }
        return exchanges.isEmpty ? [.reference] : exchanges
    }

    // MARK: The day

    /// The day's summary, once, when the last exchange that matters here has closed.
    mutating func tellOfDay(at now: Timestamp) {
        guard settings.tellsPeople else { return }
        let today = TradingDay(now)
        guard toldDay.map({ $0 < today || mutant("day-told-again") }) ?? true else { return }
        var close: Timestamp?
        for exchange in watchedExchanges {
            guard let last = settings.calendar.sessions(of: today, on: exchange).last else { continue }
            close = max(close ?? last.close, last.close)
        }
        guard let close, now >= close || mutant("day-told-early") else { return }
        undo.append(.toldDay(toldDay))
        toldDay = today
        notify(.daySummary, .notice, summary(of: today), at: now)
    }

    private func summary(of day: TradingDay) -> String {
        var lines = ["\(day.date)"]
        if let profit = risk.profit {
            lines.append("profit and loss \(profit)" + (floor.map { ", floor \($0)" } ?? ""))
        }
        var counts: [String] = []
        for (word, count) in orderCounts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 0 {
            counts.append("\(count) \(word.rawValue)")
        }
        lines.append("orders: " + (counts.isEmpty ? "none" : counts.joined(separator: ", ")))
        for (key, holding) in holdings.prefix(Self.mostInSummary) {
            lines.append("holds \(holding.quantity) \(key.position) of \(key.strategy)")
        }
        let more = ledger.holdings.count - Self.mostInSummary
        if more > 0 { lines.append("and \(more) more") }
        if ledger.holdings.isEmpty { lines.append("holds nothing") }
        let questions = openQuestions.count
        if questions > 0 { lines.append("orders that need a person: \(questions)") }
        return lines.joined(separator: "\n")
    }

    private static let mostInSummary = 12
}

/// What a login at the broker came to.
public enum SessionNews: Hashable, Sendable {
    case live
    /// The broker said no: nothing is tried again until a person has seen to it.
    case refused(String)
    case unreachable(String)
}

/// A session that is not there.
struct LostSession: Hashable, Sendable {
    let since: Timestamp
    let needsPerson: Bool
    let text: String
}
