extension ContractTable {
    /// The names that somebody who wrote `instrument` may have meant, the likeliest first: the same symbol at another
    /// exchange, symbols that begin with what was written, then those that differ in the fewest letters.
    public func nearest(to instrument: Instrument, limit: Int = 3) -> [Instrument] {
        let elsewhere = exchanges.map { Instrument($0, instrument.symbol) }
            .filter { $0.exchange != instrument.exchange && row(of: $0) != nil }
        guard elsewhere.count < limit else { return Array(elsewhere.prefix(limit)) }
        return elsewhere + similar(to: instrument, limit: limit - elsewhere.count)
    }

    private func similar(to instrument: Instrument, limit: Int) -> [Instrument] {
        guard let exchange = number(of: instrument.exchange), let wanted = Similarity(instrument.symbol) else {
            return []
        }
        var best: [(rank: Int, row: Int)] = []
        let bytes = arena.span
        for index in rows.indices where rows[index].exchange == UInt8(exchange) {
            let row = rows[index]
            let worst = best.count == limit ? best[limit - 1].rank : Int.max
            guard wanted.mayRank(length: Int(row.symbolLength), within: worst),
                let rank = wanted.rank(bytes.extracting(Int(row.text)..<Int(row.text) + Int(row.symbolLength))),
                rank < worst || rank == worst && comes(index, before: best[limit - 1].row)
            else { continue }
            let place = best.firstIndex { rank < $0.rank || rank == $0.rank && comes(index, before: $0.row) }
            best.insert((rank, index), at: place ?? best.count)
            if best.count > limit { best.removeLast() }
        }
        return best.map { self.instrument($0.row) }
    }

    private func comes(_ row: Int, before other: Int) -> Bool {
        instrument(row).symbol < instrument(other).symbol
    }
}

/// How far symbols are from one that was written: the number of letters to insert, take out or change, letters of either
/// case being the same. Myers' bit vectors: one pass over a symbol, a few instructions for each of its letters.
private struct Similarity {
    private let masks: [UInt64]
    private let length: Int
    private let furthest: Int

    /// Nil for texts that no symbol is like.
    init?(_ text: String) {
        let bytes = text.utf8.map(Self.folded)
        guard (1...64).contains(bytes.count) else { return nil }
        var masks = [UInt64](repeating: 0, count: 256)
        for (place, byte) in bytes.enumerated() {
            masks[Int(byte)] |= 1 << UInt64(place)
            if (0x41...0x5A).contains(byte) { masks[Int(byte) + 32] |= 1 << UInt64(place) }
        }
        self.masks = masks
        length = bytes.count
        furthest = max(2, bytes.count / 4)
    }

    private static func folded(_ byte: UInt8) -> UInt8 { (0x61...0x7A).contains(byte) ? byte - 32 : byte }

    private static let begins = 1 << 16

    /// Whether a symbol of that length can rank at `worst` or better.
    func mayRank(length other: Int, within worst: Int) -> Bool {
        let difference = other - length
        if difference >= 0, difference <= worst { return true }
        let distance = min(furthest, worst < Self.begins ? -1 : (worst - Self.begins) >> 8)
        return abs(difference) <= distance
    }

    /// Smaller is nearer; nil is too far. Symbols that begin with the text go by what they have besides.
    func rank(_ symbol: Span<UInt8>) -> Int? {
        var common = 0
        while common < min(length, symbol.count), masks[Int(symbol[common])] >> UInt64(common) & 1 == 1 { common += 1 }
        if common == length { return symbol.count - length }
        guard abs(symbol.count - length) <= furthest else { return nil }
        let distance = distance(to: symbol)
        return distance <= furthest ? Self.begins + distance << 8 + (255 - common) : nil
    }

    private func distance(to symbol: Span<UInt8>) -> Int {
        var positive = UInt64.max
        var negative: UInt64 = 0
        var distance = length
        let last: UInt64 = 1 << UInt64(length - 1)
        for index in symbol.indices {
            let matches = masks[Int(symbol[index])]
            let across = (((matches & positive) &+ positive) ^ positive) | matches | negative
            let up = negative | ~(across | positive)
            let down = positive & across
            if up & last != 0 { distance += 1 }
            if down & last != 0 { distance -= 1 }
            let shifted = up << 1 | 1
            positive = down << 1 | ~(across | shifted)
            negative = shifted & across
        }
        return distance
    }
}
