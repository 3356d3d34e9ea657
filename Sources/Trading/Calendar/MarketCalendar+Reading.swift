/// What is wrong with a calendar's text, in the order of its lines.
public struct CalendarUnreadable: Error, Hashable, Sendable {
    public struct Problem: Hashable, Sendable {
        /// Counted from 1; nil where a line is missing.
        public let line: Int?
        public let text: String
    }

    public let problems: [Problem]
}

extension MarketCalendar {
    /// Reads a text of facts, one a line; `#` begins a comment. Throws all that is wrong with it.
    ///
    /// ```
    /// usual NSE,NFO 09:15-15:30
    /// usual MCX 09:00-17:00 17:00-23:30 from 2026-03-09 to 2026-10-30
    /// year  2026 NSE,NFO circular NSE/CMTR/71775
    /// day   2026-03-03 NSE,NFO closed Holi
    /// day   2026-03-03 MCX 17:00-23:55 Holi
    /// ```
    public init(reading text: String) throws(CalendarUnreadable) {
        var reader = CalendarReader()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fact = line.prefix(while: { $0 != "#" }).split(whereSeparator: \.isWhitespace).map(String.init)
            reader.read(fact, line: index + 1)
        }
        self.init(exchanges: try reader.finish())
    }
}

/// Takes in a calendar's lines one by one, and notes what is wrong with each.
private struct CalendarReader {
    private var exchanges: [Exchange: MarketCalendar.Hours] = [:]
    private var days: [(date: CivilDate, exchange: Exchange, line: Int)] = []
    private var problems: [CalendarUnreadable.Problem] = []

    mutating func read(_ words: [String], line: Int) {
        guard let kind = words.first else { return }
        var rest = words.dropFirst()
        switch kind {
        case "usual": readUsual(&rest, line)
        case "year": readYear(&rest, line)
        case "day": readDay(&rest, line)
        default: refuse(line, "\"\(kind)\" is no kind of line; write usual, year or day")
        }
    }

    consuming func finish() throws(CalendarUnreadable) -> [Exchange: MarketCalendar.Hours] {
        for exchange in Exchange.tradable.sorted() where exchanges[exchange]?.usual.isEmpty ?? true {
            refuse(nil, "has no usual hours of \(exchange); add a line such as: usual \(exchange) 09:15-15:30")
        }
        for (date, exchange, line) in days where exchanges[exchange]?.years.contains(date.parts.year) != true {
            let year = "year \(date.parts.year) \(exchange)"
            refuse(line, "\(date) is in a year of which nothing else is known; add a line: \(year) and its source")
        }
        guard problems.isEmpty else {
            throw CalendarUnreadable(problems: problems.sorted { ($0.line ?? .max) < ($1.line ?? .max) })
        }
        return exchanges
    }

    /// `usual EXCHANGES SESSIONS [from DATE to DATE]`.
    private mutating func readUsual(_ words: inout ArraySlice<String>, _ line: Int) {
        guard let names = names(&words, line), let spans = spans(&words, line) else { return }
        guard !spans.isEmpty else { return refuse(line, "has no hours; write them like 09:15-15:30") }
        if words.isEmpty {
            for name in names {
                if exchanges[name]?.usual.isEmpty ?? true {
                    exchanges[name, default: .init()].usual = spans
                } else {
                    refuse(line, "the usual hours of \(name) are given twice")
                }
            }
            return
        }
        let range = Array(words)
        guard range.count == 4, range[0] == "from", range[2] == "to", let first = CivilDate(range[1]),
            let last = CivilDate(range[3]), first <= last
        else {
            return refuse(line, "\"\(words.joined(separator: " "))\" is no season; write from 2026-03-09 to 2026-10-30")
        }
        let season = first.daysSince1970...last.daysSince1970
        for name in names {
            if exchanges[name]?.seasons.contains(where: { $0.days.overlaps(season) }) ?? false {
                refuse(line, "some days of \(first) to \(last) have hours of their own for \(name) already")
            } else {
                exchanges[name, default: .init()].seasons.append((season, spans))
            }
        }
    }

    /// `year YYYY EXCHANGES SOURCE`.
    private mutating func readYear(_ words: inout ArraySlice<String>, _ line: Int) {
        guard let text = words.popFirst(), let year = Int(text), (1970...9999).contains(year) else {
            return refuse(line, "names no year; write one like 2026")
        }
        guard let names = names(&words, line) else { return }
        guard !words.isEmpty else { return refuse(line, "does not say where the holidays of \(year) come from") }
        for name in names { exchanges[name, default: .init()].years.insert(year) }
    }

    /// `day DATE EXCHANGES closed|SESSIONS OCCASION`.
    private mutating func readDay(_ words: inout ArraySlice<String>, _ line: Int) {
        guard let text = words.popFirst(), let date = CivilDate(text) else {
            return refuse(line, "names no date that exists; write one like 2026-03-03")
        }
        guard let names = names(&words, line) else { return }
        var sessions: [MarketCalendar.Span] = []
        if words.first == "closed" {
            words.removeFirst()
        } else {
            guard let spans = spans(&words, line) else { return }
            guard !spans.isEmpty else { return refuse(line, "has neither sessions nor the word closed") }
            sessions = spans
        }
        guard !words.isEmpty else { return refuse(line, "does not say what \(date) is") }
        let special = MarketCalendar.SpecialDay(spans: sessions, occasion: words.joined(separator: " "))
        for name in names {
            if let first = days.first(where: { $0.date == date && $0.exchange == name }) {
                refuse(line, "\(date) is given twice for \(name), first on line \(first.line)")
            } else {
                days.append((date, name, line))
                exchanges[name, default: .init()].special[date.daysSince1970] = special
            }
        }
    }

    /// `NSE,NFO`: exchanges that orders are taken for.
    private mutating func names(_ words: inout ArraySlice<String>, _ line: Int) -> [Exchange]? {
        let names = (words.popFirst() ?? "").split(separator: ",", omittingEmptySubsequences: false)
            .map { Exchange(String($0)) }
        if let unknown = names.first(where: { !Exchange.tradable.contains($0) }) {
            let known = Exchange.tradable.map(\.code).sorted().joined(separator: ", ")
            refuse(line, "\"\(unknown)\" is no known exchange; known are \(known)")
            return nil
        }
        return names
    }

    /// The sessions that come next: ascending, not overlapping. Nil once what is wrong with them has been noted.
    private mutating func spans(_ words: inout ArraySlice<String>, _ line: Int) -> [MarketCalendar.Span]? {
        var spans: [MarketCalendar.Span] = []
        while let word = words.first, word.first?.isNumber == true {
            let times = word.split(separator: "-", omittingEmptySubsequences: false).map(minutes)
            guard times.count == 2, let open = times[0], let close = times[1], open < close else {
                refuse(line, "\"\(word)\" is no session; write one like 09:15-15:30")
                return nil
            }
            if let last = spans.last, open < last.close, !mutant("calendar-sessions-overlap") {
                refuse(line, "session \(word) overlaps the one before it")
                return nil
            }
            spans.append(MarketCalendar.Span(open: open, close: close))
            words.removeFirst()
        }
        return spans
    }

    /// `09:15`, up to `24:00`.
    private func minutes(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 2], let hour = Int(parts[0]), let minute = Int(parts[1]), hour >= 0,
            (0..<60).contains(minute), hour * 60 + minute <= 24 * 60
        else { return nil }
        return hour * 60 + minute
    }

    private mutating func refuse(_ line: Int?, _ text: String) {
        problems.append(CalendarUnreadable.Problem(line: line, text: text))
    }
}
