/// Finds a row by the bytes of a key in constant time: open addressing, at most half full, never changed once built.
struct SymbolIndex: Sendable {
    /// Row + 1; zero is free.
    private var slots: [UInt32]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    /// The row under this hash that `matches`.
    func find(_ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let row = Int(slots[slot]) - 1
            if matches(row) { return row }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// False, and nothing changed, where a row that `matches` is there already.
    mutating func insert(_ row: Int, _ hash: UInt64, _ matches: (Int) -> Bool) -> Bool {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            if matches(Int(slots[slot]) - 1) { return false }
            slot = (slot + 1) & mask
        }
        slots[slot] = UInt32(row + 1)
        return true
    }

    /// A hash of a key at an exchange; the same in every run.
    static func hash(_ bytes: Span<UInt8>, _ exchange: UInt8) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(exchange)
        for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 32
        hash = hash &* 0xD6E8_FEB8_6659_FD93
        return hash ^ hash >> 32
    }
}
