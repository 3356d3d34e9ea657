/// The exchange's day that a moment belongs to: the calendar date in Asia/Kolkata (UTC+05:30, no summer time).
public struct TradingDay: Hashable, Comparable, Sendable {
    public let date: CivilDate

    public init(date: CivilDate) { self.date = date }

    public init(_ time: Timestamp) {
        let local = time.microseconds + 19_800_000_000
        date = CivilDate(daysSince1970: Int(local.floorDivided(by: 86_400_000_000)))
    }

    /// The day as a stored number: 20261123.
    public var number: Int {
        let (year, month, day) = date.parts
        return year * 10_000 + month * 100 + day
    }

    public init?(number: Int) {
        guard let date = CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100) else {
            return nil
        }
        self.date = date
    }

    public static func < (left: TradingDay, right: TradingDay) -> Bool { left.date < right.date }
}
