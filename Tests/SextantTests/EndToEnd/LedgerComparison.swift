import JSONText
import Testing

extension RunningServer {
    /// What of the stored orders differs from the simulator's independent ledger; empty when all is equal.
    func differences() async throws -> [String] { try await differences(from: sandbox.brokerOrders()) }

    func differences(from broker: [JSONValue]) async throws -> [String] {
        try await selfCheck() + Self.differences(of: try await orders(), from: broker)
    }

    static func differences(of stored: [JSONValue], from broker: [JSONValue]) -> [String] {
        var byTag: [String: [JSONValue]] = [:]
        for row in broker { byTag[row["remarks"]?.string ?? "", default: []].append(row) }
        // What was placed in the broker's app has no tag.
        let foreign = Dictionary(
            (byTag[""] ?? []).map { ($0["norenordno"]?.string ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var found: [String] = []
        for (tag, rows) in byTag where !tag.isEmpty && rows.count > 1 {
            found.append("\(tag) was placed \(rows.count) times")
        }
        let known = Set(stored.compactMap { $0["client_tag"]?.string })
        found += byTag.keys.filter { !$0.isEmpty && !known.contains($0) }.map {
            "\($0) is at the broker, not in the store"
        }
        for order in stored {
            found += differences(
                order,
                byTag[order["client_tag"]?.string ?? ""]?.first ?? foreign[order["broker_order_id"]?.string ?? "-"]
            )
        }
        return found
    }

    /// A-50: the rows are what their events come to, after whatever a test did.
    func selfCheck() async throws -> [String] {
        let check = try ChildProcess(["selfcheck", "--config", configurationPath], in: sandbox.folder)
        let status = try await check.ended()
        return status == 0 ? [] : ["selfcheck: \(check.output)\(check.errors)"]
    }

    private static func differences(_ order: JSONValue, _ row: JSONValue?) -> [String] {
        let name = "order \(order["command_id"]?.string ?? "?")"
        let state = order["state"]?.string ?? "?"
        guard let row else {
            let unsent = ["blocked", "not_sent", "rejected", "expired"]
            return unsent.contains(state) ? [] : ["\(name) is \(state), the broker does not have it"]
        }
        let expected = [
            "COMPLETE": "filled", "REJECTED": "rejected", "CANCELED": "cancelled", "OPEN": "working",
            "PENDING": "working", "TRIGGER_PENDING": "working",
        ]
        var found: [String] = []
        let status = row["status"]?.string ?? "?"
        if expected[status] != state { found.append("\(name) is \(state), the broker says \(status)") }
        let pairs = [("broker_order_id", "norenordno"), ("filled_quantity", "fillshares")]
        for (ours, theirs) in pairs where order[ours]?.scalarText != row[theirs]?.scalarText {
            found.append("\(name): \(ours) \(order[ours]?.text ?? "-"), the broker says \(row[theirs]?.text ?? "-")")
        }
        if order["average_price"]?.string.map(Self.plain) != row["avgprc"]?.string.map(Self.plain) {
            let words = "\(order["average_price"]?.text ?? "-"), the broker says \(row["avgprc"]?.text ?? "-")"
            found.append("\(name): average \(words)")
        }
        return found
    }

    /// `1800.5000` and `1800.50` are one price.
    private static func plain(_ text: String) -> String {
        var text = text[...]
        while text.hasSuffix("0"), text.contains(".") { text = text.dropLast() }
        return String(text)
    }
}
