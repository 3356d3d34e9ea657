import Trading

/// Writes values close together: numbers take as many bytes as they need.
struct PackedWriter {
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func set(_ byte: UInt8, at place: Int) { bytes[place] = byte }

    mutating func put(byte: UInt8) { bytes.append(byte) }

    mutating func put(_ number: UInt128) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func put(_ number: Int) { put(Int64(number)) }

    /// Small numbers of either sign are short.
    mutating func put(_ number: Int64) {
        var rest = UInt64(bitPattern: number << 1 ^ number >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func put(_ number: Int128) { put(UInt128(bitPattern: number << 1 ^ number >> 127)) }

    mutating func put(_ time: Timestamp, since: Timestamp) { put(time.microseconds &- since.microseconds) }

    mutating func put(_ price: Price) { put(price.tenThousandths) }

    mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// All sixteen bytes, so that they can be compared where they stand.
    mutating func put(whole number: UInt128) {
        for place in 0..<16 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * UInt128(place)))) }
    }

    mutating func put<Word: CaseIterable & Equatable>(word: Word) {
        var place: UInt8 = 0
        for other in Word.allCases {
            if other == word { break }
            place += 1
        }
        bytes.append(place)
    }

    mutating func put<Value>(_ value: Value?, _ write: (inout PackedWriter, Value) -> Void) {
        put(byte: value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }
}

/// Reads what a `PackedWriter` wrote, in the same order. Anything else in its place is a bug.
struct PackedReader {
    private let bytes: [UInt8]
    private var place: Int

    init(_ bytes: [UInt8], at place: Int) {
        self.bytes = bytes
        self.place = place
    }

    mutating func skip(_ count: Int) { place += count }

    mutating func byte() -> UInt8 {
        defer { place += 1 }
        return bytes[place]
    }

    mutating func unsigned() -> UInt128 {
        var number: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let next = byte()
            number |= UInt128(next & 0x7F) << shift
            if next < 0x80 { return number }
            shift += 7
        }
    }

    mutating func number() -> Int64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            number |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func count() -> Int { Int(number()) }

    mutating func wide() -> Int128 {
        let number = unsigned()
        return Int128(bitPattern: number >> 1) ^ -Int128(bitPattern: number & 1)
    }

    mutating func time(since: Timestamp) -> Timestamp {
        Timestamp(microseconds: since.microseconds &+ number())
    }

    mutating func price() -> Price { Price(tenThousandths: number()) }

    mutating func text() -> String {
        let count = count()
        defer { place += count }
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }

    mutating func whole() -> UInt128 {
        defer { place += 16 }
        return bytes[place..<place + 16].withUnsafeBytes { UInt128(littleEndian: $0.loadUnaligned(as: UInt128.self)) }
    }

    mutating func word<Word: CaseIterable>() -> Word where Word.AllCases == [Word] { Word.allCases[Int(byte())] }

    mutating func optional<Value>(_ read: (inout PackedReader) -> Value) -> Value? {
        byte() == 0 ? nil : read(&self)
    }
}
