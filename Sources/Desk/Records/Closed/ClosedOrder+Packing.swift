import Trading

/// One order in as few bytes as it needs: what a book is compared with first, then all the rest.
///
/// ```
/// length (2) · word and mark (1) · id (16) · shape · glance · rest
/// ```
enum PackedOrder {
    static let headLength = 19
    /// Where the order's word stands, and the mark of one that is there no more.
    static let wordPlace = 2
    static let goneMark: UInt8 = 0x80

    /// Longer ones stay as they are.
    static let longest = 60_000

    static func write(_ closed: ClosedOrder, shape: Int, into writer: inout PackedWriter) {
        let record = closed.record
        writer.removeAll()
        writer.put(byte: 0)
        writer.put(byte: 0)
        writer.put(byte: UInt8(record.state.word.place))
        writer.put(whole: record.id.bits)
        writer.put(shape)
        writeGlance(closed, into: &writer)
        writeRest(closed, into: &writer)
        let length = min(writer.bytes.count, 0xFFFF)
        writer.set(UInt8(truncatingIfNeeded: length), at: 0)
        writer.set(UInt8(truncatingIfNeeded: length >> 8), at: 1)
    }

    private static func writeGlance(_ closed: ClosedOrder, into writer: inout PackedWriter) {
        let record = closed.record
        let created = record.createdAt
        writer.put(created, since: record.id.drawnAt)
        writer.put(record.state.brokerOrderID) { $0.put($1.text) }
        writer.put(closed.numberLearned) { $0.put($1, since: created) }
        writer.put(record.quantity)
        writer.put(record.filled.quantity)
        writer.put(record.command.price)
        writer.put(record.command.triggerPrice)
        writer.put(record.terms) { writer, terms in
            writer.put(word: terms.type)
            writer.put(terms.price)
            writer.put(terms.triggerPrice)
            writer.put(terms.protection) { writer, limit in
                writer.put(word: limit.basis)
                writer.put(limit.reference)
                writer.put(limit.basisPoints)
                writer.put(limit.knownAt, since: created)
            }
        }
        writer.put(closed.fills.count)
        closed.fills.forEach { id, booked in
            writer.put(id.text)
            writer.put(booked.quantity)
            writer.put(booked.learned, since: created)
        }
        writer.put(closed.inferred) { writer, inferred in
            writer.put(inferred.quantity)
            writer.put(inferred.learned, since: created)
        }
    }

    private static func writeRest(_ closed: ClosedOrder, into writer: inout PackedWriter) {
        let record = closed.record
        let command = record.command
        let created = record.createdAt
        let own = record.id
        writer.put(record.filled.value)
        writer.put(record.makesWayFor) { $0.put(whole: $1.bits) }
        writer.put(byte: record.isDisputed ? 1 : 0)
        writer.put(record.version)
        writer.put(record.updatedAt, since: created)
        writer.put(record.state.reason, write)
        writer.put(from: own, to: command.group.id)
        writer.put(command.leg)
        writer.put(command.quantity)
        writer.put(command.askedQuantity) { $0.put($1) }
        writer.put(command.protection == .none ? nil : command.protection, write)
        writer.put(command.notes.count)
        for note in command.notes {
            writer.put(note.name)
            writer.put(note.text)
        }
        writer.put(command.slice) { writer, slice in
            writer.put(from: own, to: slice.order)
            writer.put(slice.number)
        }
        writer.put(command.signalledAt) { $0.put($1, since: created) }
        writer.put(closed.group) { writer, group in
            writer.put(word: group.source)
            writer.put(group.receivedAt, since: created)
            writer.put(group.commands.count)
            for id in group.commands { writer.put(from: own, to: id) }
        }
    }

    private static func write(_ writer: inout PackedWriter, _ reason: Reason) {
        writer.put(word: reason.tag)
        writer.put(reason.code) { $0.put($1) }
        writer.put(reason.text)
        writer.put(reason.limit) { $0.put($1) }
        writer.put(reason.observed) { $0.put($1) }
        writer.put(reason.blocking) { $0.put(whole: $1.bits) }
    }

