/// What happened to a price in a stretch of time.
struct Bar: Sendable, Equatable {
    /// Seconds since 1970.
    let start: Int64
    let open: Rupees
    var high: Rupees
    var low: Rupees
    var close: Rupees
    var volume: Int

    /// One bar for the stretch of both; `later` follows this one.
    func joined(with later: Bar) -> Bar {
        Bar(
            start: start,
            open: open,
            high: max(high, later.high),
            low: min(low, later.low),
            close: later.close,
            volume: volume + later.volume
        )
    }
}

/// The minutes of a price since the simulator started, at most a day and a half of them.
struct Bars: Sendable {
    private static let capacity = 2200

    /// Oldest first; minutes in which nobody looked are absent.
    private(set) var minutes: [Bar] = []
    private var volumeBefore = 0

    /// Notes the price at `now`; `volume` is the day's so far.
    mutating func note(_ price: Rupees, volume: Int, at now: Int64) {
        let start = now / 60_000_000 * 60
        let traded = max(0, volume - volumeBefore)
        volumeBefore = volume
        let point = Bar(start: start, open: price, high: price, low: price, close: price, volume: traded)
        if let last = minutes.last, last.start == start {
            minutes[minutes.count - 1] = last.joined(with: point)
        } else {
            let open = minutes.last.map { start - $0.start == 60 ? $0.close : price } ?? price
            minutes.append(
                Bar(
                    start: start,
                    open: open,
                    high: max(open, price),
                    low: min(open, price),
                    close: price,
                    volume: traded
                )
            )
            if minutes.count > Self.capacity { minutes.removeFirst(Self.capacity / 4) }
        }
    }
}

/// Prices before the simulator was started: invented, but always the same for a seed, and leading to the price it
/// started with.
struct InventedPast: Sendable {
    let seed: UInt64
    /// The price at `end`, seconds since 1970.
    let price: Rupees
    let end: Int64
    let tick: Rupees
    let lot: Int

    /// The bar of one minute before `end`.
    func minute(_ start: Int64) -> Bar {
        bar(
            start,
            from: level(start, step: 60, share: 150),
            to: level(start + 60, step: 60, share: 150),
            wick: 3,
            size: 20
        )
    }

    /// The bar of a day before the one of `end`.
    func day(_ day: CalendarDay) -> Bar {
        let start = IndianTime(day, secondsOfDay: TradingHours.open).microseconds / 1_000_000
        let (from, to) = (level(start, step: 86_400, share: 20), level(start + 86_400, step: 86_400, share: 20))
        return bar(start, from: from, to: to, wick: 40, size: 20_000)
    }

    private func bar(_ start: Int64, from: Rupees, to: Rupees, wick: Int, size: Int) -> Bar {
        var randomness = Randomness(seed: seed ^ UInt64(bitPattern: start))
        return Bar(
            start: start,
            open: from,
            high: max(from, to) + tick * randomness.below(wick),
            low: max(tick, min(from, to) - tick * randomness.below(wick)),
            close: to,
            volume: lot * (1 + randomness.below(size))
        )
    }

    /// The price at a moment: two waves of random points, a short one and one that is ten times as long, measured
    /// against where they stand at `end`. Neither moves it by more than 1/`share`.
    private func level(_ moment: Int64, step: Int64, share: Int64) -> Rupees {
        let reach = price.units / share
        let offset = wave(moment, step * 10, reach) + wave(moment, step, reach / 8)
        let offsetAtEnd = wave(end, step * 10, reach) + wave(end, step, reach / 8)
        return max(tick, Rupees(units: price.units + offset - offsetAtEnd).floored(to: tick))
    }

    private func wave(_ moment: Int64, _ length: Int64, _ reach: Int64) -> Int64 {
        guard reach > 0 else { return 0 }
        func point(_ number: Int64) -> Int64 {
            var randomness = Randomness(seed: seed &+ UInt64(bitPattern: number &* 7919 &+ length))
            return Int64(randomness.below(Int(reach)))
        }
        let (number, part) = (moment / length, moment % length)
        return (point(number) * (length - part) + point(number + 1) * part) / length
    }
}
