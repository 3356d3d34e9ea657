/// A JSON value as it was written: numbers keep their text, objects keep every member in order, twice-named ones too.
///
/// Foundation's decoders turn `212.35` into a `Double` and silently drop a repeated key. Both would change an order.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number's own text, valid by the JSON grammar.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}

/// One name and value of an object.
public struct JSONMember: Equatable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue {
    /// The value of the first member called `name`; nil for other kinds of value.
    public subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }

    public var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text of a string or a number: brokers and charting tools write either for the same field.
    public var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }

    /// An integer written as one: `70` or `"70"`, never `70.0` or `1e2`.
    public var integer: Int? {
        guard let text = scalarText, let first = text.utf8.first,
            text.utf8.dropFirst(first == UInt8(ascii: "-") ? 1 : 0).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }

    public init(_ value: Int) { self = .number(String(value)) }
    /// A string, or null where there is none.
    public init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
}
