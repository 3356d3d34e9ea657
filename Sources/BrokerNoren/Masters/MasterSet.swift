import JSONText
public import Trading

/// One whole set of masters: every file of a source, as it was downloaded and found readable.
public struct MasterSet: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        public let name: String
        public let exchange: Exchange
        public let contracts: Int
        /// Rows that cannot be ordered and were passed over.
        public let skipped: Int
        public let bytes: Int
    }

    public let url: String
    public let syncedAt: Timestamp
    public let files: [File]
    /// The folder in the store that holds the files.
    let folder: String

    public var day: TradingDay { TradingDay(syncedAt) }
    public var contracts: Int { files.map(\.contracts).reduce(0, +) }
}

extension MasterSet {
    var json: JSONValue {
        [
            "url": .string(url), "synced_at": .string(syncedAt.description), "folder": .string(folder),
            "files": .array(
                files.map { file in
                    [
                        "name": .string(file.name), "exchange": .string(file.exchange.code),
                        "contracts": JSONValue(file.contracts), "skipped": JSONValue(file.skipped),
                        "bytes": JSONValue(file.bytes),
                    ]
                }
            ),
        ]
    }

    /// Nil for text that is not what `json` writes.
    init?(json: JSONValue) {
        guard let url = json["url"]?.string, let time = json["synced_at"]?.string.flatMap({ Timestamp($0) }),
            let folder = json["folder"]?.string, Self.isName(folder), let rows = json["files"]?.elements
        else { return nil }
        var files: [File] = []
        for row in rows {
            guard let name = row["name"]?.string, Self.isName(name), let exchange = row["exchange"]?.string,
                let contracts = row["contracts"]?.integer, let skipped = row["skipped"]?.integer,
                let bytes = row["bytes"]?.integer
            else { return nil }
            files.append(
                File(name: name, exchange: Exchange(exchange), contracts: contracts, skipped: skipped, bytes: bytes)
            )
        }
        self.init(url: url, syncedAt: time, files: files, folder: folder)
    }

    /// A name that cannot lead out of its folder.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.utf8.contains(UInt8(ascii: "/"))
    }
}
