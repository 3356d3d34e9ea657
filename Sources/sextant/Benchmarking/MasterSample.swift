import BrokerNoren
import Foundation
import JSONText
import Trading

/// A set of masters as large as the whole market's, written as a sync leaves it; the values are invented.
struct MasterSample {
    /// About what the six exchanges list together.
    static let counts: [(exchange: Exchange, rows: Int)] = [
        ("NSE", 9000), ("BSE", 13_000), ("NFO", 100_000), ("BFO", 70_000), ("CDS", 18_000), ("MCX", 40_000),
    ]

    let store: MasterStore

    init(in folder: String) throws {
        let source = MasterSource(
            url: "http://127.0.0.1:9/",
            layout: .zips,
            exchanges: Self.counts.map(\.exchange)
        )
        store = MasterStore(source, in: folder)
        let files = store.folder + "/sample"
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        var rows: [JSONValue] = []
        for (exchange, count) in Self.counts {
            let name = "\(exchange)_symbols.txt"
            try Data(Self.text(exchange, count).utf8).write(to: URL(fileURLWithPath: "\(files)/\(name)"))
            rows.append(
                [
                    "name": .string(name), "exchange": .string(exchange.code), "contracts": JSONValue(count),
                    "skipped": 0, "bytes": 0,
                ]
            )
        }
        let manifest: JSONValue = [
            "url": .string(source.url), "synced_at": "2026-11-23T02:45:00Z", "folder": "sample", "files": .array(rows),
        ]
        try Data(manifest.text.utf8).write(to: URL(fileURLWithPath: store.folder + "/current.json"))
    }

    private static func text(_ exchange: Exchange, _ count: Int) -> String {
        let isCash = exchange == "NSE" || exchange == "BSE"
        var text = "Exchange,Token,LotSize,Symbol,TradingSymbol,"
        text += isCash ? "Instrument,TickSize,\n" : "Expiry,Instrument,OptionType,StrikePrice,TickSize,\n"
        for number in 0..<count {
            if isCash {
                text += "\(exchange),\(1000 + number),1,SHARE\(number),SHARE\(number)-EQ,EQ,0.05,\n"
            } else {
                let underlying = "BANKNIFTY\(number / 2000)"
                let right = number % 2 == 0 ? "C" : "P"
                text +=
                    "\(exchange),\(35_000 + number),65,\(underlying),\(underlying)29DEC26\(right)\(20_000 + number),"
                text += "29-DEC-2026,OPTIDX,\(right)E,\(20_000 + number),0.05,\n"
            }
        }
        return text
    }
}
