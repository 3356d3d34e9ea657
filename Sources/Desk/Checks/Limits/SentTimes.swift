import Trading

/// When orders were intended, of the last minute: what limits of a second and of a minute count by.
struct SentTimes: Sendable {
    private var client: [Timestamp] = []
    private var strategies: [StrategyName: [Timestamp]] = [:]
    private var instruments: [Instrument: [Timestamp]] = [:]

    static let longest: Duration = .seconds(60)

    mutating func add(_ strategy: StrategyName, _ instrument: Instrument, at time: Timestamp) {
        Self.add(time, to: &client)
        Self.add(time, to: &strategies[strategy, default: []])
        Self.add(time, to: &instruments[instrument, default: []])
    }

    /// Takes back what was added last.
    mutating func removeLast(_ strategy: StrategyName, _ instrument: Instrument) {
        _ = client.popLast()
        _ = strategies[strategy]?.popLast()
        _ = instruments[instrument]?.popLast()
    }

    /// How many in the window that ends now; one that began exactly a window ago is out of it.
    func count(_ scope: LimitScope, within window: Duration, at now: Timestamp) -> Int {
        switch scope {
        case .client: Self.count(client, after: now - window)
        case .strategy(let name): Self.count(strategies[name] ?? [], after: now - window)
        case .instrument(let instrument): Self.count(instruments[instrument] ?? [], after: now - window)
        }
    }

    /// Names of which nothing is left are forgotten.
    mutating func forget(at now: Timestamp) {
        strategies = strategies.filter { $0.value.last.map { now - $0 < Self.longest } ?? false }
        instruments = instruments.filter { $0.value.last.map { now - $0 < Self.longest } ?? false }
    }

    private static func add(_ time: Timestamp, to times: inout [Timestamp]) {
        let old = times.count - count(times, after: time - longest)
        if old > 64, old * 2 > times.count { times.removeFirst(old) }
        times.append(time)
    }

    private static func count(_ times: [Timestamp], after start: Timestamp) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] > start { high = middle } else { low = middle + 1 }
        }
        return times.count - low
    }
}
