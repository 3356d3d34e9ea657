import Desk
import Engine
import Trading

/// One message of the notifications that wait for a chat: everything that has come since the last one, as far as it fits.
struct AlertText: Equatable, Sendable {
    /// Telegram counts UTF-16 units after it has read the entities; counting before is on the safe side.
    static let limit = 4096
    /// Of more than this, all ordinary ones become one digest: nobody reads two hundred messages.
    static let digestAbove = 60
    /// How many of a digest are told in full: the newest.
    private static let toldInFull = 10
    /// One notification alone may take no more.
    private static let longest = 1200

    /// In Telegram's HTML.
    let text: String
    /// The last notification that it tells of: those after it did not fit.
    let through: Int64
    let isSilent: Bool

    /// `alerts`: oldest first, at least one.
    init(_ alerts: [NumberedNotification], of client: ClientID, _ urgency: OutboxReader.Urgency) {
        precondition(!alerts.isEmpty, "There is no message without a notification.")
        isSilent = urgency == .ordinary && alerts.allSatisfy { $0.notification.severity == .notice }
        if urgency == .ordinary, alerts.count > Self.digestAbove {
            let newest = alerts.suffix(Self.toldInFull)
            let digest = Self.digest(alerts.dropLast(newest.count), of: client)
            text = Self.fill(digest, with: newest).text
            through = alerts[alerts.count - 1].number
            return
        }
        let title = alerts.count > 1 ? " · \(alerts.count) alerts" : ""
        (text, through) = Self.fill("<b>\(client.text.escapedForTelegram)</b>\(title)", with: alerts[...])
    }

    /// Counts by kind, most frequent first, and the time that they come from.
    private static func digest(_ alerts: ArraySlice<NumberedNotification>, of client: ClientID) -> String {
        var counts: [Notification.Kind: Int] = [:]
        for alert in alerts { counts[alert.notification.kind, default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        let lines = sorted.map { "\($0.value) × \($0.key.words)" }
        let times = [alerts.first, alerts.last].compactMap { $0?.notification.at.timeOfDay }
        let numbers = [alerts.first, alerts.last].compactMap { $0.map { "#\($0.number)" } }
        return
            "<b>\(client.text.escapedForTelegram)</b> · \(alerts.count) alerts from \(times.joined(separator: " to ")), "
            + "\(numbers.joined(separator: " to ")):\n"
            + lines.joined(separator: "\n") + "\nand the newest:"
    }

    /// As many whole alerts as fit; the first one always does.
    private static func fill(
        _ head: String,
        with alerts: ArraySlice<NumberedNotification>
    ) -> (text: String, through: Int64) {
        var text = head
        var through: Int64 = 0
        var last: Notification.Kind?
        for alert in alerts {
            let isGrouped = alert.notification.kind == .filled && last == .filled
            let next = isGrouped ? "\n" + shortLine(alert) : "\n\n" + line(alert)
            last = alert.notification.kind
            if through > 0, text.utf16.count + next.utf16.count > limit { break }
            text += next
            through = alert.number
        }
        return (text, through)
    }

    /// Of fills that follow each other.
    private static func shortLine(_ alert: NumberedNotification) -> String {
        "\(alert.notification.text.escaped(upTo: longest)) · #\(alert.number)"
    }

    private static func line(_ alert: NumberedNotification) -> String {
        let one = alert.notification
        let order = one.command.map { "\n<code>\($0)</code>" } ?? ""
        return "\(one.severity.mark) <b>\(one.kind.words)</b> \(one.at.timeOfDay) · #\(alert.number)\n"
            + "\(one.text.escaped(upTo: longest))\(order)"
    }
}

extension Notification.Kind {
    /// `EXIT FAILED`.
    fileprivate var words: String { rawValue.replacing("_", with: " ") }
}

extension Notification.Severity {
    fileprivate var mark: String {
        switch self {
        case .critical: "🔴"
        case .warning: "🟠"
        case .notice: "⚪️"
        }
    }
}

extension Timestamp {
    /// `09:15:00`, in India.
    var timeOfDay: String {
        let india = self + .seconds(19_800)
        return String(india.description.dropFirst(11).prefix(8))
    }
}

extension String {
    /// A broker's text may hold anything; Telegram refuses a message with a tag that it does not know.
    var escapedForTelegram: String { escaped(upTo: .max) }

    /// Escaped, and cut between characters so that it takes no more than `limit` units.
    func escaped(upTo limit: Int) -> String {
        var result = ""
        var length = 0
        for character in self {
            let escaped =
                switch character {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                default: String(character)
                }
            length += escaped.utf16.count
            // One character can be a letter with a thousand accents: it is left out whole.
            guard length < limit else { return result + "…" }
            result += escaped
        }
        return result
    }
}
