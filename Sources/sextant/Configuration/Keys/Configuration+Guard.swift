extension Configuration {
    /// What the execution guard lets strategies do beside each other.
    struct Guard: Sendable {
        enum CrossStrategy: String, CaseIterable, Sendable {
            case exclusive
            case sameDirection = "same_direction"
            case netting
        }

        enum Legs: String, CaseIterable, Sendable {
            case together
            case alone
        }

        var crossStrategy: CrossStrategy
        var legs: Legs
        var waitForFlat: Duration
        var cooldownAfterExit: Duration
    }
}

extension Configuration.Guard {
    init(_ section: ConfigurationSection) {
        crossStrategy = section.value(
            "cross_strategy",
            .choice(CrossStrategy.self),
            default: "same_direction",
            "What else a strategy may hold: nothing another holds, nothing opposite to it, or anything."
        )
        legs = section.value(
            "legs",
            .choice(Legs.self),
            default: "together",
            "Whether the legs of one alert pass the checks whole or not at all, or each for itself."
        )
        waitForFlat = section.value(
            "wait_for_flat",
            .durationOrZero,
            default: "5s",
            "How long an entry waits for an exit in flight to close what its strategy holds."
        )
        cooldownAfterExit = section.value(
            "cooldown_after_exit",
            .durationOrZero,
            default: "0s",
            "How long a strategy may not enter after an exit of it was filled, within the day."
        )
    }
}
