extension Configuration.Noren {
    /// How to log in: each generation of the broker's API has its own way.
    enum Authentication: Sendable {
        case quickAuth(QuickAuth)
        case oauth(OAuth)

        var user: String {
            switch self {
            case .quickAuth(let login): login.user
            case .oauth(let login): login.user
            }
        }
    }
}

extension Configuration.Noren.Authentication {
    /// A password and a second factor: logs in without a person.
    struct QuickAuth: Sendable {
        enum SecondFactor: Sendable {
            /// The base32 key of an authenticator app: codes are made from it.
            case totp(Secret)
            case fixed(Secret)
        }

        var user: String
        var vendorCode: String
        var password: Secret
        var apiSecret: Secret
        var secondFactor: SecondFactor
    }

    /// A person logs in with a browser and brings back a code.
    struct OAuth: Sendable {
        var user: String
        var clientID: String
        var secret: Secret
        var authorizeURL: String
        var redirect: String
        /// Where Flattrade's form of the exchange goes; nil is Noren's own.
        var tokenURL: String?
    }

    init(_ section: ConfigurationSection) {
        let quickAuth = section.optionalSection("quickauth", QuickAuth.init)
        let oauth = section.optionalSection("oauth", OAuth.init)
        section.requireExactlyOne(of: "quickauth", "oauth")
        self = oauth.map(Self.oauth) ?? .quickAuth(quickAuth ?? QuickAuth(ConfigurationSection.absent))
    }
}

extension Configuration.Noren.Authentication.QuickAuth {
    init(_ section: ConfigurationSection) {
        user = section.value("user", .text, "The user id at the broker.")
        vendorCode = section.value("vendor_code", .text, "The vendor code the broker gave for the API.")
        password = section.value("password", .secret, "The password at the broker.")
        apiSecret = section.value("api_secret", .secret, "The secret the broker gave for the API.")
        let key = section.optional(
            "totp_secret",
            .base32,
            absent: "either this or `factor2`",
            "The key of the authenticator app, from which one-time codes are made."
        )
        let code = section.optional(
            "factor2",
            .secret,
            absent: "either this or `totp_secret`",
            "A fixed second factor, where the broker still takes one."
        )
        section.requireExactlyOne(of: "totp_secret", "factor2")
        secondFactor = key.map(SecondFactor.totp) ?? .fixed(code ?? Secret(""))
        section.claim("user", user, as: "broker user")
    }
}

extension Configuration.Noren.Authentication.OAuth {
    init(_ section: ConfigurationSection) {
        user = section.value("user", .text, "The user id at the broker.")
        clientID = section.value("client_id", .text, "The client id the broker gave for the API.")
        secret = section.value("secret", .secret, "The secret the broker gave for the API.")
        authorizeURL = section.value(
            "authorize_url",
            .url(["http", "https"], mayHaveQuery: true),
            "The page of the broker where a person logs in."
        )
        redirect = section.value(
            "redirect",
            .url(["http", "https"]),
            "The redirect URL registered at the broker, which brings back the code."
        )
        tokenURL = section.optional(
            "token_url",
            .url(["http", "https"]),
            absent: "by `profile`",
            "Where the code is exchanged, in Flattrade's form; without it `GenAcsTok` under `rest`."
        )
        section.claim("user", user, as: "broker user")
    }
}