    private static func write(_ writer: inout PackedWriter, _ protection: Protection) {
        writer.put(protection.stopLoss) { $0.put($1) }
        writer.put(protection.target) { $0.put($1) }
        writer.put(protection.trailingType) { $0.put(word: $1) }
        writer.put(protection.trailingValue) { $0.put($1) }
        writer.put(protection.trailingActivationPrice) { $0.put($1) }
    }
}

// MARK: - Reading

extension PackedOrder {
    static func readID(_ reader: inout PackedReader) -> CommandID {
        reader.skip(wordPlace + 1)
        return CommandID(bits: reader.whole())
    }

    static func readNumber(_ reader: inout PackedReader) -> BrokerOrderID? {
        reader.skip(headLength)
        _ = reader.number()  // the shape
        _ = reader.number()  // when it was registered
        return reader.optional { BrokerOrderID($0.text()) }
    }

    /// The beginning of a packed order, as far as a glance needs it.
    struct Beginning {
        let id: CommandID
        let word: StateWord
        let shape: Int
        let createdAt: Timestamp
        let number: BrokerOrderID?
        let numberLearned: Timestamp?
        let quantity: Int
        let filled: Int
        let price: Price
        let triggerPrice: Price
        let terms: OrderTerms?
        let fills: BookedFills
        let inferred: Booked?

        init(_ reader: inout PackedReader) {
            reader.skip(wordPlace)
            word = StateWord.allCases[Int(reader.byte() & ~PackedOrder.goneMark)]
            id = CommandID(bits: reader.whole())
            shape = reader.count()
            createdAt = reader.time(since: id.drawnAt)
            let created = createdAt
            number = reader.optional { BrokerOrderID($0.text()) }
            numberLearned = reader.optional { $0.time(since: created) }
            quantity = reader.count()
            filled = reader.count()
            price = reader.price()
            triggerPrice = reader.price()
            terms = reader.optional { reader in
                OrderTerms(
                    type: reader.word(),
                    price: reader.price(),
                    triggerPrice: reader.price(),
                    protection: reader.optional { reader in
                        MarketLimit(
                            basis: reader.word(),
                            reference: reader.price(),
                            basisPoints: reader.count(),
                            knownAt: reader.time(since: created)
                        )
                    }
                )
            }
            var fills = BookedFills()
            for _ in 0..<reader.count() {
                let id = FillID(reader.text())
                fills[id] = Booked(quantity: reader.count(), learned: reader.time(since: created))
            }
            self.fills = fills
            inferred = reader.optional { Booked(quantity: $0.count(), learned: $0.time(since: created)) }
        }

        func glance(_ type: OrderType, _ day: TradingDay) -> ClosedGlance {
            ClosedGlance(
                id: id,
                word: word,
                tradingDay: day,
                number: number,
                numberLearned: numberLearned,
                filled: filled,
                terms: WorkingTerms(
                    quantity: quantity,
                    type: terms?.type ?? type,
                    price: terms?.price ?? price,
                    triggerPrice: terms?.triggerPrice ?? triggerPrice
                ),
                fills: fills,
                inferred: inferred
            )
        }
    }

