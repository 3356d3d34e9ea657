import Gateway
import JSONText
import Trading

/// Orders as an aligned table for people.
enum OrderTable {
    /// `showsClients` where there are several.
    static func text(_ orders: [OrderRecord], showsClients: Bool, on screen: Screen) -> String {
        guard !orders.isEmpty else { return "no orders" }
        let client: [TextTable.Column] = showsClients ? ["CLIENT"] : []
        let columns: [TextTable.Column] = [
            "STRATEGY", "TYPE", "SIDE", "SYMBOL", .number("FILLED"), .number("AVERAGE"), "STATUS", "WHY",
        ]
        let rows = orders.map { order in
            let command = order.command
            return [TextTable.Cell(order.createdAt.indianText), TextTable.Cell(order.id.description)]
                + (showsClients ? [TextTable.Cell(command.client.text)] : [])
                + [
                    TextTable.Cell(command.strategy.text), TextTable.Cell(command.executionType.rawValue),
                    TextTable.Cell(command.side.rawValue), TextTable.Cell(command.instrument.description),
                    TextTable.Cell("\(order.filled.quantity)/\(order.quantity)"),
                    TextTable.Cell(order.filled.averagePrice?.description ?? "-"),
                    TextTable.Cell(order.statusText, order.state.status.shade),
                    TextTable.Cell(order.state.reason.map { "\($0.tag.rawValue): \($0.text)" } ?? ""),
                ]
        }
        return TextTable(columns: ["TIME (IST)", "ORDER"] + client + columns, rows: rows).text(on: screen)
    }
}

extension OrderRecord {
    /// The status, the state where it says more, and whether the order is no real one.
    var statusText: String {
        let isPlain = state.status == .executed || state.status == .created && state.word == .received
        let status = isPlain ? state.status.rawValue : "\(state.status.rawValue) (\(state.word.rawValue))"
        return command.test == nil ? status : "\(status) TEST"
    }
}

extension OrderStatus {
    var shade: Shade {
        switch self {
        case .created, .sentToBroker: .open
        case .executed: .done
        case .failed: .failed
        }
    }
}

extension Timestamp {
    /// `2026-11-23 09:15:00.123`, in Indian time.
    var indianText: String {
        let shifted = Timestamp(microseconds: microseconds + 19_800_000_000).description
        return shifted.prefix(23).map { $0 == "T" ? " " : String($0) }.joined()
    }
}
