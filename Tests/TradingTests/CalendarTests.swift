import Testing
import Trading

@Suite struct CalendarTests {
    @Test(
        arguments: [
            ("2026-11-23T03:45:00Z", 1_795_405_500_000_000), ("2026-11-23T09:15:00+05:30", 1_795_405_500_000_000),
            ("2026-11-23T09:15:00+0530", 1_795_405_500_000_000), ("2026-11-22 22:45:00-05:00", 1_795_405_500_000_000),
            ("2026-11-23T03:45:00", 1_795_405_500_000_000), ("2026-11-23T03:45:00.1Z", 1_795_405_500_100_000),
            ("2026-11-23T03:45:00.1234567Z", 1_795_405_500_123_456), ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1_000_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
            ("1795405500", 1_795_405_500_000_000), ("1795405500.25", 1_795_405_500_250_000),
            ("1795405500.1234567", 1_795_405_500_123_456), ("1795405500.12345678901234567890", 1_795_405_500_123_456),
            ("1795405500.5", 1_795_405_500_500_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000), ("1795405500123", 1_795_405_500_123_000),
            ("1795405500123456", 1_795_405_500_123_456),
        ] as [(String, Int64)]
    )
    func `ISO 8601 and epochs are read`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "now", "2026-11-23", "2026-11-23T25:00:00Z", "2026-11-23T03:60:00Z", "2026-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-23T03:45:00.Z",
        "2026-11-23T03:45:00+5:30", "2026-11-23T03:45:00Zx", "2026-11-23X03:45:00Z", "-1", "1e9", "23/11/2026",
        "2026-11-23T03:45:00+", "2026-11-23T03:45:00+05", "1795405500.", "1795405500.x", "9999999999999999999",
        "253402300800000000", "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00+05:30", "99999999999999999999",
    ])
    func `other text is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `a moment is written in UTC with microseconds, and read again`() {
        let time = Timestamp(microseconds: 1_795_405_500_000_007)
        #expect(time.description == "2026-11-23T03:45:00.000007Z")
        for step in stride(from: Int64(-5_000_000_000_000_000), to: 9_000_000_000_000_000, by: 97_777_777_777_777) {
            let time = Timestamp(microseconds: step)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test(arguments: [
        ("2026-11-23T00:00:00+05:30", 20_261_123), ("2026-11-23T05:29:59+05:30", 20_261_123),
        ("2026-11-23T05:30:00+05:30", 20_261_123), ("2026-11-23T15:30:00+05:30", 20_261_123),
        ("2026-11-23T23:30:00+05:30", 20_261_123), ("2026-11-23T23:55:00+05:30", 20_261_123),
        ("2026-11-23T23:59:59.999999+05:30", 20_261_123), ("2026-11-24T00:00:00+05:30", 20_261_124),
        ("2026-12-31T18:30:00Z", 20_270_101), ("2026-12-31T18:29:59Z", 20_261_231),
    ])
    func `the trading day is the date in Kolkata, wherever the host stands`(text: String, number: Int) throws {
        //
        let day = TradingDay(try #require(Timestamp(text)))
        #expect(day.number == number)
        #expect(TradingDay(number: number) == day)
    }

    @Test func `dates and day counts are each other's inverse`() {
        for days in stride(from: -800_000, to: 800_000, by: 37) {
            let date = CivilDate(daysSince1970: days)
            let (year, month, day) = date.parts
            #expect(CivilDate(year: year, month: month, day: day) == date)
        }
        #expect(TradingDay(number: 20_260_230) == nil)
        #expect(TradingDay(number: 0) == nil)
    }

    @Test(arguments: [
        (Duration.seconds(3), "3s"), (.milliseconds(250), "0.25s"), (.milliseconds(1005), "1.005s"), (.zero, "0s"),
        (.milliseconds(-1500), "-1.5s"), (.milliseconds(-250), "-0.25s"),
    ])
    func `a duration is written in seconds`(duration: Duration, text: String) {
        #expect(duration.inSeconds == text)
    }
}
