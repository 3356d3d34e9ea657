extension Configuration {
    /// How a client's alerts are believed.
    struct Webhook: Sendable {
        var secret: Secret
        /// For how long identical content without a key is the same alert; zero turns this off.
        var repeatWindow: Duration
        var maxAge: Duration
    }
}

extension Configuration.Webhook {
    init(_ section: ConfigurationSection) {
        secret = section.value("secret", .secret, "What an alert must carry as its `secret_key`.")
        repeatWindow = section.value(
            "repeat_window",
            .durationOrZero,
            default: "20s",
            "How long an identical alert without an idempotency key counts as a repeat; 0s turns this off."
        )
        maxAge = section.value(
            "max_age",
            .duration,
            default: "60s",
            "How old an alert may be when it arrives."
        )
    }
}
