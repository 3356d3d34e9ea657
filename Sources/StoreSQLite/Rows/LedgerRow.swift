import Desk
import Engine
import GRDB
import Trading

/// One row of `ledger_events`; the statement numbers it.
enum LedgerRow {
    static func add(_ row: (entry: LedgerEntry, request: DoneLedgerRequest?), client: ClientID, to values: inout Values)
    {
        let entry = row.entry
        let position = entry.holding.position
        values.add(client.text)
        values.add(entry.at.microseconds)
        values.add(entry.kind.rawValue)
        values.add(entry.holding.strategy.text)
        values.add(position.instrument.exchange.code)
        values.add(position.instrument.symbol)
        values.add(position.product.code)
        values.add(entry.quantity)
        values.add(entry.price.tenThousandths)
        values.add(entry.by)
        values.add(entry.reason)
        values.add(row.request?.content)
        values.add(row.request?.key)
    }

    static func entry(_ row: Row) throws -> LedgerEntry {
        let position = PositionKey(row.instrument(), Product(row["product"] as String))
        return LedgerEntry(
            try row.read("kind") { LedgerEntry.Kind(rawValue: $0) },
            of: HoldingKey(StrategyName(row["strategy"]), position),
            row["quantity"],
            at: Price(tenThousandths: row["price"]),
            by: row["actor"],
            reason: row["reason"],
            on: row.time("at")
        )
    }

    /// The requests that rows in their order came of.
    static func requests(_ rows: [Row]) throws -> [DoneLedgerRequest] {
        var requests: [DoneLedgerRequest] = []
        for row in rows {
            guard let content = row["request"] as String? else { continue }
            let (key, entry) = (row["request_key"] as String?, try entry(row))
            let last = requests.last
            let belongs = last.map { $0.key == key && $0.content == content && $0.at == entry.at } ?? false
            let entries = (belongs ? last?.entries ?? [] : []) + [entry]
            if belongs { requests.removeLast() }
            requests.append(DoneLedgerRequest(key: key, content: content, at: entry.at, entries: entries))
        }
        return requests
    }
}
