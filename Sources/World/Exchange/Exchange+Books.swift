import Desk
import Synchronization
import Trading

/// The books, as they were at any moment of the day.
extension Exchange {
    func orderRows(asOf moment: Int64) -> [OrderReport] {
        state.withLock { state in
            state.orders.keys.sorted().compactMap { number in
                guard state.orders[number]?.day == state.shownDay else { return nil }
                return state.past[number]?.last { $0.at <= moment }?.order.report()
            }
        }
    }

    func tradeRows(asOf moment: Int64) -> [TradeReport] {
        state.withLock { state in
            state.fills.filter { $0.at <= moment && $0.fill.tradingDay == state.shownDay }
                .map { TradeReport(fill: $0.fill, tag: $0.tag) }
        }
    }

    func positionRows(asOf moment: Int64) -> [PositionReport] {
        state.withLock { state in
            var nets = state.carried.filter { $0.value != 0 }
            for fill in state.fills where fill.at <= moment && fill.fill.tradingDay == state.shownDay {
                nets[fill.position, default: 0] += fill.signed
            }
            let lines = nets.keys.sorted()
            let profit = Money(tenThousandths: Int64(state.profit) * 10_000)
            return lines.map { line in
                PositionReport(position: line, net: nets[line] ?? 0, profit: line == lines.first ? profit : .zero)
            }
        }
    }
}
