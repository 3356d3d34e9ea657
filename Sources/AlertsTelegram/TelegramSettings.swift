public import Desk
import Engine
public import Trading

/// The bot, and who hears from it.
public struct TelegramSettings: Sendable {
    /// Without a slash at its end.
    public var address: String
    /// What the bot was given by BotFather: whoever has it is the bot. It is a part of every URL, and of no log.
    public var key: String
    public var chats: [TelegramChat]
    /// How long one call may take before it counts as unanswered.
    public var timeout: Duration = .seconds(15)

    public static let publicAddress = "https://api.telegram.org"

    public init(address: String = Self.publicAddress, key: String, chats: [TelegramChat]) {
        self.address = address
        self.key = key
        self.chats = chats
    }
}

/// A chat and the one client that it is about: what is of another client never gets there.
public struct TelegramChat: Hashable, Sendable {
    /// Negative for groups, as Telegram has it.
    public var id: Int64
    public var client: ClientID
    /// What is less than this is not told. What is critical always is.
    public var least: Notification.Severity = .notice
    /// Kinds that are not told unless they are critical.
    public var silent: Set<Notification.Kind> = []

    public init(id: Int64, client: ClientID) {
        self.id = id
        self.client = client
    }

    /// Nobody can ask not to hear of what is critical.
    func wants(_ notification: Notification) -> Bool {
        if notification.severity == .critical { return true }
        if least == .critical || least == .warning && notification.severity == .notice { return false }
        return !silent.contains(notification.kind)
    }

    func reader(_ urgency: OutboxReader.Urgency) -> OutboxReader {
        OutboxReader(client: client, channel: "telegram:\(id)", urgency: urgency)
    }

    var isGroup: Bool { id < 0 }
}
