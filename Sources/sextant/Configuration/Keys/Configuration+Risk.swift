internal import Desk
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
        var manager: RiskSettings
        var limits: LimitSettings
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
        manager = RiskSettings()
        manager.trailStep = section.optional(
            "trail_step",
            .rupees,
            absent: "the floor stays",
            "For each full step of the day's best profit, in rupees, the floor rises by one."
        )
        manager.warnAt = section.value(
            "warn_at",
            .percent,
            default: "80%",
            "The share of the loss at which a person is warned."
        )
        manager.onBreach = section.value(
            "on_breach",
            .choice(RiskSettings.OnBreach.self),
            default: "flatten",
            "At the floor, entries are blocked and orders that add risk cancelled; `flatten` closes what is held, too."
        )
        manager.foreign = section.value(
            "foreign",
            .choice(RiskSettings.Foreign.self),
            default: "leave",
            "Whether `flatten` also closes what was traded outside Sextant, before the breach or later."
        )
        manager.cooldown = section.optionalSection("cooldown") { cooldown in
            RiskSettings.Cooldown(
                afterDays: cooldown.value(
                    "after_days",
                    .integer(1...250),
                    "How many trading days in a row must end with a loss; days without profit or loss are passed over."
                ),
                days: cooldown.value(
                    "days",
                    .integer(2...250),
                    "Entries are allowed again on the so-many-th trading day after the last of them."
                )
            )
        }
        limits = section.section("limits", LimitSettings.init)
        if baseMaxLoss == nil {
            for key in ["trail_step", "cooldown"] where section.has(key) {
                section.refuse(key, "needs a limit to go by; add `base_max_loss`")
            }
        }
    }
}

extension ValueKind<Int> {
    /// `80%`.
    fileprivate static var percent: Self {
        ValueKind(name: "a share from 1% to 100%", advice: "write one like 80%", placeholder: 80) { text in
            guard text.hasSuffix("%"), let value = Int(text.dropLast()), (1...100).contains(value) else { return nil }
            return value
        }
    }
}
