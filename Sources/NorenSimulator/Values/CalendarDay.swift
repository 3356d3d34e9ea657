/// A day of the Gregorian calendar, in Indian time.
struct CalendarDay: Hashable, Comparable, Sendable {
    let daysSince1970: Int

    init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }

    init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted >= 0 ? shifted / 400 : (shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        daysSince1970 = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    var parts: (year: Int, month: Int, day: Int) {
        let shifted = daysSince1970 + 719_468
        let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.daysSince1970 < right.daysSince1970 }

    /// The last Tuesday of the month `offset` months after this day's: when monthly contracts expire.
    func lastTuesday(monthsAhead offset: Int) -> CalendarDay {
        let (year, month, _) = parts
        let following = year * 12 + month + offset  // months counted from zero: the one after the wanted
        let end = CalendarDay(year: following / 12, month: following % 12 + 1, day: 1).daysSince1970 - 1
        return CalendarDay(daysSince1970: end - (end + 4 - 2) % 7)  // 1 January 1970 was a Thursday
    }

    /// `29-DEC-2026`; nil for what is no such day.
    init?(inMaster text: String) {
        let parts = text.uppercased().split(separator: "-")
        guard parts.count == 3, let day = Int(parts[0]), (1...31).contains(day), let year = Int(parts[2]),
            (1970...9999).contains(year), let month = Self.months.firstIndex(of: String(parts[1]))
        else { return nil }
        self.init(year: year, month: month + 1, day: day)
    }

    private static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

    /// Counts months through the years.
    var monthNumber: Int { parts.year * 12 + parts.month - 1 }

    /// Monday is 0.
    var weekday: Int { (daysSince1970 + 3) % 7 }
    var isWeekend: Bool { weekday > 4 }

    /// `26DEC`, as in the BSE's monthly symbols.
    var inMonthlySymbol: String { "\(two(parts.year % 100))\(Self.months[parts.month - 1])" }

    /// `29DEC26`, as in trading symbols.
    var inSymbol: String { "\(two(parts.day))\(Self.months[parts.month - 1])\(two(parts.year % 100))" }

    /// `29-DEC-2026`, also in charts by day.
    var inMaster: String { "\(two(parts.day))-\(Self.months[parts.month - 1])-\(parts.year)" }
}

func two(_ number: Int) -> Substring { String(number + 100).dropFirst() }
