/// What no document settles about the live brokers, as settings. The defaults are the readings that a careful client
/// has to cope with anyway.
public struct BrokerHabits: Sendable, Equatable {
    public enum BookOrder: String, Sendable, CaseIterable {
        case newest, oldest
        /// Another order at every read.
        case shuffled
    }

    public enum Charts: String, Sendable, CaseIterable {
        case either
        /// Only a `jKey` in the body opens the chart endpoints.
        case jkey
    }

    /// A socket that logs in with `t:"a"` also gets a `ck`, for which norenrestapi 0.0.37 waits.
    public var alsoCK = true
    /// `amo:"NO"` is taken as no `amo` at all: NorenRestApiPy 0.0.22 always sends it.
    public var acceptsAMONo = true
    /// The word `None` as a trigger price is taken as no trigger: every Python client sends it.
    public var acceptsTriggerNone = true
    /// `%26` is undone in the symbols of data endpoints too, and not only on order endpoints.
    public var decodesDataSymbols = true
    /// The longest `remarks` in bytes; longer ones are refused.
    public var remarksLimit = 256
    /// HTTP statuses that refusals travel with.
    public var sessionStatus = 200
    public var validationStatus = 400
    public var rateStatus = 400
    /// Calls of one user over all endpoints.
    public var callsPerSecond = 10
    public var callsPerMinute = 120
    /// PlaceOrder, ModifyOrder, CancelOrder and ProductConversion of one user.
    public var ordersPerSecond = 10
    /// How OrderBook and TradeBook are sorted.
    public var bookOrder = BookOrder.newest
    /// A refused modification or cancellation is reported with status `REJECTED`, as one was seen live, although the
    /// order lives on.
    public var refusedChangesLookRejected = false
    /// A session keeps all its sockets instead of the newest.
    public var keepsOlderSockets = false
    public var charts = Charts.either
    /// From another address than the registered one, `GenAcsTok` is refused as orders are.
    public var loginNeedsAddress = false
    /// A TOTP code opens one session only.
    public var codesAreSingleUse = true
    /// That many wrong logins in a row block an account until `login/unblock`; 0 is never.
    public var loginAttempts = 5

    public init() {}
}

/// A habit that does not exist, or a value that it cannot have.
public struct HabitError: Error, Equatable, CustomStringConvertible {
    public let description: String
}

extension BrokerHabits {
    private enum Habit: Sendable {
        case flag(any WritableKeyPath<BrokerHabits, Bool> & Sendable)
        case count(any WritableKeyPath<BrokerHabits, Int> & Sendable, ClosedRange<Int>)
        case bookOrder
        case charts
    }

    private static let named: [(String, Habit)] = [
        ("also_ck", .flag(\.alsoCK)), ("amo_no", .flag(\.acceptsAMONo)), ("trigger_none", .flag(\.acceptsTriggerNone)),
        ("data_symbols_decoded", .flag(\.decodesDataSymbols)), ("remarks_limit", .count(\.remarksLimit, 1...4096)),
        ("session_status", .count(\.sessionStatus, 200...599)),
        ("validation_status", .count(\.validationStatus, 200...599)),
        ("rate_status", .count(\.rateStatus, 200...599)),
        ("calls_per_second", .count(\.callsPerSecond, 1...1_000_000)),
        ("calls_per_minute", .count(\.callsPerMinute, 1...1_000_000)),
        ("orders_per_second", .count(\.ordersPerSecond, 1...1_000_000)), ("book_order", .bookOrder),
        ("refused_changes_look_rejected", .flag(\.refusedChangesLookRejected)),
        ("older_sockets_kept", .flag(\.keepsOlderSockets)), ("charts", .charts),
        ("login_needs_address", .flag(\.loginNeedsAddress)), ("codes_single_use", .flag(\.codesAreSingleUse)),
        ("login_attempts", .count(\.loginAttempts, 0...1000)),
    ]

    /// Every habit's name and its value now.
    public var values: [(name: String, value: String)] {
        Self.named.map { name, habit in
            switch habit {
            case .flag(let path): (name, String(self[keyPath: path]))
            case .count(let path, _): (name, String(self[keyPath: path]))
            case .bookOrder: (name, bookOrder.rawValue)
            case .charts: (name, charts.rawValue)
            }
        }
    }

    /// Sets a habit by its name: `also_ck` to `false`.
    public mutating func set(_ name: String, to text: String) throws(HabitError) {
        guard let habit = Self.named.first(where: { $0.0 == name })?.1 else {
            let known = Self.named.map(\.0).joined(separator: ", ")
            throw HabitError(description: "there is no habit \(name); there are \(known)")
        }
        switch habit {
        case .flag(let path): self[keyPath: path] = try Self.read(name, ["true", "false"], text) { Bool($0) }
        case .count(let path, let range):
            guard let count = Int(text), range.contains(count) else {
                throw HabitError(description: "\(name) is \(range.lowerBound) to \(range.upperBound)")
            }
            self[keyPath: path] = count
        case .bookOrder:
            bookOrder = try Self.read(name, BookOrder.allCases.map(\.rawValue), text) { BookOrder(rawValue: $0) }
        case .charts: charts = try Self.read(name, Charts.allCases.map(\.rawValue), text) { Charts(rawValue: $0) }
        }
    }

    private static func read<Value>(
        _ name: String,
        _ words: [String],
        _ text: String,
        _ value: (String) -> Value?
    ) throws(HabitError) -> Value {
        guard let value = value(text) else {
            throw HabitError(description: "\(name) is \(words.joined(separator: " or "))")
        }
        return value
    }
}
