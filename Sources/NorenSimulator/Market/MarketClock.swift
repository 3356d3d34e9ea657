/// The simulator's time: the machine's, shifted, or standing still until it is moved. It never goes back.
struct MarketClock: Sendable {
    private let machine: @Sendable () -> Int64
    private var shift: Int64 = 0
    private var standing: Int64?

    init(_ machine: @escaping @Sendable () -> Int64) { self.machine = machine }

    var now: Int64 { standing ?? machine() + shift }
    var isStanding: Bool { standing != nil }

    /// False, and nothing happens, when `moment` has passed.
    mutating func move(to moment: Int64) -> Bool {
        guard moment >= now else { return false }
        shift += moment - now
        if standing != nil { standing = moment }
        return true
    }

    mutating func stand() { standing = now }

    mutating func run() {
        guard let moment = standing else { return }
        standing = nil
        shift += moment - now
    }
}
