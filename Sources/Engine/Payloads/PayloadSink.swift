import JSONText
import Trading

/// Where a payload is told to: a value to look at, or the text that is stored. One telling for both, so that they cannot
/// differ.
protocol PayloadSink {
    mutating func add(_ name: String, _ text: String)
    mutating func add(_ name: String, _ number: Int)
    mutating func add(_ name: String, _ flag: Bool)
    mutating func add(_ name: String, object tell: (inout Self) -> Void)
}

extension PayloadSink {
    /// Absent means none.
    mutating func add(_ name: String, ifAny text: String?) {
        if let text { add(name, text) }
    }

    mutating func add(_ name: String, _ time: Timestamp) { add(name, Int(time.microseconds)) }
}

/// A payload as a value.
struct PayloadMembers: PayloadSink {
    private(set) var members: [JSONMember] = []

    static func value(_ tell: (inout PayloadMembers) -> Void) -> JSONValue {
        var sink = PayloadMembers()
        tell(&sink)
        return .object(sink.members)
    }

    mutating func add(_ name: String, _ text: String) { members.append(JSONMember(name, .string(text))) }
    mutating func add(_ name: String, _ number: Int) { members.append(JSONMember(name, JSONValue(number))) }
    mutating func add(_ name: String, _ flag: Bool) { members.append(JSONMember(name, .bool(flag))) }

    mutating func add(_ name: String, object tell: (inout PayloadMembers) -> Void) {
        members.append(JSONMember(name, Self.value(tell)))
    }
}

/// A payload as compact JSON, written straight to where it goes.
struct PayloadText: PayloadSink {
    private var bytes: [UInt8]
    private var isEmpty = true

    /// Appends the text of one object.
    static func write(to bytes: inout [UInt8], _ tell: (inout PayloadText) -> Void) {
        var sink = PayloadText(bytes: [])
        swap(&sink.bytes, &bytes)  // taken, not copied
        sink.object(tell)
        swap(&sink.bytes, &bytes)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func add(_ name: String, _ text: String) {
        begin(name)
        JSONValue.write(text, to: &bytes)
    }

    mutating func add(_ name: String, _ number: Int) {
        begin(name)
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func add(_ name: String, _ flag: Bool) {
        begin(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    mutating func add(_ name: String, object tell: (inout PayloadText) -> Void) {
        begin(name)
        object(tell)
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { bytes.append(UInt8(ascii: ",")) }
        isEmpty = false
        JSONValue.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func object(_ tell: (inout PayloadText) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isEmpty = true
        tell(&self)
        isEmpty = false
        bytes.append(UInt8(ascii: "}"))
    }
}
