/// A set that mostly holds one: that one needs no table.
struct Few<Element: Hashable & Sendable>: Sendable {
    private var one: Element?
    private var others: Set<Element> = []

    var isEmpty: Bool { one == nil && others.isEmpty }
    var count: Int { (one == nil ? 0 : 1) + others.count }

    func contains(_ element: Element) -> Bool { one == element || others.contains(element) }

    mutating func insert(_ element: Element) {
        if contains(element) { return }
        if one == nil { one = element } else { others.insert(element) }
    }

    mutating func remove(_ element: Element) {
        if one == element { one = nil } else { others.remove(element) }
    }
}

extension Few: Sequence {
    struct Iterator: IteratorProtocol {
        fileprivate var one: Element?
        fileprivate var others: Set<Element>.Iterator

        mutating func next() -> Element? {
            defer { one = nil }
            return one ?? others.next()
        }
    }

    func makeIterator() -> Iterator { Iterator(one: one, others: others.makeIterator()) }
}
