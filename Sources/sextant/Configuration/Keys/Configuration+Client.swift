extension Configuration {
    /// One trader's account: who may send for it, where its orders go, and what it may do.
    struct Client: Sendable {
        enum Mode: String, CaseIterable, Sendable {
            case live
            case paper
        }

        var id: String
        var mode: Mode
        var webhook: Webhook
        var apiKey: Secret
        /// Never nil if live. A paper client's is checked but never connected.
        var broker: Noren?
        var watch: Watch
        var `guard`: Guard
        var risk: Risk
        var telegramChats: [TelegramChat]
    }
}

extension Configuration.Client {
    init(_ section: ConfigurationSection) {
        id = section.value("id", .clientID, "The client's name in URLs, commands and the store.")
        mode = section.value(
            "mode",
            .choice(Mode.self, placeholder: .paper),
            "`live` sends orders to the broker; `paper` sends them to a simulator inside the process."
        )
        let isLive = mode == .live
        webhook = section.section("webhook", Configuration.Webhook.init)
        apiKey = section.section("api") { section in
            let key = section.value("key", .secret, "The bearer token for this client over HTTP.")
            section.claim("key", key.reveal, as: "bearer token")
            return key
        }
        broker = section.optionalSection("broker") { broker in
            broker.section("noren", Configuration.Noren.init)
        }
        if isLive, !section.has("broker") {
            section.refuse("broker.noren", "is missing; a live client needs one, or set `mode: paper`")
        }
        watch = section.section("watch", Configuration.Watch.init)
        `guard` = section.section("guard", Configuration.Guard.init)
        risk = section.section("risk") { section in
            Configuration.Risk(section, isLive: isLive)
        }
        telegramChats =
            section.optionalSection("telegram") { telegram in
                telegram.list("chats", Configuration.TelegramChat.init)
            } ?? []
        section.claim("id", id, as: "client id")
    }
}
