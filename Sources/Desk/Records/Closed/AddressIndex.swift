/// Finds addresses by the hashes of what stands there, in four bytes for each place of its tables.
///
/// Two hundred and fifty-six small tables: one that grows is never much of the whole, so that no step waits for it.
struct AddressIndex: Sendable {
    fileprivate struct Table: Sendable {
        /// Addresses; `free` where there never was one, `removed` where there is none any more.
        var places: [UInt32] = []
        var taken = 0
    }

    private static let free = UInt32.max
    private static let removed = UInt32.max - 1
    /// Addresses are below this.
    static let end = UInt32.max - 1

    private var tables = [Table](repeating: Table(), count: 256)

    /// The first address under this hash that `isIt`.
    func first(_ hash: Int, where isIt: (UInt32) -> Bool) -> UInt32? {
        let table = tables[hash & 0xFF]
        guard !table.places.isEmpty else { return nil }
        let mask = table.places.count - 1
        var place = hash >> 8 & mask
        while true {
            let address = table.places[place]
            if address == Self.free { return nil }
            if address != Self.removed, isIt(address) { return address }
            place = (place + 1) & mask
        }
    }

    /// `hashOf` tells the hash of any address that is in the index.
    mutating func insert(_ address: UInt32, _ hash: Int, hashOf: (UInt32) -> Int) {
        let table = hash & 0xFF
        if tables[table].taken * 8 >= tables[table].places.count * 5 { grow(table, hashOf) }
        tables[table].insert(address, hash)
    }

    mutating func remove(_ address: UInt32, _ hash: Int) {
        let table = hash & 0xFF
        let mask = tables[table].places.count - 1
        var place = hash >> 8 & mask
        while tables[table].places[place] != address {
            if tables[table].places[place] == Self.free { return }
            place = (place + 1) & mask
        }
        tables[table].places[place] = Self.removed
    }

    private mutating func grow(_ number: Int, _ hashOf: (UInt32) -> Int) {
        let kept = tables[number].places.filter { $0 < Self.end }
        var count = 16
        while count * 5 <= (kept.count + 1) * 8 { count *= 2 }
        var table = Table(places: [UInt32](repeating: Self.free, count: count))
        for address in kept { table.insert(address, hashOf(address)) }
        tables[number] = table
    }
}

extension AddressIndex.Table {
    fileprivate mutating func insert(_ address: UInt32, _ hash: Int) {
        let mask = places.count - 1
        var place = hash >> 8 & mask
        while places[place] < AddressIndex.end { place = (place + 1) & mask }
        if places[place] == UInt32.max { taken += 1 }
        places[place] = address
    }
}
