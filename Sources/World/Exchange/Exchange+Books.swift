import Desk
import Synchronization
import Trading

/// The books, as they were at any moment of the day.
extension Exchange {
    func orderRows(asOf moment: Int64) -> [OrderReport] {
        state.withLock { state in
            state.orders.keys.sorted().compactMap { number in
                guard state.orders[number]?.day == state.day else { return nil }
                return state.past[number]?.last { $0.at <= moment }?.order.report()
            }
        }
    }

    func tradeRows(asOf moment: Int64) -> [TradeReport] {
        state.withLock { state in
            state.fills.filter { $0.at <= moment && $0.fill.tradingDay == state.day }
                .map { TradeReport(fill: $0.fill, tag: $0.tag) }
        }
    }

    func positionRows(asOf moment: Int64) -> [PositionReport] {
        state.withLock { state in
            var nets = state.carried.filter { $0.value != 0 }
            for fill in state.fills where fill.at <= moment && fill.fill.tradingDay == state.day {
                nets[fill.position, default: 0] += fill.signed
            }
            return nets.keys.sorted().map { PositionReport(position: $0, net: nets[$0] ?? 0, profit: .zero) }
        }
    }
}
