import Desk
import Trading

/// A desk with as many orders of today as the broker's order book has rows.
struct BookKernel {
    private var desk: Desk
    private var rows: [OrderReport] = []
    private var now = Timestamp(microseconds: 1_790_000_000_000_000)
    private var inputs = 0
    /// The first row that has not changed yet.
    private var next: Int

    private static let client: ClientID = "BENCH"

    /// `ended`: how many of them were filled a while ago.
    init(rows count: Int, ended: Int) {
        var settings = DeskSettings()
        settings.repeatWindow = .zero
        desk = Desk(client: Self.client, settings: settings)
        next = ended
        step(.positions(.empty, began: now))
        for number in 0..<count { add(number, isFilled: number < ended) }
        // They have their time to be packed.
        for _ in 0..<100 {
            now = now + .seconds(1)
            step(.tick)
        }
        step(.orders(.known(rows), began: now))
    }

    /// Fills some more orders, and takes the desk through the book that shows it.
    mutating func reconcile(changing count: Int) -> Duration {
        for row in next..<next + count {
            rows[row].status = .complete
            rows[row].filled = rows[row].quantity
        }
        next += count
        now = now + .seconds(1)
        let read = BookRead.known(rows)
        return ContinuousClock().measure { step(.orders(read, began: now)) }
    }

    private mutating func add(_ number: Int, isFilled: Bool) {
        guard
            case .registered(_, let records, _) = step(.alert(.bench("S\(number)", symbol: "SYMBOL\(number % 200)-EQ"))),
            let record = records.first
        else { preconditionFailure("the desk blocked the order") }
        // Brokers number a day's orders like this, and show the newest first or in no order at all.
        let broker = BrokerOrderID("26112300\(100_000 + number * 7919 % 900_007)")
        step(.answer(record.id, .accepted(broker), sentAt: now))
        var report = OrderReport.completed(record.command, broker, at: now)
        if isFilled { step(.push(report)) }
        report.fill = nil
        report.type = .limit
        report.price = record.command.price
        if !isFilled {
            report.status = .open
            report.filled = 0
        }
        rows.append(report)
    }

    @discardableResult private mutating func step(_ input: DeskInput) -> DeskReply? {
        inputs += 1
        now = now + .microseconds(10)
        let id = CommandID(milliseconds: now.milliseconds, entropy: UInt128(inputs) << 13)
        let reply = desk.step(input, at: now, id: id).reply
        desk.committed()
        return reply
    }
}
