import Trading

/// One file of a broker's masters: plain text, or the only file in a zip.
struct MasterFile {
    /// The name at the broker.
    let name: String
    /// Whose contracts it holds.
    let exchange: Exchange

    /// More than ten times what the largest exchange fills.
    static let mostPackedBytes = 64 << 20
    static let mostBytes = 256 << 20

    /// Adds the file's contracts to `table`. After a flaw the table is of no use.
    func read(
        _ bytes: [UInt8],
        into table: inout ContractTableBuilder,
        limit: Int = MasterFile.mostBytes
    ) throws(MasterFlaw) -> MasterRows.Count {
        do throws(MasterFlaw) {
            var rows = MasterRows(of: [exchange])
            guard !bytes.isEmpty else { throw MasterFlaw(.empty, "the file is empty") }
            if ZipArchive.isOne(bytes) {
                let entry = try ZipArchive(bytes).entry(named: String(name.prefix { $0 != "." }) + ".txt")
                try Inflater(limit: limit).unpack(entry, of: bytes) { (piece) throws(MasterFlaw) in
                    try rows.take(piece, into: &table)
                }
            } else {
                guard bytes.count <= limit else { throw MasterFlaw(.tooLarge, "has more than \(limit) bytes") }
                try rows.take(bytes.span, into: &table)
            }
            try rows.finish(into: &table)
            return rows.count
        } catch {
            throw error.of(name)
        }
    }
}
