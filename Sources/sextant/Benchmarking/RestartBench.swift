import Desk
import StoreSQLite
import Trading

/// A start on a store with a long past and many open orders, which the broker's book shows too: from opening the store
/// until intake is open. The broker is in this process, so that its round trip is nothing.
struct RestartBench {
    let bench: Workbench

    private static let past = 1_000_000
    private static let open = 10_000

    func run() async throws {
        let path = bench.folder + "/restart.db"
        let store = try StoreSQLite.open(path: path)
        try await store.fill(withPastOrders: Self.past, of: BenchedEngine.client)
        let reports = try await addOpenOrders(to: store)
        try store.close()
        let began = ContinuousClock.now
        let benched = try await BenchedEngine.start(storeAt: path, broker: InstantBroker(open: reports))
        let time = ContinuousClock.now - began
        let open = try await benched.store.openOrders(of: BenchedEngine.client)
        try await benched.stop()
        guard open == Self.open else { throw CommandFailure("\(open) of \(Self.open) open orders came back") }
        bench.report(
            .restart,
            "until ready",
            "\(time.milliseconds) with \(Self.past.grouped) past and \(open.grouped) open orders",
            Limit("at most 2 s and one round trip to the broker", met: time <= .seconds(2))
        )
    }

    /// Orders of today that a desk registered and a broker accepted, as the engine would have committed them; and how the
    /// broker's book shows them.
    private func addOpenOrders(to store: StoreSQLite) async throws -> [OrderReport] {
        let start = SystemClock().now() - .milliseconds(Self.open)
        let ids = SystemIDs()
        var settings = DeskSettings()
        settings.repeatWindow = .zero
        var desk = Desk(client: BenchedEngine.client, settings: settings)
        _ = desk.step(.positions(.empty, began: start), at: start, id: ids.next(at: start))
        var reports: [OrderReport] = []
        for number in 0..<Self.open {
            let now = start + .milliseconds(number)
            let alert = Alert.bench("OPEN \(number)", symbol: "SYMBOL\(number % 200)-EQ")
            let output = desk.step(.alert(alert), at: now, id: ids.next(at: now))
            guard case .registered(_, let records, _) = output.reply, let record = records.first else { continue }
            let broker = BrokerOrderID("OPEN\(number)")
            let answer = DeskInput.answer(record.id, .accepted(broker), sentAt: now)
            _ = desk.step(answer, at: now, id: ids.next(at: now))
            reports.append(.open(record.command, broker))
            if number % 500 == 499 {
                try await store.commit([desk.changes()])
                desk.committed()
            }
        }
        return reports
    }
}

extension OrderReport {
    /// A row of the order book for an order that waits at the exchange.
    fileprivate static func open(_ command: OrderCommand, _ number: BrokerOrderID) -> OrderReport {
        OrderReport(
            brokerOrderID: number,
            tag: command.tag,
            instrument: command.instrument,
            product: command.product,
            side: command.side,
            quantity: command.quantity,
            price: command.price,
            status: .open
        )
    }
}
