import JSONText

extension Endpoint {
    static let chartEndpoints: [String: Endpoint] = [
        "TPSeries": .session(minuteBars),
        "EODChartData": .session(dailyBars),
    ]

    /// Longer answers are cut off, the oldest bars first.
    private static let longest = 1201

    /// Newest first.
    @Sendable private static func minuteBars(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        try exchange.checkChartKey(call)
        let number = try instrument(exchange, call)
        let minutes = call.text("intrv").map { Int64($0) ?? 0 } ?? 1
        guard [1, 3, 5, 10, 15, 30, 60, 120, 240].contains(minutes) else { throw .invalidInput("Invalid Interval") }
        let now = call.now / 1_000_000
        let until = min(now, try moment("et", call) ?? now)
        let since = try moment("st", call) ?? exchange.startOfDay(call.now)
        guard since <= until else { throw .noData }
        let bars = exchange.bars(of: number, each: minutes * 60, from: since, to: until, atMost: longest)
        guard !bars.isEmpty else { throw .noData }
        return .array(bars.map { row($0, exchange.instruments[number]) })
    }

    /// Newest first; each element is text that holds an object.
    @Sendable private static func dailyBars(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        try exchange.checkChartKey(call)
        let number = try exchange.charted(call)
        let now = call.now / 1_000_000
        let until = min(now, try moment("to", call) ?? now)
        let since = try moment("from", call) ?? until - 365 * 86_400
        guard since <= until else { throw .noData }
        let first = IndianTime(microseconds: since * 1_000_000).day
        var day = IndianTime(microseconds: until * 1_000_000).day
        var rows: [JSONValue] = []
        while day >= first, rows.count < longest {
            if !day.isWeekend { rows.append(.string(exchange.dayRow(of: number, day, at: call.now).text)) }
            day = CalendarDay(daysSince1970: day.daysSince1970 - 1)
        }
        guard !rows.isEmpty else { throw .noData }
        return .array(rows)
    }

    private static func row(_ bar: Bar, _ instrument: Instrument) -> JSONValue {
        var row = Row(decimals: instrument.decimals)
        row.add("stat", "Ok")
        row.add("time", IndianTime(microseconds: bar.start * 1_000_000).dateFirst)
        row.add("ssboe", bar.start)
        row.add("into", bar.open)
        row.add("inth", bar.high)
        row.add("intl", bar.low)
        row.add("intc", bar.close)
        row.add("intvwap", Rupees(units: (bar.high.units + bar.low.units + bar.close.units) / 3))
        row.add("intv", bar.volume)
        row.add("intoi", 0)
        row.add("v", bar.volume)
        row.add("oi", instrument.expiry == nil ? 0 : instrument.lot * 20_000)
        return row.json
    }

    /// Seconds since 1970; the Python client sends `1795145400.0`.
    private static func moment(_ name: String, _ call: Call) throws(Refusal) -> Int64? {
        guard let text = call.text(name) else { return nil }
        guard let whole = text.split(separator: ".", omittingEmptySubsequences: false).first, let value = Int64(whole),
            (0...10_000_000_000).contains(value)
        else { throw .invalidInput("Invalid \(name)") }
        return value
    }
}

extension Exchange {
    fileprivate func checkChartKey(_ call: Call) throws(Refusal) {
        guard habits.charts == .either || call.isTokenInBody else { throw .sessionExpired }
    }

    fileprivate func startOfDay(_ now: Int64) -> Int64 {
        IndianTime(IndianTime(microseconds: now).day, secondsOfDay: 0).microseconds / 1_000_000
    }

    /// `NSE:ACC-EQ`; an index also goes by its name, `NSE:Nifty 50`.
    fileprivate func charted(_ call: Call) throws(Refusal) -> Int {
        for text in try call.spellings("sym") {
            let parts = text.split(separator: ":", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else { continue }
            if let number = instruments.number(exchange: parts[0], symbol: parts[1]) { return number }
            let index = instruments.all.firstIndex {
                $0.kind == .index && $0.exchange == parts[0] && $0.name == parts[1]
            }
            if let index { return index }
        }
        throw .noData
    }

    fileprivate func bars(of number: Int, each length: Int64, from: Int64, to: Int64, atMost limit: Int) -> [Bar] {
        let recorded = books[number].bars.minutes
        let past = past(of: number)
        var bars: [Bar] = []
        var current: Bar?
        var minute = to / 60 * 60
        let seen = Dictionary(recorded.map { ($0.start, $0) }, uniquingKeysWith: { first, _ in first })
        while minute >= from, bars.count < limit {
            let bar = seen[minute] ?? (minute + 60 <= startedAt && isTraded(minute) ? past.minute(minute) : nil)
            if let bar {
                let start = minute / length * length
                let placed = Bar(
                    start: start,
                    open: bar.open,
                    high: bar.high,
                    low: bar.low,
                    close: bar.close,
                    volume: bar.volume
                )
                if let later = current, later.start == start {
                    current = placed.joined(with: later)
                } else {
                    if let done = current { bars.append(done) }
                    current = placed
                }
            }
            minute -= 60
        }
        if let current, bars.count < limit { bars.append(current) }
        return bars
    }

    private func isTraded(_ minute: Int64) -> Bool {
        hours == .always || TradingHours.phase(at: minute * 1_000_000) == .open
    }

    private func past(of number: Int) -> InventedPast {
        let instrument = instruments[number]
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(instrument.exchange)|\(instrument.token)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return InventedPast(
            seed: hash ^ seed,
            price: instrument.basePrice,
            end: startedAt,
            tick: instrument.tick,
            lot: instrument.lot
        )
    }

    fileprivate func dayRow(of number: Int, _ day: CalendarDay, at now: Int64) -> JSONValue {
        let quote = books[number].quote
        var bar = books[number].days[day] ?? past(of: number).day(day)
        if day == IndianTime(microseconds: now).day {
            bar = Bar(
                start: bar.start,
                open: quote.open,
                high: quote.high,
                low: quote.low,
                close: quote.last,
                volume: quote.volume
            )
        }
        var row = Row(decimals: instruments[number].decimals)
        row.add("time", day.inMaster)
        row.add("into", bar.open)
        row.add("inth", bar.high)
        row.add("intl", bar.low)
        row.add("intc", bar.close)
        row.add("ssboe", bar.start)
        row.add("intv", bar.volume)
        return row.json
    }
}
