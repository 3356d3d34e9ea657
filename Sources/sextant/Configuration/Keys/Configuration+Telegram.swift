internal import AlertsTelegram
internal import Desk
internal import Trading

extension Configuration {
    /// The bot that tells people; which chats it tells, each client says.
    struct Telegram: Sendable {
        var botKey: Secret
        var address: String
    }

    /// A chat that hears of one client.
    struct TelegramChat: Sendable {
        var id: Int64
        var least: Notification.Severity
        var silent: [Notification.Kind]
    }
}

extension Configuration.Telegram {
    init(_ section: ConfigurationSection) {
        botKey = section.value("bot_key", .secret, "What BotFather gave for the bot: `123456:ABC…`.")
        address = section.value(
            "address",
            .webAddress,
            default: TelegramSettings.publicAddress,
            "Where the Bot API is: Telegram's, or a server of one's own."
        )
    }
}

extension Configuration.TelegramChat {
    init(_ section: ConfigurationSection) {
        let text = section.value("id", .chatID, "The chat's number, as Telegram has it; groups have negative ones.")
        id = Int64(text) ?? 0
        section.claim("id", text, as: "Telegram chat")
        least = section.value(
            "least",
            .choice(Notification.Severity.self),
            default: "notice",
            "What the chat is told of at least; it always is of what is critical."
        )
        silent = section.optionalValues(
            "silent",
            .notificationKind,
            "Kinds of notifications that the chat is not told of unless they are critical."
        )
    }
}

extension Configuration {
    /// What the bot is to do; nil where no bot is configured.
    var telegramSettings: TelegramSettings? {
        guard let telegram else { return nil }
        let chats = clients.flatMap { client in
            client.telegramChats.map { chat in
                var told = AlertsTelegram.TelegramChat(id: chat.id, client: ClientID(client.id))
                told.least = chat.least
                told.silent = Set(chat.silent)
                return told
            }
        }
        return TelegramSettings(address: telegram.address, key: telegram.botKey.reveal, chats: chats)
    }

    /// Chats without a bot would hear nothing, and nobody would notice.
    static func requireBot(_ root: ConfigurationSection, for clients: [Client]) {
        guard !root.has("telegram"), clients.contains(where: { !$0.telegramChats.isEmpty }) else { return }
        root.refuse("telegram.bot_key", "is missing; clients have chats that it is to tell")
    }
}

extension ValueKind<String> {
    fileprivate static var chatID: Self {
        ValueKind(name: "a chat's number", advice: "write plain digits, such as -1001234567890", placeholder: "0") {
            guard let number = Int64($0), number != 0, String(number) == $0 else { return nil }
            return $0
        }
    }

    fileprivate static var webAddress: Self {
        ValueKind(
            name: "the address of a server",
            advice: "write it such as https://api.telegram.org, without a path",
            placeholder: ""
        ) { text in
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.hasSuffix("/")
            guard isPlain, let rest = ["https://", "http://"].lazy.compactMap({ text.rest(after: $0) }).first,
                !rest.isEmpty, !rest.contains("/"), !rest.contains("@")
            else { return nil }
            return text
        }
    }
}

extension ValueKind<Notification.Kind> {
    fileprivate static var notificationKind: Self {
        ValueKind(
            name: "a kind of notification",
            advice: "write one such as \(Notification.Kind.blocked.rawValue); docs/operations.md has all",
            placeholder: .blocked
        ) { Notification.Kind(rawValue: $0) }
    }
}

extension String {
    fileprivate func rest(after prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
