extension Configuration {
    /// A broker that runs NorenOMS.
    struct Noren: Sendable {
        var profile: Profile?
        /// Ends in a slash: an endpoint's name is appended.
        var rest: String
        var websocket: String
        var authentication: Authentication
        /// Where calls carry the session's token; nil is by login and profile.
        var credential: CredentialPlacement?
        var limits: Limits
        var masters: Masters
        var market: Market
    }
}

extension Configuration.Noren {
    enum CredentialPlacement: String, CaseIterable, Sendable {
        case jkey, bearer
    }

    init(_ section: ConfigurationSection) {
        profile = section.optional(
            "profile",
            .choice(Profile.self),
            "A known broker, whose URLs are used where `rest` and `websocket` are not given."
        )
        let rest = section.optional(
            "rest",
            .url(["http", "https"]),
            absent: "by `profile`",
            "The base URL of the broker's REST endpoints."
        )
        let websocket = section.optional(
            "websocket",
            .url(["ws", "wss"]),
            absent: "by `profile`",
            "The URL of the broker's stream of updates."
        )
        authentication = section.section("auth", Authentication.init)
        credential = section.optional(
            "credential",
            .choice(CredentialPlacement.self),
            absent: "by `auth` and `profile`",
            "Where calls carry the session's token: `jkey` in the body, or `bearer` in a header."
        )
        limits = section.section("limits", Limits.init)

        for name in ["rest", "websocket"] where !section.has(name) && !section.has("profile") {
            section.refuse(name, "is missing; write it, or `profile: shoonya` or `profile: flattrade`")
        }
        let usual = profile?.addresses(for: authentication)
        let base = rest ?? usual?.rest ?? ""
        self.rest = base.hasSuffix("/") ? base : base + "/"
        masters = section.section("masters") { [profile, rest = self.rest] section in
            Masters(section, profile: profile, rest: rest)
        }
        market = section.section("market") { [profile] section in Market(section, profile: profile) }
        self.websocket = websocket ?? usual?.websocket ?? ""
    }
}
