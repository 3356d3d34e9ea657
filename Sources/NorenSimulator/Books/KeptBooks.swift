import JSONText

/// All lines of a books file folded into one view: of each order, position and price the newest.
struct KeptBooks {
    private(set) var day = 0
    private(set) var counters = JSONValue.null
    private var latest: [String: [String: JSONValue]] = [:]
    /// In the order in which they were first written.
    private var names: [String: [String]] = [:]

    /// By number, which is by age.
    var orders: [JSONValue] { rows("orders", in: (names["orders"] ?? []).sorted()) }
    /// Oldest first.
    var positions: [JSONValue] { rows("positions", in: names["positions"] ?? []) }
    var prices: [JSONValue] { rows("prices", in: names["prices"] ?? []) }

    var accounts: [JSONValue] { rows("accounts", in: names["accounts"] ?? []) }

    /// The row that has the price of what this row is about.
    func price(of row: JSONValue) throws -> JSONValue? { latest["prices"]?[try Self.contract(of: row)] }

    private func rows(_ kind: String, in names: [String]) -> [JSONValue] {
        names.compactMap { latest[kind]?[$0] }
    }

    mutating func add(_ line: JSONValue) throws {
        day = try line.keptNumber("day")
        counters = try line.kept("counters")
        for row in try line.keptRows("orders") { add(row, to: "orders", as: try row.keptText("number")) }
        for row in try line.keptRows("positions") {
            let contract = try ["account", "exchange", "symbol", "product"].map { try row.keptText($0) }
            add(row, to: "positions", as: contract.joined(separator: "|"))
        }
        for row in try line.keptRows("prices") {
            add(row, to: "prices", as: try Self.contract(of: row))
        }
        for row in try line.keptRows("accounts") { add(row, to: "accounts", as: try row.keptText("account")) }
    }

    private static func contract(of row: JSONValue) throws -> String {
        try ["exchange", "symbol"].map { try row.keptText($0) }.joined(separator: "|")
    }

    private mutating func add(_ row: JSONValue, to kind: String, as name: String) {
        if latest[kind, default: [:]].updateValue(row, forKey: name) == nil { names[kind, default: []].append(name) }
    }
}
