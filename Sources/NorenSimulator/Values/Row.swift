import JSONText

/// A Noren object being written: every value is text, and what has no value is absent.
struct Row {
    private(set) var members: [JSONMember] = []
    private let decimals: Int

    /// `decimals`: of prices and amounts.
    init(decimals: Int = 2) {
        self.decimals = decimals
        members.reserveCapacity(40)
    }

    mutating func add(_ name: String, _ text: String) { members.append(JSONMember(name, .string(text))) }
    mutating func add(_ name: String, _ number: Int) { add(name, String(number)) }
    mutating func add(_ name: String, _ amount: Rupees) { add(name, amount.text(decimals: decimals)) }
    mutating func add(_ name: String, value: JSONValue) { members.append(JSONMember(name, value)) }
    mutating func add(_ name: String, ifKnown text: String?) {
        if let text { add(name, text) }
    }

    mutating func add(_ name: String, _ number: Int64) { add(name, String(number)) }

    func followed(by other: Row) -> Row {
        var row = self
        row.members += other.members
        return row
    }

    var json: JSONValue { .object(members) }
}
