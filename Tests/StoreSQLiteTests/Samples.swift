import Trading

@testable import Desk

extension Timestamp {
    /// 2026-11-23 at 09:15 in Asia/Kolkata, a Monday.
    static let sample = Timestamp(microseconds: 1_795_405_500_123_456)
}

extension TradingDay {
    static let sample = TradingDay(.sample)
}

extension CommandID {
    static func sample(_ number: Int, at time: Timestamp = .sample) -> CommandID {
        CommandID(milliseconds: time.milliseconds, entropy: UInt128(number))
    }
}

extension GroupID {
    static func sample(_ number: Int) -> GroupID { GroupID(.sample(1_000_000 + number)) }
}

extension OrderCommand {
    static func sample(_ number: Int, client: ClientID = "FA00001", at time: Timestamp = .sample) -> OrderCommand {
        OrderCommand(
            id: .sample(number, at: time),
            client: client,
            group: .sample(number),
            leg: 1,
            source: .webhook,
            strategy: "momentum",
            executionType: .entry,
            instrument: Instrument("NFO", "NIFTY24NOV26C26000"),
            product: .margin,
            side: .buy,
            reduces: false,
            type: .limit,
            quantity: 75,
            askedQuantity: 75,
            price: Price(tenThousandths: 2_123_500)
        )
    }
}

/// An order's history, told fact by fact; its record is their fold.
struct OrderStory {
    private(set) var record: OrderRecord
    private(set) var events: [OrderEvent]
    private(set) var fills: [BookedFill] = []

    init(_ command: OrderCommand, at time: Timestamp = .sample) throws {
        try self.init(.received(command), id: command.id, at: time)
    }

    init(_ fact: OrderFact, id: CommandID, at time: Timestamp = .sample) throws {
        let event = OrderEvent(command: id, sequence: 1, at: time, fact: fact)
        guard let record = OrderRecord(beginning: event) else { throw SampleError() }
        self.record = record
        events = [event]
    }

    mutating func add(_ facts: OrderFact...) throws {
        for fact in facts {
            let time = record.updatedAt + .milliseconds(3)
            let event = OrderEvent(command: record.id, sequence: record.version + 1, at: time, fact: fact)
            try record.apply(event)
            events.append(event)
            if case .filled(let fill, _) = fact { fills.append(BookedFill(command: record.id, fill: fill)) }
        }
    }

    func adding(_ facts: OrderFact...) throws -> OrderStory {
        var story = self
        for fact in facts { try story.add(fact) }
        return story
    }

    /// What one commit of the whole story brings.
    var changes: DeskChanges { [self].changes(of: record.command.client) }
}

struct SampleError: Error {}

extension [OrderStory] {
    func changes(of client: ClientID) -> DeskChanges {
        var changes = DeskChanges(client: client)
        changes.orders = map(\.record)
        changes.events = flatMap(\.events)
        changes.fills = flatMap(\.fills)
        return changes
    }
}

extension Fill {
    static func sample(_ id: FillID, of number: BrokerOrderID, _ quantity: Int, at price: Int64 = 2_123_505) -> Fill {
        Fill(
            id: id,
            brokerOrderID: number,
            exchange: "NFO",
            tradingDay: .sample,
            quantity: quantity,
            price: Price(tenThousandths: price),
            at: .sample
        )
    }
}

extension Group {
    static func sample(_ number: Int, key: String? = nil, commands: [CommandID] = []) -> Group {
        Group(
            id: .sample(number),
            source: .webhook,
            idempotencyKey: key,
            contentHash: "hash \(number)",
            request: #"{"strategy_name":"momentum"}"#,
            receivedAt: .sample,
            commands: commands
        )
    }
}

extension DeskChanges {
    static func groups(_ groups: Group..., client: ClientID = "FA00001") -> DeskChanges {
        var changes = DeskChanges(client: client)
        changes.groups = groups
        return changes
    }
}

extension Reason {
    static let sample = Reason(
        .riskLimitsExceeded,
        code: "base_max_loss",
        "loss of 5200.00 is beyond 5000.00",
        limit: "5000.00",
        observed: "5200.00",
        blocking: .sample(77)
    )
}
