/// A moment, printed in the formats that Noren mixes; all of them are Indian Standard Time.
struct IndianTime: Sendable {
    /// Since 1970, UTC.
    let microseconds: Int64

    init(microseconds: Int64) { self.microseconds = microseconds }

    init(_ day: CalendarDay, secondsOfDay: Int) {
        microseconds = Int64(day.daysSince1970 * 86_400 + secondsOfDay - 19_800) * 1_000_000
    }

    private var localSeconds: Int { Int(microseconds / 1_000_000) + 19_800 }

    var day: CalendarDay { CalendarDay(daysSince1970: localSeconds / 86_400) }

    var secondsOfDay: Int { localSeconds % 86_400 }

    private var clock: String {
        let seconds = secondsOfDay
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    /// `20-11-2026`.
    var date: String {
        let (year, month, dayOfMonth) = day.parts
        return "\(two(dayOfMonth))-\(two(month))-\(year)"
    }

    /// `09:16:03 20-11-2026`: `request_time` and `norentm`.
    var clockFirst: String { "\(clock) \(date)" }

    /// `20-11-2026 09:16:03`: `exch_tm` and `fltm`.
    var dateFirst: String { "\(date) \(clock)" }

    /// `09:16:03`.
    var clockOnly: String { clock }

    /// `261120`: how order numbers begin.
    var orderPrefix: String {
        let (year, month, dayOfMonth) = day.parts
        return "\(two(year % 100))\(two(month))\(two(dayOfMonth))"
    }

    var epochSeconds: String { String(microseconds / 1_000_000) }
    var epochNanoseconds: String { String(microseconds * 1000) }
}
