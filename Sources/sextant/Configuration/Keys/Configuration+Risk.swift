internal import Trading

extension Configuration {
    /// How much a client may lose in a day, and how that is measured.
    struct Risk: Sendable {
        enum ProfitAndLoss: String, CaseIterable, Sendable {
            case account
        }

        /// Positive. Never nil if live.
        var baseMaxLoss: Money?
        var pnl: ProfitAndLoss
        var maxPnlAge: Duration
        var includeCNC: Bool
    }
}

extension Configuration.Risk {
    init(_ section: ConfigurationSection, isLive: Bool) {
        baseMaxLoss = section.optional(
            "base_max_loss",
            .rupees,
            absent: "required if live",
            "The loss of a day, in rupees, at which entries are blocked."
        )
        if isLive, !section.has("base_max_loss") {
            section.refuse("base_max_loss", "is missing; a live client needs a limit, such as 5000 rupees")
        }
        pnl = section.value(
            "pnl",
            .choice(ProfitAndLoss.self),
            default: "account",
            "Whose profit and loss is measured: that of the whole account."
        )
        maxPnlAge = section.value(
            "max_pnl_age",
            .duration,
            default: "30s",
            "How old the profit and loss may be before entries are blocked as DATA_STALE."
        )
        includeCNC = section.value(
            "include_cnc",
            .boolean,
            default: "false",
            "Whether delivery positions (product C) count in the profit and loss."
        )
    }
}
