import Trading

/// Where packed orders stand, one after the other, in chunks that are never moved.
struct PackedArena: Sendable {
    private static let chunkSize = 1 << 20

    /// No order goes over the end of one.
    private var chunks: [[UInt8]] = []

    /// Where `bytes` stand from now on; nil when there is no more room.
    mutating func append(_ bytes: [UInt8]) -> UInt32? {
        if chunks.last.map({ $0.count + bytes.count > Self.chunkSize }) ?? true {
            guard chunks.count < Int(AddressIndex.end) / Self.chunkSize else { return nil }
            var chunk: [UInt8] = []
            chunk.reserveCapacity(Self.chunkSize)
            chunks.append(chunk)
        }
        let last = chunks.count - 1
        let address = UInt32(last * Self.chunkSize + chunks[last].count)
        chunks[last].append(contentsOf: bytes)
        return address
    }

    /// Marks an order as there no more, or there again.
    mutating func setGone(_ isGone: Bool, at address: UInt32) {
        let place = Self.place(of: address) + PackedOrder.wordPlace
        if isGone {
            chunks[Self.chunk(of: address)][place] |= PackedOrder.goneMark
        } else {
            chunks[Self.chunk(of: address)][place] &= ~PackedOrder.goneMark
        }
    }

    /// Goes through all that are there, until `act` says no.
    func forEach(_ act: (UInt32) -> Bool) {
        for chunk in chunks.indices {
            var place = 0
            while place < chunks[chunk].count {
                let isGone = chunks[chunk][place + PackedOrder.wordPlace] & PackedOrder.goneMark != 0
                if !isGone, !act(UInt32(chunk * Self.chunkSize + place)) { return }
                place += Int(chunks[chunk][place]) | Int(chunks[chunk][place + 1]) << 8
            }
        }
    }

    func reader(at address: UInt32) -> PackedReader {
        PackedReader(chunks[Self.chunk(of: address)], at: Self.place(of: address))
    }

    private static func chunk(of address: UInt32) -> Int { Int(address) / chunkSize }
    private static func place(of address: UInt32) -> Int { Int(address) % chunkSize }
}
