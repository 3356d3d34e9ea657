/// A user's lists of instruments. List `1` exists from the start, as at the broker.
struct WatchLists: Sendable {
    private(set) var lists: [(name: String, instruments: [Int])] = [("1", [])]

    var names: [String] { lists.map(\.name) }

    subscript(name: String) -> [Int]? { lists.first { $0.name == name }?.instruments }

    /// Adds what is not there yet; a list that does not exist is begun.
    mutating func add(_ instruments: [Int], to name: String) {
        let index = lists.firstIndex { $0.name == name } ?? lists.count
        if index == lists.count { lists.append((name, [])) }
        for instrument in instruments where !lists[index].instruments.contains(instrument) {
            lists[index].instruments.append(instrument)
        }
    }

    mutating func remove(_ instruments: [Int], from name: String) {
        guard let index = lists.firstIndex(where: { $0.name == name }) else { return }
        lists[index].instruments.removeAll { instruments.contains($0) }
    }
}
