import Desk
import Engine
import Synchronization
import Trading

/// A broker in this process that takes every order at once and fills it whole: what is measured is Sextant.
final class InstantBroker: Broker {
    private typealias Receiver = @Sendable (PushEvent) async -> Void

    private struct State {
        var receiver: Receiver?
        var placed = 0
        var reports: [OrderReport] = []
        var trades: [TradeReport] = []
        var nets: [PositionKey: Int] = [:]
    }

    private let state: Mutex<State>
    private let keepsRows: Bool

    /// `open`: what its order book shows from the start. Without `keepsRows` it tells of each order once, by push, and its
    /// order and trade books cannot be read once it has one: they would be most of this process's memory.
    init(open: [OrderReport] = [], keepsRows: Bool = true) {
        self.keepsRows = keepsRows
        var initial = State()
        initial.reports = open
        state = Mutex(initial)
    }

    /// Orders placed so far.
    var placed: Int { state.withLock { $0.placed } }

    func logIn() async -> LoginAnswer { .loggedIn }

    func place(_ placement: Placement) async -> PlaceAnswer {
        let (number, receiver) = state.withLock { state in
            state.placed += 1
            return (BrokerOrderID("B\(state.placed)"), state.receiver)
        }
        let command = placement.command
        let fill = Fill(
            id: "F",
            brokerOrderID: number,
            exchange: command.instrument.exchange,
            tradingDay: TradingDay(SystemClock().now()),
            quantity: placement.quantity,
            price: command.price,
            at: SystemClock().now()
        )
        var report = OrderReport(
            brokerOrderID: number,
            tag: command.tag,
            instrument: command.instrument,
            product: command.product,
            side: command.side,
            quantity: placement.quantity,
            status: .complete,
            filled: placement.quantity
        )
        state.withLock { state in
            if keepsRows {
                state.reports.append(report)
                state.trades.append(TradeReport(fill: fill, tag: command.tag))
            }
            state.nets[command.position, default: 0] += command.side.sign * placement.quantity
        }
        report.fill = fill
        await receiver?(.report(report))
        return .accepted(number)
    }

    func cancel(_ number: BrokerOrderID) async -> CancelAnswer { .accepted }

    func orderBook() async -> BookRead<OrderReport> { book { $0.reports } }

    func tradeBook() async -> BookRead<TradeReport> { book { $0.trades } }

    private func book<Row>(_ rows: (State) -> [Row]) -> BookRead<Row> {
        state.withLock { state in
            keepsRows || state.placed == 0
                ? .rows(rows(state)) : .unknown(ReadFailure(.refused, "the rows of this book are not kept"))
        }
    }

    func positionBook() async -> BookRead<PositionReport> {
        .rows(state.withLock { $0.nets }.map { PositionReport(position: $0.key, net: $0.value, profit: .zero) })
    }

    func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String {
        state.withLock { $0.receiver = receive }
        await receive(.connected)
        try? await Task.sleep(for: .seconds(86_400))
        return "ended"
    }

    func shutDown() async {}
}

extension BookRead {
    fileprivate static func rows(_ rows: [Row]) -> BookRead { rows.isEmpty ? .empty : .known(rows) }
}
