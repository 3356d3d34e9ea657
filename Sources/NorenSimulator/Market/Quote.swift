/// The market's own side of an instrument: its last price and five levels of other people's orders around it.
///
/// The levels refill after every order, so ordinary quantities always fill; our fills do not move the last price.
struct Quote: Sendable {
    private(set) var last: Rupees
    private(set) var previousClose: Rupees
    private(set) var open: Rupees
    private(set) var high: Rupees
    private(set) var low: Rupees
    private(set) var volume: Int
    /// The circuit: prices outside it are rejected.
    private(set) var lowerCircuit: Rupees
    private(set) var upperCircuit: Rupees
    private var bidGap: Int64 = 1
    private var askGap: Int64 = 1
    private var depthSeed: UInt64
    private let tick: Rupees
    private let lot: Int

    struct Level: Sendable {
        let price: Rupees
        let quantity: Int
        let orders: Int
    }

    init(_ instrument: Instrument, depthSeed: UInt64) {
        tick = instrument.tick
        lot = instrument.lot
        self.depthSeed = depthSeed
        last = instrument.basePrice
        previousClose = instrument.basePrice
        open = instrument.basePrice
        high = instrument.basePrice
        low = instrument.basePrice
        volume = lot * 1000
        lowerCircuit = instrument.basePrice.percent(90).raised(to: tick)
        upperCircuit = instrument.basePrice.percent(110).floored(to: tick)
    }

    /// Levels that a buyer (`.buy`) or a seller meets, best first; none at or below zero.
    func levels(for side: Side) -> [Level] {
        var randomness = Randomness(seed: depthSeed ^ (side == .buy ? 0xA5C : 0xB1D))
        return (0..<5).compactMap { depth in
            let quantity = lot * (lot == 1 ? 4000 + randomness.below(8000) : 60 + randomness.below(120))
            let price = side == .buy ? last + tick * (Int(askGap) + depth) : last - tick * (Int(bidGap) + depth)
            guard price > .zero else { return nil }
            return Level(price: price, quantity: quantity, orders: 1 + randomness.below(9))
        }
    }

    /// One random step, kept within 2 % of the previous close.
    mutating func step(_ randomness: inout Randomness) {
        let moved = last + tick * (randomness.below(5) - 2)
        if (previousClose.percent(98)...previousClose.percent(102)).contains(moved), moved > .zero { last = moved }
        let gaps = randomness.below(3)
        bidGap = gaps == 0 ? 0 : 1
        askGap = gaps == 1 ? 0 : 1
        depthSeed = randomness.next()
        volume += lot * randomness.below(20)
        noteExtremes()
    }

    /// Sets the last price, with the book one tick away on both sides. A price outside the circuit takes the circuit
    /// with it, as exchanges do when they relax a band; a price outside the 2 % stays put until set again.
    mutating func set(_ price: Rupees) {
        last = price
        bidGap = 1
        askGap = 1
        if !(lowerCircuit...upperCircuit).contains(price) {
            lowerCircuit = price.percent(90).raised(to: tick)
            upperCircuit = price.percent(110).floored(to: tick)
        }
        noteExtremes()
    }

    /// What a restart must not forget; the levels around it are drawn anew.
    struct Marks: Equatable, Sendable {
        var last: Rupees
        var previousClose: Rupees
        var open: Rupees
        var high: Rupees
        var low: Rupees
        var lowerCircuit: Rupees
        var upperCircuit: Rupees
    }

    var marks: Marks {
        get {
            Marks(
                last: last,
                previousClose: previousClose,
                open: open,
                high: high,
                low: low,
                lowerCircuit: lowerCircuit,
                upperCircuit: upperCircuit
            )
        }
        set {
            (last, open, high, low) = (newValue.last, newValue.open, newValue.high, newValue.low)
            previousClose = newValue.previousClose
            (lowerCircuit, upperCircuit) = (newValue.lowerCircuit, newValue.upperCircuit)
        }
    }

    /// A new day: it opens where the last one ended, with a new circuit and nothing traded.
    mutating func openDay() {
        previousClose = last
        (open, high, low) = (last, last, last)
        volume = 0
        lowerCircuit = last.percent(90).raised(to: tick)
        upperCircuit = last.percent(110).floored(to: tick)
    }

    /// Invented, and the same all year.
    var yearHigh: Rupees { max(high, previousClose.percent(125).floored(to: tick)) }
    var yearLow: Rupees { min(low, previousClose.percent(80).raised(to: tick)) }
    var openInterest: Int { lot * 20_000 }

    mutating func traded(_ quantity: Int) { volume += quantity }

    private mutating func noteExtremes() {
        high = max(high, last)
        low = min(low, last)
    }
}
