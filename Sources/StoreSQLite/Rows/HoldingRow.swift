import Desk
import GRDB
import Trading

/// One row of `positions`.
enum HoldingRow {
    static func addKey(_ key: HoldingKey, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(key.strategy.text)
        values.add(key.position.instrument.exchange.code)
        values.add(key.position.instrument.symbol)
        values.add(key.position.product.code)
    }

    static func add(_ holding: Holding, for key: HoldingKey, client: ClientID, to values: inout Values) {
        addKey(key, client: client, to: &values)
        values.add(holding.quantity)
        values.add(holding.cost)
    }

    static func holding(_ row: Row) throws -> (key: HoldingKey, holding: Holding) {
        let position = PositionKey(row.instrument(), Product(row["product"] as String))
        return (
            HoldingKey(StrategyName(row["strategy"]), position),
            Holding(quantity: row["quantity"], cost: try row.read("cost") { Int128($0) })
        )
    }
}
