extension Configuration.Noren {
    /// How often one account may call its broker, and how long an answer and an entry may take.
    struct Limits: Sendable {
        var ordersPerSecond: Int
        var callsPerSecond: Int
        var callsPerMinute: Int
        var placeTimeout: Duration
        var entryWait: Duration

        /// The defaults, for a paper client without a broker.
        static var standard: Limits { Limits(ConfigurationSection.absent) }
    }
}

extension Configuration.Noren.Limits {
    init(_ section: ConfigurationSection) {
        ordersPerSecond = section.value(
            "orders_per_second",
            .integer(1...100_000),
            default: "10",
            "How many orders may go out in a second."
        )
        callsPerSecond = section.value(
            "calls_per_second",
            .integer(1...100_000),
            default: "10",
            "How many calls of any kind may go out in a second."
        )
        callsPerMinute = section.value(
            "calls_per_minute",
            .integer(1...1_000_000),
            default: "120",
            "How many calls of any kind may go out in a minute."
        )
        placeTimeout = section.value(
            "place_timeout",
            .duration,
            default: "10s",
            "How long to wait for the answer to an order before it is unconfirmed."
        )
        entryWait = section.value(
            "entry_wait",
            .durationOrZero,
            default: "10s",
            "How long an entry may wait for room in these limits before it ends as RATE_LIMITED."
        )
    }
}
