public import Desk

/// What became durable, for those who show it.
public enum Committed: Sendable {
    case changes([DeskChanges])
    /// Something became durable that was not told: whoever follows reads again.
    case missed
}

extension Engine {
    /// What becomes durable from now on. Ends when whoever reads it is far behind: then it has missed something.
    public func follow() -> AsyncStream<Committed> {
        let (stream, source) = AsyncStream.makeStream(of: Committed.self, bufferingPolicy: .bufferingOldest(4096))
        followers.append(source)
        return stream
    }

    func tell(_ committed: Committed) {
        guard !followers.isEmpty else { return }
        followers.removeAll { follower in
            switch follower.yield(committed) {
            case .enqueued: return false
            case .dropped: follower.finish()
            case .terminated: break
            @unknown default: break
            }
            return true
        }
    }
}
