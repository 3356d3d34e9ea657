import Desk
import GRDB
import Trading

/// One row of `positions`.
enum HoldingRow {
    static func key(_ key: HoldingKey, client: ClientID) -> Values {
        var values = Values(capacity: 7)
        values.add(client.text)
        values.add(key.strategy.text)
        values.add(key.position.instrument.exchange.code)
        values.add(key.position.instrument.symbol)
        values.add(key.position.product.code)
        return values
    }

    static func values(of holding: Holding, for key: HoldingKey, client: ClientID) -> Values {
        var values = self.key(key, client: client)
        values.add(holding.quantity)
        values.add(holding.cost.description)
        return values
    }

    static func holding(_ row: Row) throws -> (key: HoldingKey, holding: Holding) {
        let position = PositionKey(row.instrument(), Product(row["product"] as String))
        return (
            HoldingKey(StrategyName(row["strategy"]), position),
            Holding(quantity: row["quantity"], cost: try row.read("cost") { Int128($0) })
        )
    }
}
