/// What `body` returns, or nil when it has not within `deadline`; it is cancelled then.
func withDeadline<Value: Sendable>(
    _ deadline: Duration,
    _ clock: any WallClock,
    _ body: @escaping @Sendable () async -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await body() }
        group.addTask {
            try? await clock.sleep(for: deadline)
            return nil
        }
        let first = await group.next() ?? nil
        group.cancelAll()
        return first
    }
}
