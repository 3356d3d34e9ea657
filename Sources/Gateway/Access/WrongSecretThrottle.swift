import Synchronization
import Trading

/// Counts wrong secrets by address. Ten in a minute, and further wrong ones are told to wait.
///
/// A right secret always passes: behind a reverse proxy all senders share one address, and a stranger's guesses must
/// not silence the trader's own alerts.
final class WrongSecretThrottle: Sendable {
    private let wrong = Mutex<[String: [Timestamp]]>([:])

    /// Notes one wrong secret; returns how long the address should wait, nil while it may go on.
    func note(_ address: String, at now: Timestamp) -> Duration? {
        wrong.withLock { wrong in
            if wrong.count > 10_000 { wrong = wrong.filter { $0.value.contains { now - $0 < .seconds(60) } } }
            let recent = wrong[address, default: []].filter { now - $0 < .seconds(60) }
            guard recent.count >= 10 else {
                wrong[address] = recent + [now]
                return nil
            }
            wrong[address] = recent
            return recent.first.map { .seconds(60) - (now - $0) } ?? .seconds(60)
        }
    }
}
