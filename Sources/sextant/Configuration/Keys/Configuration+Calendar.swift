internal import Foundation
internal import Trading

extension MarketCalendar {
    /// The calendar that a file of its own holds, else the one that Sextant carries. What is wrong with the file is told
    /// with its lines.
    init(_ root: ConfigurationSection) {
        self = .published
        let path = root.optional(
            "calendar",
            .path(in: root.folder),
            absent: "the one that Sextant carries",
            "A file with the trading days and hours of the exchanges, written like docs/calendar.txt."
        )
        guard let path else { return }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else {
            root.refuse("calendar", "\(path) cannot be read as text; copy docs/calendar.txt there and change it")
            return
        }
        do throws(CalendarUnreadable) {
            self = try MarketCalendar(reading: text)
        } catch {
            for problem in error.problems {
                let place = problem.line.map { "\(path):\($0)" } ?? path
                root.refuse("calendar", "\(place): \(problem.text)")
            }
        }
    }
}
