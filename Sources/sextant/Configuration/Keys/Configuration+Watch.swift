extension Configuration {
    /// How closely open orders are followed.
    struct Watch: Sendable {
        var pollInterval: Duration
        var positionsInterval: Duration
        var idleInterval: Duration
        var absenceAfter: Duration
        var unconfirmedAlert: Duration
    }
}

extension Configuration.Watch {
    init(_ section: ConfigurationSection) {
        pollInterval = section.value(
            "poll_interval",
            .duration,
            default: "1.0s",
            "How often the order book is read while an order is open."
        )
        positionsInterval = section.value(
            "positions_interval",
            .duration,
            default: "5s",
            "How often positions are read while anything is open or held."
        )
        idleInterval = section.value(
            "idle_interval",
            .duration,
            default: "15s",
            "How often positions are read while nothing is open or held."
        )
        absenceAfter = section.value(
            "absence_after",
            .duration,
            default: "15s",
            "How long after its call an unconfirmed order must be missing before it counts as not sent."
        )
        unconfirmedAlert = section.value(
            "unconfirmed_alert",
            .duration,
            default: "30s",
            "How long an order may stay unconfirmed before a person is told."
        )
    }
}
