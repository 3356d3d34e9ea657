import Trading

extension Quote {
    /// A whole answer or snapshot about one contract.
    init(_ row: NorenRow, now: Timestamp) {
        self.init(last: nil, receivedAt: now)
        update(from: row, now: now)
    }

    /// Takes in what has changed: what a message leaves out stays as it was.
    mutating func update(from row: NorenRow, now: Timestamp) {
        last = row.priceIfKnown("lp") ?? last
        // An empty side of the book is printed as zero: nobody is there any more.
        if row.text("bp1") != nil { bid = row.priceIfKnown("bp1") }
        if row.text("sp1") != nil { ask = row.priceIfKnown("sp1") }
        lowerCircuit = row.priceIfKnown("lc") ?? lowerCircuit
        upperCircuit = row.priceIfKnown("uc") ?? upperCircuit
        receivedAt = now
    }
}
