import GRDB

/// The values of one row, in the order of its statement's columns. Emptied and filled again for the next row, so that a
/// commit's rows are laid out in one piece of memory, from which SQLite takes them.
struct Values {
    enum Value {
        case null
        case integer(Int64)
        /// Where it lies among `texts`.
        case text(Range<Int>)
    }

    private(set) var list: [Value] = []
    private(set) var texts: [UInt8] = []

    mutating func removeAll() {
        list.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
    }

    /// SQLite's texts end at a zero byte. Nobody means one; where one comes in from outside, its picture is stored, lest
    /// two different keys become the same.
    mutating func add(_ text: String) {
        let start = texts.count
        texts.append(contentsOf: text.utf8)
        if texts[start...].contains(0) { texts.replaceSubrange(start..., with: text.storable.utf8) }
        list.append(.text(start..<texts.count))
    }

    mutating func add(_ text: String?) {
        if let text { add(text) } else { list.append(.null) }
    }

    mutating func add(_ number: Int64) { list.append(.integer(number)) }
    mutating func add(_ number: Int64?) { list.append(number.map { .integer($0) } ?? .null) }
    mutating func add(_ number: Int) { list.append(.integer(Int64(number))) }
    mutating func add(_ flag: Bool) { list.append(.integer(flag ? 1 : 0)) }

    /// 128-bit sums are decimal text: no column of SQLite holds them exactly otherwise.
    mutating func add(_ sum: Int128) { add(Int64(exactly: sum)?.description ?? sum.description) }

    /// JSON escapes zero bytes, so its text is taken as it is.
    mutating func add(json write: (inout [UInt8]) -> Void) {
        let start = texts.count
        write(&texts)
        list.append(.text(start..<texts.count))
    }

    var databaseValues: [DatabaseValue] {
        list.map { value in
            switch value {
            case .null: .null
            case .integer(let integer): integer.databaseValue
            case .text(let range): String(decoding: texts[range], as: UTF8.self).databaseValue
            }
        }
    }
}

extension String {
    var storable: String {
        let hasZero = utf8.withContiguousStorageIfAvailable { $0.contains(0) } ?? utf8.contains(0)
        guard hasZero else { return self }
        return String(decoding: utf8.flatMap { $0 == 0 ? [0xE2, 0x90, 0x80] : [$0] }, as: UTF8.self)
    }
}
