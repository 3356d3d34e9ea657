/// When each exchange trades: its usual hours, its holidays and its special sessions, from a dated text (`published`, or
/// the file that the configuration names).
///
/// Days and hours are those of Asia/Kolkata, wherever the host stands. Of a year that the text does not name, weekdays
/// are trading days with the usual hours: ask `knows` and say so.
public struct MarketCalendar: Sendable {
    /// One stretch of continuous trading: from `open`, up to and without `close`.
    public struct Session: Hashable, Sendable {
        public let open: Timestamp
        public let close: Timestamp

        public init(open: Timestamp, close: Timestamp) {
            self.open = open
            self.close = close
        }

        public func contains(_ time: Timestamp) -> Bool { open <= time && time < close }
    }

    /// A session of any day, in minutes after midnight.
    struct Span: Hashable, Sendable {
        let open: Int
        let close: Int
    }

    /// A day that is not like its weekday.
    struct SpecialDay: Sendable {
        /// None on a holiday.
        let spans: [Span]
        let occasion: String
    }

    /// What one exchange does.
    struct Hours: Sendable {
        var usual: [Span] = []
        /// Hours that hold for some months, by the days they hold from and to.
        var seasons: [(days: ClosedRange<Int>, spans: [Span])] = []
        var special: [Int: SpecialDay] = [:]
        /// The years whose holidays are known.
        var years: Set<Int> = []

        func spans(of date: CivilDate) -> [Span] {
            if let special = special[date.daysSince1970], !mutant("calendar-without-special-days") {
                return special.spans
            }
            guard !date.isWeekend else { return [] }
            return seasons.first { $0.days.contains(date.daysSince1970) }?.spans ?? usual
        }
    }

    let exchanges: [Exchange: Hours]

    /// Whether the exchange trades at all on `day`, be it for an hour.
    public func isTradingDay(_ day: TradingDay, on exchange: Exchange = .reference) -> Bool {
        !spans(of: day, on: exchange).isEmpty
    }

    /// The day's sessions in their order; none on a holiday, and none of an exchange that the text does not name.
    public func sessions(of day: TradingDay, on exchange: Exchange) -> [Session] {
        spans(of: day, on: exchange).map { span in
            Session(open: day.start + .seconds(span.open * 60), close: day.start + .seconds(span.close * 60))
        }
    }

    public func isOpen(_ exchange: Exchange, at time: Timestamp) -> Bool {
        let day = TradingDay(time)
        let microseconds = (time - day.start).microseconds
        return spans(of: day, on: exchange).contains { span in
            Int64(span.open) * 60_000_000 <= microseconds && microseconds < Int64(span.close) * 60_000_000
        }
    }

    /// The first trading day after `day`.
    public func nextTradingDay(after day: TradingDay, on exchange: Exchange = .reference) -> TradingDay {
        var next = day
        repeat {
            next = TradingDay(date: CivilDate(daysSince1970: next.date.daysSince1970 + 1))
        } while exchanges[exchange] == nil ? next.date.isWeekend : !isTradingDay(next, on: exchange)
        return next
    }

    /// The `count`-th trading day after `day`; `day` itself for none.
    public func tradingDay(_ count: Int, after day: TradingDay, on exchange: Exchange = .reference) -> TradingDay {
        (0..<count).reduce(day) { day, _ in nextTradingDay(after: day, on: exchange) }
    }

    /// What makes `day` another day than its weekday: `Holi`. Nil on all others.
    public func occasion(of day: TradingDay, on exchange: Exchange = .reference) -> String? {
        exchanges[exchange]?.special[day.date.daysSince1970]?.occasion
    }

    /// Whether the holidays of that year are known; if not, only the weekday rule holds.
    public func knows(year: Int, on exchange: Exchange = .reference) -> Bool {
        exchanges[exchange]?.years.contains(year) ?? false
    }

    /// The exchanges among `asked` whose holidays of the day's year are not known, in order.
    public func unknown(in day: TradingDay, of asked: some Sequence<Exchange>) -> [Exchange] {
        asked.filter { !knows(year: day.date.parts.year, on: $0) }.sorted()
    }

    private func spans(of day: TradingDay, on exchange: Exchange) -> [Span] {
        exchanges[exchange]?.spans(of: day.date) ?? []
    }
}

extension Exchange {
    /// Whose trading days count where no instrument is meant: the account's day.
    public static let reference: Exchange = "NSE"
}

extension TradingDay {
    /// Midnight in Asia/Kolkata.
    public var start: Timestamp {
        Timestamp(microseconds: Int64(date.daysSince1970) * 86_400_000_000 - 19_800_000_000)
    }
}

extension CivilDate {
    /// Saturday or Sunday. 1 January 1970 was a Thursday.
    public var isWeekend: Bool { (((daysSince1970 + 3) % 7) + 7) % 7 >= 5 }

    /// Reads `2026-11-23`.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
