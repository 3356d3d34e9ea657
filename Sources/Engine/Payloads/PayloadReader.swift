import JSONText
import Trading

/// A stored payload that cannot be read: the store was tampered with, or written by a newer Sextant.
public struct PayloadError: Error, Hashable, Sendable, CustomStringConvertible {
    public let field: String

    public init(field: String) { self.field = field }

    public var description: String { "the stored \(field) is missing or unreadable" }
}

struct PayloadReader {
    private let payload: JSONValue

    init(_ payload: JSONValue) { self.payload = payload }

    func text(_ name: String) throws(PayloadError) -> String {
        guard let text = payload[name]?.string else { throw PayloadError(field: name) }
        return text
    }

    func integer(_ name: String) throws(PayloadError) -> Int {
        guard let value = payload[name]?.integer else { throw PayloadError(field: name) }
        return value
    }

    func time(_ name: String) throws(PayloadError) -> Timestamp {
        Timestamp(microseconds: Int64(try integer(name)))
    }

    func read<Value>(_ name: String, _ make: (String) -> Value?) throws(PayloadError) -> Value {
        guard let value = make(try text(name)) else { throw PayloadError(field: name) }
        return value
    }

    func optional<Value>(_ name: String, _ make: (String) -> Value?) throws(PayloadError) -> Value? {
        payload[name] == nil ? nil : try read(name, make)
    }
}
