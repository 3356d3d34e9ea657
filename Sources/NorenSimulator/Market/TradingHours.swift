/// The exchange's day in Indian time, Monday to Friday; holidays are not known.
///
/// ```
/// 06:00 sessions end   09:00 orders are taken   09:15 trading   15:20 intraday is squared off   15:30 closed
/// 00:00 a new day: empty books
/// ```
enum TradingHours {
    enum Phase: String, Sendable {
        /// Orders rest, nothing trades.
        case preOpen = "pre_open"
        case open
        /// Orders are rejected.
        case closed
    }

    /// What happens at a moment of the day.
    enum Milestone: Sendable, CaseIterable {
        case newDay, sessionsEnd, preOpen, open, squareOff, close

        var secondsOfDay: Int {
            switch self {
            case .newDay: 0
            case .sessionsEnd: 6 * 3600
            case .preOpen: 9 * 3600
            case .open: TradingHours.open
            case .squareOff: 15 * 3600 + 20 * 60
            case .close: 15 * 3600 + 30 * 60
            }
        }
    }

    /// 9:15.
    static let open = 9 * 3600 + 15 * 60

    static func phase(at now: Int64) -> Phase {
        let time = IndianTime(microseconds: now)
        guard !time.day.isWeekend else { return .closed }
        switch time.secondsOfDay {
        case Milestone.preOpen.secondsOfDay..<open: return .preOpen
        case open..<Milestone.close.secondsOfDay: return .open
        default: return .closed
        }
    }

    /// Whether intraday positions have been squared off and no new ones are taken.
    static func isSquaredOff(at now: Int64) -> Bool {
        IndianTime(microseconds: now).secondsOfDay >= Milestone.squareOff.secondsOfDay
    }

    /// The first milestone after `moment`; weekends have new days and ends of sessions only.
    static func next(after moment: Int64) -> (milestone: Milestone, at: Int64) {
        var day = IndianTime(microseconds: moment).day
        while true {
            for milestone in Milestone.allCases {
                guard !day.isWeekend || milestone == .newDay || milestone == .sessionsEnd else { continue }
                let at = IndianTime(day, secondsOfDay: milestone.secondsOfDay).microseconds
                if at > moment { return (milestone, at) }
            }
            day = CalendarDay(daysSince1970: day.daysSince1970 + 1)
        }
    }

    /// When sessions opened now die.
    static func sessionEnd(after now: Int64) -> Int64 {
        let time = IndianTime(microseconds: now)
        let days = time.secondsOfDay < Milestone.sessionsEnd.secondsOfDay ? 0 : 1
        let day = CalendarDay(daysSince1970: time.day.daysSince1970 + days)
        return IndianTime(day, secondsOfDay: Milestone.sessionsEnd.secondsOfDay).microseconds
    }
}
