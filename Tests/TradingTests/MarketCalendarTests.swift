import Foundation
import Testing
import Trading

/// what trades when, in Asia/Kolkata, wherever the host stands.
@Suite struct MarketCalendarTests {
    let calendar = MarketCalendar.published

    @Test(
        arguments: [
            ("NSE", "2026-11-23T09:14:59.999999+05:30", false), ("NSE", "2026-11-23T09:15:00+05:30", true),
            ("NFO", "2026-11-23T15:29:59.999999+05:30", true), ("NFO", "2026-11-23T15:30:00+05:30", false),
            ("NSE", "2026-11-23T03:45:00Z", true), ("NSE", "2026-11-23T09:15:00Z", true),
            ("NSE", "2026-11-23T10:00:00Z", false),
            // In UTC it is the day before.
            ("NSE", "2026-11-22T20:00:00Z", false), ("MCX", "2026-11-23T18:24:59Z", true),
            ("CDS", "2026-11-23T09:00:00+05:30", true), ("CDS", "2026-11-23T17:00:00+05:30", false),
            // Winter and summer time in the United States.
            ("MCX", "2026-11-23T23:30:00+05:30", true), ("MCX", "2026-11-23T23:54:59+05:30", true),
            ("MCX", "2026-11-23T23:55:00+05:30", false), ("MCX", "2026-10-30T23:29:59+05:30", true),
            ("MCX", "2026-10-30T23:30:00+05:30", false), ("MCX", "2026-11-02T23:30:00+05:30", true),
            ("MCX", "2026-03-06T23:30:00+05:30", true), ("MCX", "2026-03-09T23:30:00+05:30", false),
            ("MCX", "2026-11-23T17:00:00+05:30", true),
            // Holidays: whole, the morning alone, the evening alone.
            ("NSE", "2026-11-24T11:00:00+05:30", false), ("MCX", "2026-11-24T11:00:00+05:30", false),
            ("MCX", "2026-11-24T17:00:00+05:30", true), ("MCX", "2026-01-01T11:00:00+05:30", true),
            ("MCX", "2026-01-01T17:00:00+05:30", false), ("MCX", "2026-12-25T18:00:00+05:30", false),
            ("CDS", "2026-02-19T11:00:00+05:30", false), ("NSE", "2026-02-19T11:00:00+05:30", true),
            // Sessions of weekends, and Muhurat trading.
            ("BFO", "2026-02-01T11:00:00+05:30", true), ("CDS", "2026-02-01T11:00:00+05:30", false),
            ("NSE", "2025-02-01T15:29:00+05:30", true), ("NSE", "2025-10-21T13:44:59+05:30", false),
            ("NSE", "2025-10-21T13:45:00+05:30", true), ("NSE", "2025-10-21T14:45:00+05:30", false),
            ("NSE", "2026-11-22T11:00:00+05:30", false), ("NSE", "2026-11-21T11:00:00+05:30", false),
            ("XYZ", "2026-11-23T11:00:00+05:30", false),
        ] as [(Exchange, String, Bool)]
    )
    func `an exchange is open in its sessions and at no other time`(
        exchange: Exchange,
        text: String,
        isOpen: Bool
    ) throws {
        let time = try #require(Timestamp(text))
        #expect(calendar.isOpen(exchange, at: time) == isOpen)
        let sessions = calendar.sessions(of: TradingDay(time), on: exchange)
        #expect(sessions.contains { $0.contains(time) } == isOpen)
    }

    @Test(
        arguments: [
            // Friday before a holiday Monday, and the Friday after which all is as usual.
            ("NSE", 20_260_911, 20_260_915), ("NSE", 20_260_904, 20_260_907), ("NSE", 20_261_123, 20_261_125),
            // Saturday's and Sunday's sessions count; so does an hour, and an evening.
            ("NSE", 20_250_131, 20_250_201), ("NSE", 20_260_130, 20_260_201), ("CDS", 20_260_130, 20_260_202),
            ("NSE", 20_251_020, 20_251_021), ("NSE", 20_251_021, 20_251_023), ("MCX", 20_261_123, 20_261_124),
            ("NSE", 20_261_231, 20_270_101), ("XYZ", 20_260_911, 20_260_914),
        ] as [(Exchange, Int, Int)]
    )
    func `the next trading day steps over holidays and weekends`(exchange: Exchange, day: Int, next: Int) throws {
        let day = try #require(TradingDay(number: day))
        #expect(calendar.nextTradingDay(after: day, on: exchange).number == next)
    }

    @Test func `trading days are counted one by one`() throws {
        let friday = try #require(TradingDay(number: 20_260_911))
        #expect(calendar.tradingDay(0, after: friday) == friday)
        #expect(calendar.tradingDay(3, after: friday).number == 20_260_917)
    }

    @Test func `of a year that is not known the weekday rule holds, and that can be asked`() throws {
        let holiday = try #require(TradingDay(number: 20_270_126))
        #expect(!calendar.knows(year: 2027))
        #expect(calendar.unknown(in: holiday, of: Exchange.tradable) == Exchange.tradable.sorted())
        #expect(calendar.isTradingDay(holiday))
        #expect(!calendar.isTradingDay(try #require(TradingDay(number: 20_270_124))))
        #expect(calendar.unknown(in: TradingDay(date: .sample), of: Exchange.tradable).isEmpty)
        #expect(calendar.knows(year: 2025) && !calendar.knows(year: 2025, on: "CDS"))
    }

