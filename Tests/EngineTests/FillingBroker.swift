import Desk
import Engine
import Synchronization
import Trading

/// A broker that fills whatever is placed at once, and shows it in all its books.
final class FillingBroker: Sendable {
    private struct Books {
        var orders: [OrderReport] = []
        var trades: [TradeReport] = []
        var nets: [PositionKey: Int] = [:]
    }

    let scripted = ScriptedBroker()
    private let books = Mutex(Books())

    init() {
        let scripted = scripted
        scripted.change { script in
            script.place = { [weak self] placement in self?.fill(placement) ?? .unanswered("gone") }
        }
    }

    var placements: [CommandID] { scripted.placements }

    /// What the account holds, of everything.
    var net: Int { books.withLock { $0.nets.values.reduce(0, +) } }

    private func fill(_ placement: Placement) -> PlaceAnswer {
        let command = placement.command
        let (number, books) = books.withLock { books in
            let number = BrokerOrderID("N\(books.orders.count + 1)")
            books.orders.append(
                OrderReport(
                    brokerOrderID: number,
                    tag: command.tag,
                    instrument: command.instrument,
                    product: command.product,
                    side: command.side,
                    quantity: placement.quantity,
                    status: .complete,
                    filled: placement.quantity
                )
            )
            let now = RealClock().now()
            let fill = Fill(
                id: FillID("F\(books.trades.count + 1)"),
                brokerOrderID: number,
                exchange: command.instrument.exchange,
                tradingDay: TradingDay(now),
                quantity: placement.quantity,
                price: Price(tenThousandths: 1_000_000),
                at: now
            )
            books.trades.append(TradeReport(fill: fill, tag: command.tag))
            books.nets[command.position, default: 0] += placement.quantity * command.side.sign
            return (number, books)
        }
        scripted.change { script in
            script.orders = .known(books.orders)
            script.trades = .known(books.trades)
            script.positions = .known(
                books.nets.sorted { $0.key < $1.key }.map {
                    PositionReport(position: $0.key, net: $0.value, profit: .zero)
                }
            )
        }
        return .accepted(number)
    }
}

/// An emergency file that has room for what is vital only.
struct ReservedFile: EmergencyFile {
    func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError) {
        if !isVital { throw .busy("the rest is reserved") }
    }
    func contents() async throws(JournalError) -> [DeskChanges] { [] }
    func clear() async throws(JournalError) {}
}

/// An emergency file on a disk that is gone as well.
struct BrokenFile: EmergencyFile {
    func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError) { throw .failed("no such device") }
    func contents() async throws(JournalError) -> [DeskChanges] { [] }
    func clear() async throws(JournalError) {}
}
