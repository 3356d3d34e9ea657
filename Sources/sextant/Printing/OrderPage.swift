import Gateway
import JSONText
import Trading

/// One order with its six steps, for people.
enum OrderPage {
    static let stepNames = [1: "register", 2: "check", 3: "intend", 4: "send", 5: "record", 6: "watch"]

    static func text(_ order: OrderRecord, _ timeline: OrderTimeline, why: Bool) -> String {
        let command = order.command
        var lines = [
            "order        \(order.id)",
            "client       \(command.client)   strategy \(command.strategy)   source \(command.source.rawValue)",
            "what         \(command.executionType.rawValue) \(command.side.rawValue) \(order.quantity) "
                + "\(command.instrument) \(command.product) \(command.type.rawValue)"
                + (command.type.hasLimit ? " at \(command.price)" : "")
                + (command.type.hasTrigger ? " trigger \(command.triggerPrice)" : ""),
            "status       \(order.statusText)",
            "filled       \(order.filled.quantity) of \(order.quantity)"
                + (order.filled.averagePrice.map { " at \($0) on average" } ?? ""),
            "broker       \(order.state.brokerOrderID?.text ?? "no number")   tag \(command.tag)",
        ]
        if let reason = order.state.reason { lines.append("why          \(reason.tag.rawValue): \(reason.text)") }
        if order.isDisputed { lines.append("disputed     the evidence contradicts itself; compare with the broker") }
        let rows = timeline.entries.map { entry in
            [
                "\(entry.step)", stepNames[entry.step] ?? "", entry.at.indianText, entry.event, entry.state.rawValue,
            ] + (why ? [evidence(entry)] : [])
        }
        let head = ["STEP", "", "TIME (IST)", "EVENT", "STATE"] + (why ? ["EVIDENCE"] : [])
        return lines.joined(separator: "\n") + "\n\n" + OrderTable.aligned([head] + rows)
    }

    private static func evidence(_ entry: OrderTimeline.Entry) -> String {
        (entry.detail.members ?? []).filter { $0.name != "command" }
            .map { "\($0.name) \($0.value.scalarText ?? $0.value.text)" }
            .joined(separator: ", ")
    }
}
