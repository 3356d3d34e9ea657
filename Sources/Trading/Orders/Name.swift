/// A text that names one kind of thing, so that a strategy can never be passed where a client is meant.
public struct Name<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    public func _rawHashValue(seed: Int) -> Int { TableHash.of(text, seed: seed) }
}

extension Name: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { text = value }
}

/// What the names are of; never instantiated.
public enum Subjects {
    public enum Client {}
    public enum Strategy {}
    public enum BrokerOrder {}
    public enum Fill {}
}

/// A client: one account at one broker, with its own secret, limits and books.
public typealias ClientID = Name<Subjects.Client>
/// Who owns a position: guard, duplicates and exits go by it.
public typealias StrategyName = Name<Subjects.Strategy>
/// The broker's number of an order, unique within a trading day.
public typealias BrokerOrderID = Name<Subjects.BrokerOrder>
/// The exchange's number of one fill, unique within an order.
public typealias FillID = Name<Subjects.Fill>

extension StrategyName {
    /// Owner of everything that was traded outside Sextant.
    public static let external: StrategyName = "external"
    /// Owner of what an alert without `strategy_name` trades.
    public static let unnamed: StrategyName = "default"
}
