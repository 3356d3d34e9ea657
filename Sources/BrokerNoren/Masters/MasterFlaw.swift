/// Why a master cannot be used, and where in it. Nothing of a file with a flaw is used.
public struct MasterFlaw: Error, Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The file ends before it should.
        case truncated
        /// Its contents are not what its own checksum or sizes say.
        case damaged
        /// A kind of archive that is not read here.
        case unsupported
        case tooLarge
        /// There is no contract in it.
        case empty
        case missingColumn
        /// A value that is not what its column holds.
        case unreadable
        /// It could not be had from the broker, or not from the disk.
        case unavailable
    }

    public let kind: Kind
    /// The file's name, as the broker has it.
    public var file: String
    /// The line in the file, from 1 for the header.
    public let row: Int?
    public let column: String?
    public let text: String

    init(_ kind: Kind, file: String = "", row: Int? = nil, column: String? = nil, _ text: String) {
        self.kind = kind
        self.file = file
        self.row = row
        self.column = column
        self.text = text
    }

    func of(_ file: String) -> MasterFlaw {
        var flaw = self
        flaw.file = file
        return flaw
    }
}

extension MasterFlaw: CustomStringConvertible {
    public var description: String {
        let place = [row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap(\.self)
        return "\(([file] + place).joined(separator: ", ")): \(text)"
    }
}
