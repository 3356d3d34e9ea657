/// Durations counted in fixed classes, from 100 µs to a minute.
public struct Histogram: Hashable, Sendable {
    /// Upper bounds of the classes; what lies above the last is in one more.
    public static let bounds: [Duration] =
        [100, 250, 500].map { .microseconds($0) } + [1, 2, 5, 10, 25, 50, 100, 250, 500].map { .milliseconds($0) }
        + [1, 2, 5, 10, 30, 60].map { .seconds($0) }

    /// How many in each class, the last one without a bound.
    public private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    public private(set) var sum = Duration.zero

    public init() {}

    public mutating func note(_ duration: Duration) {
        counts[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
        sum += max(.zero, duration)
    }
}
