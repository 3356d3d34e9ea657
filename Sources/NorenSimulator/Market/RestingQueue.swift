/// Orders waiting on one side of a book, best price first and oldest first within a price.
struct RestingQueue: Sendable {
    struct Entry: Sendable {
        let order: Int
        /// Smaller is better, whichever the side.
        let rank: Int64
        /// Time priority.
        let sequence: Int
    }

    private(set) var entries: [Entry] = []

    var first: Entry? { entries.first }
    var isEmpty: Bool { entries.isEmpty }

    mutating func insert(_ entry: Entry) { entries.insert(entry, at: position(of: entry.rank, entry.sequence)) }

    mutating func remove(rank: Int64, sequence: Int) {
        let index = position(of: rank, sequence)
        guard index < entries.count, entries[index].sequence == sequence else { return }
        entries.remove(at: index)
    }

    private func position(of rank: Int64, _ sequence: Int) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle].rank, entries[middle].sequence) < (rank, sequence) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
