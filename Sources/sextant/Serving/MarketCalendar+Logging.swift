import Logging
import Trading

extension MarketCalendar {
    /// Says at the start what is not known of this year, and from December on, of the next: holidays would count as
    /// trading days.
    func logUnknownYears(at now: Timestamp, _ logger: Logger) {
        let today = TradingDay(now)
        let soon = TradingDay(now + .seconds(31 * 86_400))
        for day in today.date.parts.year == soon.date.parts.year ? [today] : [today, soon] {
            let unknown = unknown(in: day, of: Exchange.tradable)
            guard !unknown.isEmpty else { continue }
            logger.warning(
                "holidays are not known; weekdays count as trading days until `calendar` names a file that has them",
                metadata: [
                    "year": "\(day.date.parts.year)",
                    "exchanges": "\(unknown.map(\.code).joined(separator: ","))",
                ]
            )
        }
    }
}
