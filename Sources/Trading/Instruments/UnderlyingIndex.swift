/// The rows that belong to each underlying of each exchange.
struct UnderlyingIndex: Sendable {
    private struct Entry: Sendable {
        let text: UInt32
        let length: UInt8
        let exchange: UInt8
        /// Where its rows begin among all, once they are grouped.
        var start: UInt32 = 0
    }

    private var entries: [Entry] = []
    private var arena: [UInt8] = []
    private var index = SymbolIndex(capacity: 512)
    private var capacity = 512
    private var ordered: [UInt32] = []

    /// The number of a name, which is kept once however many rows have it.
    mutating func number(of name: Span<UInt8>, _ exchange: UInt8) -> UInt32 {
        let hash = SymbolIndex.hash(name, exchange)
        if let known = find(name, exchange, hash) { return UInt32(known) }
        if entries.count == capacity { grow() }
        let entry = Entry(text: UInt32(arena.count), length: UInt8(name.count), exchange: exchange)
        for position in name.indices { arena.append(name[position]) }
        entries.append(entry)
        _ = index.insert(entries.count - 1, hash) { _ in false }
        return UInt32(entries.count - 1)
    }

    private func find(_ name: Span<UInt8>, _ exchange: UInt8, _ hash: UInt64) -> Int? {
        index.find(hash) { number in
            let entry = entries[number]
            return entry.exchange == exchange && Int(entry.length) == name.count
                && arena.span.holds(name, at: Int(entry.text))
        }
    }

    private mutating func grow() {
        capacity *= 2
        var larger = SymbolIndex(capacity: capacity)
        for (number, entry) in entries.enumerated() {
            let name = arena.span.extracting(Int(entry.text)..<Int(entry.text) + Int(entry.length))
            _ = larger.insert(number, SymbolIndex.hash(name, entry.exchange)) { _ in false }
        }
        index = larger
    }

    /// The same names, with which rows belong to each: `numbers` has the name's number for every row.
    func grouping(_ numbers: some Collection<UInt32>) -> UnderlyingIndex {
        var grouped = self
        var ends = [UInt32](repeating: 0, count: entries.count)
        for number in numbers { ends[Int(number)] += 1 }
        var next: UInt32 = 0
        for (number, count) in ends.enumerated() {
            grouped.entries[number].start = next
            ends[number] = next
            next += count
        }
        grouped.ordered = Array(repeating: 0, count: numbers.count)
        for (row, number) in numbers.enumerated() {
            grouped.ordered[Int(ends[Int(number)])] = UInt32(row)
            ends[Int(number)] += 1
        }
        return grouped
    }

    func name(_ number: UInt32) -> String {
        let entry = entries[Int(number)]
        return String(decoding: arena[Int(entry.text)..<Int(entry.text) + Int(entry.length)], as: UTF8.self)
    }

    func rows(of name: [UInt8], _ exchange: UInt8) -> ArraySlice<UInt32> {
        guard let number = find(name.span, exchange, SymbolIndex.hash(name.span, exchange)) else { return [] }
        let end = number + 1 < entries.count ? Int(entries[number + 1].start) : ordered.count
        return ordered[Int(entries[number].start)..<end]
    }
}
