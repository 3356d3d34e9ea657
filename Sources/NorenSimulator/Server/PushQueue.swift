/// Pushes that belong to a request wait under a ticket until its answer is written.
struct PushTicket: Sendable, Hashable {
    let account: Int
    let number: Int
}

/// One account's pushes in order. A batch that waits holds back those behind it, so no order's events ever swap.
struct PushQueue: Sendable {
    private struct Batch {
        var ticket: PushTicket?
        var events: [OrderEvent]
    }

    private var batches: [Batch] = []

    mutating func append(_ events: [OrderEvent], waitingFor ticket: PushTicket?) {
        batches.append(Batch(ticket: ticket, events: events))
    }

    mutating func release(_ ticket: PushTicket) {
        for index in batches.indices where batches[index].ticket == ticket { batches[index].ticket = nil }
    }

    /// Loses what waits; the tickets still keep their order.
    mutating func loseEvents() {
        for index in batches.indices { batches[index].events = [] }
    }

    /// Takes out what nothing holds back.
    mutating func takeReady() -> [OrderEvent] {
        let ready = batches.prefix { $0.ticket == nil }
        defer { batches.removeFirst(ready.count) }
        return ready.flatMap(\.events)
    }
}
