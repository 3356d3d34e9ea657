import Trading

/// Orders that have ended, each in about a hundred bytes, found by id, by tag and by number.
///
/// A day may have a million of them, and of few is anything heard again. Nothing of one is lost: it comes back as it was.
struct ClosedOrders: Sendable {
    private var arena = PackedArena()
    private var byTag = AddressIndex()
    private var byNumber = AddressIndex()
    private var shapes: [OrderShape] = []
    private var shapePlaces: [OrderShape: Int] = [:]
    private var writer = PackedWriter()
    private(set) var count = 0
    /// How many stand in the arena and are there no more.
    private var goneCount = 0

    var isEmpty: Bool { count == 0 }

    func contains(_ id: CommandID) -> Bool { address(of: id) != nil }

    func order(_ id: CommandID) -> OrderRecord? { address(of: id).map { read($0).record } }

    func id(numbered number: BrokerOrderID) -> CommandID? { address(of: number).map { arena.id(at: $0) } }

    func id(tagged tag: ClientTag) -> CommandID? {
        guard !isEmpty else { return nil }
        return byTag.first(tag.place) { arena.id(at: $0).tag == tag }.map { arena.id(at: $0) }
    }

    func glance(numbered number: BrokerOrderID) -> ClosedGlance? { address(of: number).map { glance(at: $0) } }

    /// False when it stays as it is.
    mutating func insert(_ closed: ClosedOrder) -> Bool {
        let record = closed.record
        guard !record.state.isOpen, record.pending == nil, record.askedTerms == nil, record.shown == nil,
            !contains(record.id)
        else {
            return false
        }
        PackedOrder.write(closed, shape: place(of: OrderShape(record)), into: &writer)
        assert(unpacked.record == record, "an order came out of its package as another one")
        guard writer.bytes.count <= PackedOrder.longest, let address = arena.append(writer.bytes) else { return false }
        enter(address, record.id.tag, record.state.brokerOrderID)
        return true
    }

    /// What the writer holds.
    private var unpacked: ClosedOrder {
        var reader = PackedReader(writer.bytes, at: 0)
        return PackedOrder.read(&reader, shapes: shapes)
    }

    /// Takes an order out again.
    mutating func remove(_ id: CommandID) -> ClosedOrder? {
        guard let address = address(of: id) else { return nil }
        defer { leave(address) }
        return read(address)
    }

    /// Whether `holds` is true of each.
    func allSatisfy(_ holds: (ClosedGlance) -> Bool) -> Bool {
        var isTrue = true
        arena.forEach { address in
            isTrue = holds(glance(at: address))
            return isTrue
        }
        return isTrue
    }

    /// What was taken out, and can be restored until the rest is tidied up.
    struct Forgotten: Sendable {
        fileprivate let address: UInt32
        let word: StateWord
    }

    mutating func forget(where isDone: (ClosedGlance) -> Bool) -> [Forgotten] {
        var forgotten: [Forgotten] = []
        arena.forEach { address in
            let glance = glance(at: address)
            if isDone(glance) { forgotten.append(Forgotten(address: address, word: glance.word)) }
            return true
        }
        for order in forgotten { leave(order.address) }
        return forgotten
    }

    mutating func restore(_ forgotten: Forgotten) {
        arena.setGone(false, at: forgotten.address)
        goneCount -= 1
        let glance = glance(at: forgotten.address)
        enter(forgotten.address, glance.id.tag, glance.number)
    }

    /// Gives back what those took that are there no more, once they are as many as the others.
    mutating func tidy() {
        guard goneCount > 0, count == 0 || goneCount >= max(1000, count) else { return }
        var kept = ClosedOrders()
        arena.forEach { address in
            _ = kept.insert(read(address))
            return true
        }
        self = kept
    }

    private func address(of id: CommandID) -> UInt32? {
        isEmpty ? nil : byTag.first(id.tag.place) { arena.id(at: $0) == id }
    }

    private func address(of number: BrokerOrderID) -> UInt32? {
        isEmpty ? nil : byNumber.first(number.place) { arena.number(at: $0) == number }
    }

    private mutating func enter(_ address: UInt32, _ tag: ClientTag, _ number: BrokerOrderID?) {
        count += 1
        byTag.insert(address, tag.place) { [arena] in arena.id(at: $0).tag.place }
        guard let number else { return }
        byNumber.insert(address, number.place) { [arena] in arena.number(at: $0)?.place ?? 0 }
    }

    private mutating func leave(_ address: UInt32) {
        byTag.remove(address, arena.id(at: address).tag.place)
        if let number = arena.number(at: address) { byNumber.remove(address, number.place) }
        arena.setGone(true, at: address)
        count -= 1
        goneCount += 1
    }

    private func glance(at address: UInt32) -> ClosedGlance {
        var reader = arena.reader(at: address)
        let start = PackedOrder.Beginning(&reader)
        return start.glance(shapes[start.shape].type, shapes[start.shape].tradingDay)
    }

    private func read(_ address: UInt32) -> ClosedOrder {
        var reader = arena.reader(at: address)
        return PackedOrder.read(&reader, shapes: shapes)
    }

    private mutating func place(of shape: OrderShape) -> Int {
        if let place = shapePlaces[shape] { return place }
        shapePlaces[shape] = shapes.count
        shapes.append(shape)
        return shapes.count - 1
    }
}

extension PackedArena {
    fileprivate func id(at address: UInt32) -> CommandID {
        var reader = reader(at: address)
        return PackedOrder.readID(&reader)
    }

    fileprivate func number(at address: UInt32) -> BrokerOrderID? {
        var reader = reader(at: address)
        return PackedOrder.readNumber(&reader)
    }
}

extension ClientTag {
    /// Where indexes look for it.
    fileprivate var place: Int { _rawHashValue(seed: 0) }
}

extension Name {
    fileprivate var place: Int { _rawHashValue(seed: 0) }
}
