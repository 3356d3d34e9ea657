import Desk
import Trading

/// One desk with a given number of open orders, which stays that number: an entry, its acceptance, and the fill that ends
/// an open order picked by chance. No clock, no I/O.
struct DeskKernel {
    private var desk: Desk
    private var open: [(number: BrokerOrderID, record: OrderRecord)]
    private var chance: Chance
    private var drawn = 0
    private let start = Timestamp(microseconds: 1_789_965_600_000_000)  // a Monday, 09:30 in India
    private(set) var steps = 0

    private static let symbols = (0..<50).map { "SYMBOL\($0)-EQ" }

    init(open count: Int, seed: UInt64 = 1, _ configure: (inout DeskSettings) -> Void = { _ in }) {
        var settings = DeskSettings()
        settings.repeatWindow = .zero
        settings.mostClosed = 500
        configure(&settings)
        chance = Chance(state: seed)
        var snapshot = DeskSnapshot()
        open = []
        for number in 0..<count {
            let id = CommandID(milliseconds: start.milliseconds - 1000, entropy: UInt128(number) << 13)
            let command = Self.command(id, strategy: "H\(number)", symbol: Self.symbols[number % Self.symbols.count])
            let broker = BrokerOrderID("H\(number)")
            let record = OrderRecord(
                command: command,
                state: .working(broker),
                quantity: 1,
                filled: FillSum(),
                pending: nil,
                makesWayFor: nil,
                isDisputed: false,
                tradingDay: TradingDay(start),
                version: 3,
                createdAt: start,
                updatedAt: start
            )
            open.append((broker, record))
            snapshot.orders.append(record)
        }
        desk = Desk(client: "BENCH", settings: settings, restoring: snapshot, at: start)
        _ = step(.positions(.empty, began: start), at: start)
        commit()
        steps = 0
    }

    /// What comes once, such as tables that grow, is over after this.
    mutating func warmUp() {
        let end = steps + 3000
        while steps < end { cycle() }
    }

    /// The measured part; callgrind finds it by its name.
    @inline(never) mutating func executeMeasured(steps count: Int) {
        let end = steps + count
        while steps < end { cycle() }
    }

    private mutating func cycle() {
        let now = start + .microseconds(steps)
        let symbol = Self.symbols[drawn % Self.symbols.count]
        let output = step(.alert(.bench("S\(drawn)", symbol: symbol)), at: now)
        guard case .registered(_, let records, _) = output.reply, let record = records.first, !output.actions.isEmpty
        else { preconditionFailure("the desk blocked the order: \(String(describing: output.reply))") }
        let number = BrokerOrderID("B\(drawn)")
        _ = step(.answer(record.id, .accepted(number), sentAt: now), at: now)
        open.append((number, record))
        let picked = Int(chance.next() % UInt64(open.count))
        open.swapAt(picked, open.count - 1)
        if let victim = open.popLast() {
            _ = step(.push(.completed(victim.record.command, victim.number, at: now)), at: now)
        }
        commit()
    }

    /// Asks all checks about one order after another, while every limit has something to count. How many let it pass.
    mutating func executeChecks(_ count: Int) -> Int {
        let now = start + .microseconds(steps)
        for symbol in Self.symbols {
            let quote = Quote(last: Price(tenThousandths: 18_000_000), receivedAt: now)
            _ = step(.quote(Instrument("NSE", symbol), quote), at: now)
        }
        _ = step(.positions(.empty, began: now), at: now)
        commit()
        var passed = 0
        for number in 0..<count {
            let id = CommandID(milliseconds: now.milliseconds + 1, entropy: UInt128(number) << 13)
            let command = Self.command(
                id,
                strategy: "C\(number % 100)",
                symbol: Self.symbols[number % Self.symbols.count]
            )
            if desk.verdict(on: command, at: now) == .pass { passed += 1 }
        }
        return passed
    }

    private mutating func step(_ input: DeskInput, at now: Timestamp) -> DeskOutput {
        steps += 1
        drawn += 1
        return desk.step(
            input,
            at: now,
            id: CommandID(milliseconds: now.milliseconds, entropy: UInt128(drawn) << 13)
        )
    }

    /// As the engine does around each commit.
    private mutating func commit() {
        _ = desk.changes()
        desk.committed()
    }

    private static func command(_ id: CommandID, strategy: String, symbol: String) -> OrderCommand {
        OrderCommand(
            id: id,
            client: "BENCH",
            group: GroupID(id),
            leg: 1,
            source: .api,
            strategy: StrategyName(strategy),
            executionType: .entry,
            instrument: Instrument("NSE", symbol),
            product: .intraday,
            side: .buy,
            reduces: false,
            type: .limit,
            quantity: 1,
            askedQuantity: 1,
            price: Price(tenThousandths: 18_000_000)
        )
    }
}

/// SplitMix64: the same seed gives the same victims.
private struct Chance {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension OrderReport {
    /// What push says of an order that is filled whole.
    static func completed(_ command: OrderCommand, _ number: BrokerOrderID, at now: Timestamp) -> OrderReport {
        OrderReport(
            brokerOrderID: number,
            tag: command.tag,
            instrument: command.instrument,
            product: command.product,
            side: command.side,
            quantity: command.quantity,
            status: .complete,
            filled: command.quantity,
            fill: Fill(
                id: "F",
                brokerOrderID: number,
                exchange: command.instrument.exchange,
                tradingDay: TradingDay(now),
                quantity: command.quantity,
                price: command.price,
                at: now
            )
        )
    }
}
