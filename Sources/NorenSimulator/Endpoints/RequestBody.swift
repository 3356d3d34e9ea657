import JSONText

/// A request body taken apart as the live server does: cut at every `&` first, so an `&` inside the JSON breaks it.
struct RequestBody {
    let fields: JSONValue
    let key: String?

    init(_ body: [UInt8]) throws(Refusal) {
        let parts = body.split(separator: UInt8(ascii: "&"))
        guard let data = Self.value(of: "jData=", in: parts) else { throw .invalidInput("jData is Missing.") }
        fields = try Self.object(data)
        key = Self.value(of: "jKey=", in: parts).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func value(of name: String, in parts: [ArraySlice<UInt8>]) -> ArraySlice<UInt8>? {
        for part in parts {
            let trimmed = part.drop { $0 <= 0x20 }
            if trimmed.starts(with: name.utf8) { return trimmed.dropFirst(name.utf8.count) }
        }
        return nil
    }

    private static func object(_ data: ArraySlice<UInt8>) throws(Refusal) -> JSONValue {
        for candidate in [Array(data), PercentText.decode(data)] {
            if let value = try? JSONValue.parse(candidate), value.members != nil { return value }
        }
        throw .invalidInput("jData is not valid json object")
    }
}