    @Test func `the sessions of a day are moments, in their order`() throws {
        let day = try #require(TradingDay(number: 20_261_123))
        #expect(
            calendar.sessions(of: day, on: "MCX").map { "\($0.open) \($0.close)" } == [
                "2026-11-23T03:30:00.000000Z 2026-11-23T11:30:00.000000Z",
                "2026-11-23T11:30:00.000000Z 2026-11-23T18:25:00.000000Z",
            ]
        )
        #expect(day.start.description == "2026-11-22T18:30:00.000000Z")
        #expect(calendar.occasion(of: day) == nil)
        #expect(calendar.occasion(of: calendar.tradingDay(1, after: day)) == nil)
        #expect(calendar.occasion(of: try #require(TradingDay(number: 20_261_124))) == "Guru Nanak Jayanti")
    }

    @Test func `no special day repeats what its weekday would be`() throws {
        let text = MarketCalendar.publishedText.split(separator: "\n").filter { !$0.hasPrefix("day ") }
        let weekdays = try MarketCalendar(reading: text.joined(separator: "\n"))
        for line in MarketCalendar.publishedText.split(separator: "\n") where line.hasPrefix("day ") {
            let words = line.split(separator: " ")
            let day = TradingDay(date: try #require(CivilDate(words[1])))
            for name in words[2].split(separator: ",") {
                let exchange = Exchange(String(name))
                #expect(calendar.sessions(of: day, on: exchange) != weekdays.sessions(of: day, on: exchange), "\(line)")
            }
        }
    }

    @Test func `the page shows the calendar that the program carries`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/calendar.txt")
        #expect(try String(contentsOf: page.standardizedFileURL, encoding: .utf8) == MarketCalendar.publishedText)
    }

    @Test(
        arguments: [
            ("day 2026-05-04 NSE 09:15-12:00 11:00-15:30 Two", 9, "session 11:00-15:30 overlaps the one before it"),
            ("day 2026-05-04 NSE 13:00-14:00 09:15-12:00 Two", 9, "session 09:15-12:00 overlaps the one before it"),
            (
                "day 2026-05-04 NYSE closed May", 9,
                "\"NYSE\" is no known exchange; known are BFO, BSE, CDS, MCX, NFO, NSE"
            ),
            ("day 2026-05-04 NSE, closed May", 9, "\"\" is no known exchange; known are BFO, BSE, CDS, MCX, NFO, NSE"),
            ("day 2026-02-30 NSE closed May", 9, "names no date that exists; write one like 2026-03-03"),
            ("day 2026-5-4 NSE closed May", 9, "names no date that exists; write one like 2026-03-03"),
            ("day 2026-05-04 NSE May", 9, "has neither sessions nor the word closed"),
            ("day 2026-05-04 NSE closed", 9, "does not say what 2026-05-04 is"),
            ("day 2026-05-04 NSE 09:15-25:00 May", 9, "\"09:15-25:00\" is no session; write one like 09:15-15:30"),
            ("day 2026-05-04 NSE 15:30-09:15 May", 9, "\"15:30-09:15\" is no session; write one like 09:15-15:30"),
            ("day 2026-05-04 NSE 09:15-09:15 May", 9, "\"09:15-09:15\" is no session; write one like 09:15-15:30"),
            (
                "day 2027-05-04 NSE closed May", 9,
                "2027-05-04 is in a year of which nothing else is known; add a line: year 2027 NSE and its source"
            ),
            ("day 2026-03-03 NSE closed Again", 9, "2026-03-03 is given twice for NSE, first on line 4"),
            ("usual NSE 10:00-15:30", 9, "the usual hours of NSE are given twice"),
            ("usual NSE", 9, "has no hours; write them like 09:15-15:30"),
            (
                "usual MCX 09:00-23:00 from 2026-04-01 to 2026-05-01", 9,
                "some days of 2026-04-01 to 2026-05-01 have hours of their own for MCX already"
            ),
            (
                "usual MCX 09:00-23:00 from 2026-05-01 to 2026-04-01", 9,
                "\"from 2026-05-01 to 2026-04-01\" is no season; write from 2026-03-09 to 2026-10-30"
            ),
            ("year 26 NSE circular", 9, "names no year; write one like 2026"),
            ("year 2027 NSE", 9, "does not say where the holidays of 2027 come from"),
            ("holiday 2026-05-04", 9, "\"holiday\" is no kind of line; write usual, year or day"),
        ] as [(String, Int, String)]
    )
    func `a wrong line is refused and named`(line: String, number: Int, text: String) throws {
        #expect(throws: Never.self) { try MarketCalendar(reading: Self.good) }
        let unreadable = #expect(throws: CalendarUnreadable.self) {
            try MarketCalendar(reading: Self.good + line + "\n")
        }
        let problem = try #require(unreadable?.problems.first)
        #expect(problem.line == number)
        #expect(problem.text == text)
    }

    @Test func `an exchange without hours is missed`() {
        let unreadable = #expect(throws: CalendarUnreadable.self) { try MarketCalendar(reading: "") }
        #expect(unreadable?.problems.count == Exchange.tradable.count)
        #expect(
            unreadable?.problems.first?.text == "has no usual hours of BFO; add a line such as: usual BFO 09:15-15:30"
        )
    }

    static let good = """
        usual NSE,NFO,BSE,BFO 09:15-15:30
        usual CDS 09:00-17:00  # a comment
        year 2026 NSE,MCX a circular
        day 2026-03-03 NSE closed Holi

        usual MCX 09:00-17:00 17:00-23:55
        usual MCX 09:00-17:00 17:00-23:30 from 2026-03-09 to 2026-10-30
        # the next line is under test

        """
}

extension CivilDate {
    fileprivate static let sample = CivilDate(daysSince1970: 20_780)
}
