/// How long to leave a server alone that does not answer: a second, then twice as long each time, up to a minute.
struct Backoff: Sendable {
    private static let longest: Duration = .seconds(60)

    private(set) var failures = 0

    mutating func succeeded() { failures = 0 }

    mutating func failed() -> Duration {
        failures += 1
        return min(.seconds(1 << min(failures - 1, 6)), Self.longest)
    }
}
