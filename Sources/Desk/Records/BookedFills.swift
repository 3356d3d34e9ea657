import Trading

/// A fill that is booked, and when we learned of it.
struct Booked: Hashable, Sendable {
    let quantity: Int
    let learned: Timestamp
}

/// What is booked under one of the broker's numbers. Most orders are filled at one stroke: the first needs no table.
struct BookedFills: Sendable {
    private var first: (id: FillID, booked: Booked)?
    private var others: [FillID: Booked] = [:]

    var isEmpty: Bool { first == nil && others.isEmpty }

    var count: Int { (first == nil ? 0 : 1) + others.count }

    subscript(id: FillID) -> Booked? {
        get { first?.id == id ? first?.booked : others[id] }
        set {
            if first?.id == id {
                first = newValue.map { (id, $0) }
            } else if first == nil, others[id] == nil {
                first = newValue.map { (id, $0) }
            } else {
                others[id] = newValue
            }
        }
    }

    /// Units filled, as far as we learned of them by `time`.
    func quantity(learnedBy time: Timestamp? = nil) -> Int {
        var quantity = 0
        forEach { _, booked in
            if time.map({ booked.learned <= $0 }) ?? true { quantity += booked.quantity }
        }
        return quantity
    }

    func allSatisfy(_ holds: (FillID, Booked) -> Bool) -> Bool {
        (first.map { holds($0.id, $0.booked) } ?? true) && others.allSatisfy { holds($0.key, $0.value) }
    }

    func forEach(_ act: (FillID, Booked) -> Void) {
        if let first { act(first.id, first.booked) }
        for (id, booked) in others { act(id, booked) }
    }
}
