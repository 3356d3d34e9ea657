import JSONText
import Trading

/// One JSON object of a request: keys in any case, problems collected with the path of their field.
struct RequestFields {
    private let values: [String: JSONValue]
    private let path: String
    private(set) var problems: [FieldProblem] = []

    /// Nil if `value` is no object. The same key twice, in any case, is a problem.
    init?(_ value: JSONValue, path: String = "") {
        guard let members = value.members else { return nil }
        self.path = path
        var values: [String: JSONValue] = [:]
        for member in members {
            let name = member.name.lowercased()
            if values.updateValue(member.value, forKey: name) != nil {
                problems.append(FieldProblem(path + name, "the key is there twice"))
            }
        }
        self.values = values
    }

    /// Nil for absent, null and empty.
    func value(_ name: String) -> JSONValue? {
        guard let value = values[name], value != .null, value != .string("") else { return nil }
        return value
    }

    mutating func problem(_ name: String, _ text: String) {
        problems.append(FieldProblem(path + name, text))
    }

    /// A scalar that `make` can read; absent is nil, unreadable is nil and a problem.
    mutating func optional<Value>(_ name: String, _ expected: String, _ make: (String) -> Value?) -> Value? {
        guard let value = value(name) else { return nil }
        guard let text = value.scalarText, let made = make(text) else {
            problem(name, "must be \(expected), was \(shortened(value))")
            return nil
        }
        return made
    }

    mutating func required<Value>(_ name: String, _ expected: String, _ make: (String) -> Value?) -> Value? {
        guard value(name) != nil else {
            problem(name, "is missing; must be \(expected)")
            return nil
        }
        return optional(name, expected, make)
    }

    /// Asked for and left empty is no order to trade for real.
    mutating func test() -> TestOutcome? {
        let expected = "SUCCESS or FAILURE"
        if values["test_mode"] == .string("") { problem("test_mode", "must be \(expected), was empty") }
        return optional("test_mode", expected) { TestOutcome(rawValue: $0.uppercased()) }
    }

    mutating func name(_ field: String) -> String? {
        optional(field, Self.nameRule) { Self.isName($0) ? $0 : nil }
    }

    static let nameRule = "1 to 64 printable characters without spaces around them"

    static func isName(_ text: String) -> Bool {
        let hidden: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
        let printable = text.unicodeScalars.allSatisfy { !hidden.contains($0.properties.generalCategory) }
        let framed = text.first?.isWhitespace == true || text.last?.isWhitespace == true
        return printable && !framed && (1...64).contains(text.utf8.count)
    }

    /// A decimal number or numeric text.
    mutating func price(_ name: String) -> Price? {
        optional(name, "a plain decimal number with at most 4 decimals") { Price($0) }
    }

    /// A price above nothing: 0 is how templates say "none".
    mutating func positivePrice(_ name: String) -> Price? {
        price(name).flatMap { $0 == .zero ? nil : $0 }
    }

    /// A whole number: `70` or `"70"`, never `70.0` or `1e2`.
    mutating func quantity(_ name: String) -> Int? {
        optional(name, "a whole number such as 75") { JSONValue.string($0).integer }
    }

    private func shortened(_ value: JSONValue) -> String {
        let text = value.text
        return text.count <= 40 ? text : text.prefix(40) + "…"
    }
}
