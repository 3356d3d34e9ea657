import GRDB

/// The values of one row, in the order of its statement's columns.
struct Values {
    private(set) var list: [DatabaseValue] = []

    init(capacity: Int) { list.reserveCapacity(capacity) }

    mutating func add(_ text: String?) { list.append(text?.storable.databaseValue ?? .null) }
    mutating func add(_ number: Int64?) { list.append(number?.databaseValue ?? .null) }
    mutating func add(_ number: Int?) { list.append(number?.databaseValue ?? .null) }
    mutating func add(_ flag: Bool) { list.append(flag.databaseValue) }
}

extension String {
    /// SQLite's texts end at a zero byte. Nobody means one; where one comes in from outside, its picture is stored, lest
    /// two different keys become the same.
    var storable: String {
        guard utf8.contains(0) else { return self }
        return String(decoding: utf8.flatMap { $0 == 0 ? [0xE2, 0x90, 0x80] : [$0] }, as: UTF8.self)
    }
}
