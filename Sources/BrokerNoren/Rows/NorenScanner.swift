/// What an answer or message consists of, down to the fields of its rows.
enum NorenText {
    case object(NorenRow)
    /// An element that is no object is a row without fields.
    case list([NorenRow])
    /// Other JSON.
    case other
}

/// Why bytes are no JSON, and where.
struct ScanError: Error {
    let offset: Int
}

/// Finds the fields of one object or of a list of objects, and what they hold, without building a tree.
///
/// Strict about structure, so that a cut answer is never taken for a whole one. Lenient about what stands in texts:
/// a stray control character or broken UTF-8 in a company's name must not hide an order.
struct NorenScanner {
    private let bytes: [UInt8]
    private var position = 0

    static func scan(_ bytes: [UInt8]) throws(ScanError) -> NorenText {
        var scanner = NorenScanner(bytes: bytes)
        let text = try scanner.top()
        scanner.skipSpace()
        guard scanner.position == bytes.count else { throw scanner.error }
        return text
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var error: ScanError { ScanError(offset: position) }
    /// 0 at the end: no JSON has it outside of texts.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20, bytes[position] != 0 { position += 1 }
    }

    private mutating func top() throws(ScanError) -> NorenText {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try row())
        case UInt8(ascii: "["): return .list(try rows())
        default:
            _ = try value()
            return .other
        }
    }

    private mutating func rows() throws(ScanError) -> [NorenRow] {
        var rows: [NorenRow] = []
        position += 1
        skipSpace()
        guard current != UInt8(ascii: "]") else {
            position += 1
            return rows
        }
        repeat {
            skipSpace()
            if current == UInt8(ascii: "{") {
                rows.append(try row())
            } else {
                _ = try value()
                rows.append(NorenRow(bytes: bytes, fields: []))
            }
        } while try another(until: UInt8(ascii: "]"))
        return rows
    }

    private mutating func row() throws(ScanError) -> NorenRow {
        var fields: [NorenRow.Field] = []
        fields.reserveCapacity(48)
        position += 1
        skipSpace()
        guard current != UInt8(ascii: "}") else {
            position += 1
            return NorenRow(bytes: bytes, fields: fields)
        }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error }
            let name = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error }
            position += 1
            skipSpace()
            let key = FieldName(bytes[name.range])
            let value = try value()
            if let key { fields.append(NorenRow.Field(name: key, value: value)) }
        } while try another(until: UInt8(ascii: "}"))
        return NorenRow(bytes: bytes, fields: fields)
    }

    /// Steps over a comma (true) or over the closing mark (false).
    private mutating func another(until close: UInt8) throws(ScanError) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: ",") || current == close else { throw error }
        defer { position += 1 }
        return current != close
    }

    private mutating func value() throws(ScanError) -> NorenRow.Value {
        switch current {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let start = position
            try skipNested()
            return NorenRow.Value(kind: .other, range: start..<position)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default:
            for word in ["true", "false", "null"] where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return NorenRow.Value(kind: .other, range: position..<position)
            }
            throw error
        }
    }

    private mutating func number() -> NorenRow.Value {
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                position += 1
            default: return NorenRow.Value(kind: .plain, range: start..<position)
            }
        }
        return NorenRow.Value(kind: .plain, range: start..<position)
    }

    /// From the opening quote over the closing one.
    private mutating func string() throws(ScanError) -> NorenRow.Value {
        position += 1
        let start = position
        var kind = NorenRow.Value.Kind.plain
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return NorenRow.Value(kind: kind, range: start..<position - 1)
            case UInt8(ascii: "\\"):
                kind = .escaped
                position += 2
            default: position += 1
            }
        }
        throw error
    }

    /// Over a list or object inside a row; few are looked into (`NorenRow.list`).
    private mutating func skipNested() throws(ScanError) {
        var open: [UInt8] = []
        repeat {
            switch current {
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open.popLast() == current else { throw error }
            case UInt8(ascii: "\""):
                _ = try string()
                continue
            default:
                guard position < bytes.count else { throw error }
            }
            position += 1
        } while !open.isEmpty
    }
}
