public import Trading

/// Time, as the engine sees it.
public protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Throws when its task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// Where ids are drawn. Ids of one source ascend, and each leaves room for 4,096 numbered ones after it.
public protocol IDSource: Sendable {
    func next(at now: Timestamp) -> CommandID
}
