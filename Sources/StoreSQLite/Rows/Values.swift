import GRDB
import JSONText

/// The values of one row, in the order of its statement's columns.
struct Values {
    /// Optionals of any type: the initialiser of `StatementArguments` for these is the fast one.
    private(set) var list: [(any DatabaseValueConvertible)?] = []

    init(capacity: Int) { list.reserveCapacity(capacity) }

    mutating func add(_ text: String?) { list.append(text?.storable) }
    /// JSON escapes zero bytes, so its text is taken as it is.
    mutating func add(_ json: JSONValue) { list.append(json.text) }
    mutating func add(_ number: Int64?) { list.append(number) }
    mutating func add(_ number: Int?) { list.append(number) }
    mutating func add(_ flag: Bool) { list.append(flag) }
}

extension String {
    /// SQLite's texts end at a zero byte. Nobody means one; where one comes in from outside, its picture is stored, lest
    /// two different keys become the same.
    var storable: String {
        let hasZero = utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0)
        guard hasZero else { return self }
        return String(decoding: utf8.flatMap { $0 == 0 ? [0xE2, 0x90, 0x80] : [$0] }, as: UTF8.self)
    }
}
