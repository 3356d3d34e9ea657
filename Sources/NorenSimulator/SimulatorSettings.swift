/// What a simulated broker is started with. The defaults are those of the `simulate` command.
public struct SimulatorSettings: Sendable {
    /// The rules of a year: which order types an API user may send.
    public enum Profile: String, Sendable {
        /// Market orders and `QuickAuth` are taken.
        case y2024 = "2024"
        /// OAuth only. `MKT` and `SL-MKT`, and orders from another than the registered address, are refused by the API
        /// gate.
        case y2026 = "2026"
    }

    /// When the market trades.
    public enum Hours: String, Sendable {
        /// Day and night, and the day never ends by itself: people try their bots at night.
        case always
        /// 9:15 to 15:30 Indian time on weekdays, with everything that a day brings: see `TradingHours`.
        case exchange
    }

    public var host = "127.0.0.1"
    /// 0 lets the system pick one; `start()` says which.
    public var port = 0
    /// How many accounts there are: FA00001, FA00002, …
    public var accounts = 1
    /// Prices, book sizes and ids follow from the seed and the clock alone.
    public var seed: UInt64 = 1
    public var profile: Profile = .y2024
    /// Whether calls of one user beyond the habits' windows are refused.
    public var limits = true
    public var hours = Hours.always
    /// The address that every account has registered; the profile 2026 takes orders from there only.
    public var staticAddress = "127.0.0.1"
    public var habits = BrokerHabits()
    /// Base32. Without it any six digits pass as the second factor.
    public var totpSecret: String?
    /// Every account's, until a caller who shares the machine with others draws their own.
    public var password = "Secret@1"
    public var apiSecret = "api-secret"
    /// Whether `/control/…` is served over HTTP; in process it always is.
    public var servesControl = true
    /// The file that holds the books over a restart; without one they are gone with the process.
    public var keepsBooksAt: String?

    public init() {}
}