    static func read(_ reader: inout PackedReader, shapes: [OrderShape]) -> ClosedOrder {
        let start = Beginning(&reader)
        let shape = shapes[start.shape]
        let filled = FillSum(quantity: start.filled, value: reader.wide())
        let makesWayFor = reader.optional { CommandID(bits: $0.whole()) }
        let isDisputed = reader.byte() == 1
        let version = reader.count()
        let updatedAt = reader.time(since: start.createdAt)
        let state = OrderState(start.word, start.number, reader.optional(readReason))
        let command = command(start, shape, &reader)
        let record = OrderRecord(
            command: command,
            state: state,
            quantity: start.quantity,
            terms: start.terms,
            filled: filled,
            pending: nil,
            makesWayFor: makesWayFor,
            isDisputed: isDisputed,
            tradingDay: shape.tradingDay,
            version: version,
            createdAt: start.createdAt,
            updatedAt: updatedAt
        )
        let group = reader.optional { reader in
            ClosedGroup(
                source: reader.word(),
                receivedAt: reader.time(since: start.createdAt),
                commands: (0..<reader.count()).map { _ in reader.id(from: start.id) }
            )
        }
        return ClosedOrder(
            record: record,
            fills: start.fills,
            numberLearned: start.numberLearned,
            inferred: start.inferred,
            group: group
        )
    }

    private static func command(
        _ start: Beginning,
        _ shape: OrderShape,
        _ reader: inout PackedReader
    ) -> OrderCommand {
        OrderCommand(
            id: start.id,
            client: shape.client,
            group: GroupID(reader.id(from: start.id)),
            leg: reader.count(),
            source: shape.source,
            strategy: shape.strategy,
            executionType: shape.executionType,
            instrument: shape.instrument,
            product: shape.product,
            side: shape.side,
            reduces: shape.reduces,
            type: shape.type,
            quantity: reader.count(),
            askedQuantity: reader.optional { $0.count() },
            price: start.price,
            triggerPrice: start.triggerPrice,
            validity: shape.validity,
            test: shape.test,
            protection: reader.optional(readProtection) ?? .none,
            notes: (0..<reader.count()).map { _ in OrderCommand.Note(name: reader.text(), text: reader.text()) },
            slice: reader.optional { OrderSlice(of: $0.id(from: start.id), number: $0.count()) },
            signalledAt: reader.optional { $0.time(since: start.createdAt) }
        )
    }

    private static func readReason(_ reader: inout PackedReader) -> Reason {
        Reason(
            reader.word(),
            code: reader.optional { $0.text() },
            reader.text(),
            limit: reader.optional { $0.text() },
            observed: reader.optional { $0.text() },
            blocking: reader.optional { CommandID(bits: $0.whole()) }
        )
    }

    private static func readProtection(_ reader: inout PackedReader) -> Protection {
        Protection(
            stopLoss: reader.optional { $0.price() },
            target: reader.optional { $0.price() },
            trailingType: reader.optional { $0.word() },
            trailingValue: reader.optional { $0.price() },
            trailingActivationPrice: reader.optional { $0.price() }
        )
    }
}

extension CommandID {
    /// Orders are registered within moments of their ids.
    fileprivate var drawnAt: Timestamp { Timestamp(microseconds: milliseconds &* 1000) }
}

extension PackedWriter {
    /// Ids of one input are near each other.
    fileprivate mutating func put(from own: CommandID, to other: CommandID) {
        put(Int128(truncatingIfNeeded: other.bits &- own.bits))
    }
}

extension PackedReader {
    fileprivate mutating func id(from own: CommandID) -> CommandID {
        CommandID(bits: own.bits &+ UInt128(truncatingIfNeeded: wide()))
    }
}

extension OrderState {
    /// The state of an order that has ended, from what was kept of it.
    fileprivate init(_ word: StateWord, _ number: BrokerOrderID?, _ reason: Reason?) {
        switch (word, number, reason) {
        case (.blocked, _, .some(let reason)): self = .blocked(reason)
        case (.filled, .some(let number), _): self = .filled(number)
        case (.rejected, let number, .some(let reason)): self = .rejected(number, reason)
        case (.cancelled, .some(let number), .some(let reason)): self = .cancelled(number, reason)
        case (.expired, let number, .some(let reason)): self = .expired(number, reason)
        case (.notSent, _, .some(let reason)): self = .notSent(reason)
        default: preconditionFailure("only orders that have ended are packed, not one that is \(word)")
        }
    }
}
