import Gateway
import JSONText
import Trading

/// Orders as an aligned table for people.
enum OrderTable {
    static func text(_ orders: [OrderRecord]) -> String {
        guard !orders.isEmpty else { return "no orders" }
        let head = ["TIME (IST)", "ORDER", "STRATEGY", "TYPE", "SIDE", "SYMBOL", "FILLED", "AVERAGE", "STATUS", "WHY"]
        let rows = orders.map { order in
            let command = order.command
            return [
                order.createdAt.indianText, order.id.description, command.strategy.text, command.executionType.rawValue,
                command.side.rawValue, command.instrument.description, "\(order.filled.quantity)/\(order.quantity)",
                order.filled.averagePrice?.description ?? "-", order.statusText, order.state.reason?.tag.rawValue ?? "",
            ]
        }
        return aligned([head] + rows)
    }

    static func aligned(_ rows: [[String]]) -> String {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

extension OrderRecord {
    /// The status, and the state where it says more.
    var statusText: String {
        state.status == .executed || state.status == .created && state.word == .received
            ? state.status.rawValue : "\(state.status.rawValue) (\(state.word.rawValue))"
    }
}

extension Timestamp {
    /// `2026-11-23 09:15:00.123`, in Indian time.
    var indianText: String {
        let shifted = Timestamp(microseconds: microseconds + 19_800_000_000).description
        return shifted.prefix(23).map { $0 == "T" ? " " : String($0) }.joined()
    }
}
