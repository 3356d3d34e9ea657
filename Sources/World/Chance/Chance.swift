/// Chance from a seed (SplitMix64). Each part of a world draws from a stream of its own.
struct Chance: RandomNumberGenerator, Sendable {
    enum Stream: UInt64 {
        case scheduler = 1, plan, faults, exchange, store, push, world
    }

    private var state: UInt64

    init(seed: UInt64, _ stream: Stream) {
        state = (seed &+ 1) &* 0x2545_F491_4F6C_DD1D ^ stream.rawValue &* 0xD6E8_FEB8_6659_FD93
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() % UInt64(max(1, bound))) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(within(range)) }

    /// True in `percent` of a hundred cases.
    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

    mutating func oneOf<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
