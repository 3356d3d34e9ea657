import Gateway
import JSONText
import Trading

/// One order with its six steps, for people.
enum OrderPage {
    static let stepNames = [1: "register", 2: "check", 3: "intend", 4: "send", 5: "record", 6: "watch"]

    static func text(_ order: OrderRecord, _ timeline: OrderTimeline, why: Bool, on screen: Screen) -> String {
        let command = order.command
        var lines = [
            "order        \(order.id)",
            "client       \(command.client)   strategy \(command.strategy)   source \(command.source.rawValue)",
            "what         \(command.executionType.rawValue) \(command.side.rawValue) \(order.quantity) "
                + "\(command.instrument) \(command.product) \(command.type.rawValue)"
                + (command.type.hasLimit ? " at \(command.price)" : "")
                + (command.type.hasTrigger ? " trigger \(command.triggerPrice)" : ""),
            "filled       \(order.filled.quantity) of \(order.quantity)"
                + (order.filled.averagePrice.map { " at \($0) on average" } ?? ""),
            "broker       \(order.state.brokerOrderID?.text ?? "no number")   tag \(command.tag)",
        ]
        if let terms = order.terms {
            lines.insert((terms.protection == nil ? "changed to   " : "sent as      ") + terms.text, at: 3)
        }
        if let asked = order.askedTerms { lines.append("asked        to become \(asked.text)") }
        if let reason = order.state.reason {
            lines.append("why          \(reason.tag.rawValue): \(reason.text)")
        }
        if let advice = advice(order) { lines.append("next         \(advice)") }
        if order.isDisputed { lines.append("disputed     the evidence contradicts itself; compare with the broker") }
        lines = lines.map(\.printable)
        lines.insert("status       \(screen.show(order.statusText, in: order.state.status.shade))", at: 3)
        let rows = timeline.entries.map { entry in
            [
                "\(entry.step)", stepNames[entry.step] ?? "", entry.at.indianText, entry.event, entry.state.rawValue,
            ].map { TextTable.Cell($0) } + (why ? [TextTable.Cell(entry.why)] : [])
        }
        let last: [TextTable.Column] = why ? ["WHY"] : []
        let table = TextTable(columns: ["STEP", "", "TIME (IST)", "EVENT", "STATE"] + last, rows: rows)
        return lines.joined(separator: "\n") + "\n\n" + table.text(on: screen)
    }

    /// What a person can do, where the state leaves something to do.
    private static func advice(_ order: OrderRecord) -> String? {
        switch order.state.word {
        case .unconfirmed:
            "it may be live: look for the tag in the broker's order book; Sextant does too and never sends it again"
        case .working where order.pending == .modify: "the broker was asked; the order changes when its books say so"
        case .working where order.pending != nil: "the broker was asked; the order ends when its books say so"
        case .working: "`sextant cancel \(order.id)` asks the broker to cancel it"
        default: nil
        }
    }
}
