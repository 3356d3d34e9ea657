import Desk
import Engine
import JSONText
import Trading

/// `GET /v1/positions`: what strategies hold, what nobody owns, and from when that is.
struct PositionsAnswer {
    private let views: [(client: ClientID, view: PositionsView)]

    init(_ views: [(client: ClientID, view: PositionsView)]) { self.views = views }

    var json: JSONValue {
        let asOf = views.map(\.view.asOf)
        let oldest = asOf.contains(nil) ? nil : asOf.compactMap(\.self).min()
        return [
            "positions": .array(
                views.flatMap { entry in entry.view.holdings.map { .position(entry.client, $0.key, $0.holding) } }
            ),
            "unattributed": .array(
                views.flatMap { entry in
                    (entry.view.unattributed ?? []).map { .unattributed(entry.client, $0) }
                }
            ),
            "as_of": JSONValue(oldest?.description),
        ]
    }
}

extension JSONValue {
    static func position(_ client: ClientID, _ key: HoldingKey, _ holding: Holding) -> JSONValue {
        [
            "client": .string(client.text),
            "strategy": .string(key.strategy.text),
            "exchange": .string(key.position.instrument.exchange.code),
            "symbol": .string(key.position.instrument.symbol),
            "product": .string(key.position.product.code),
            "quantity": JSONValue(holding.quantity),
            "average_price": JSONValue(holding.averagePrice?.description),
        ]
    }

    static func unattributed(_ client: ClientID, _ one: Unattributed) -> JSONValue {
        let position = one.position
        return [
            "client": .string(client.text),
            "exchange": .string(position.instrument.exchange.code),
            "symbol": .string(position.instrument.symbol),
            "product": .string(position.product.code),
            "quantity": JSONValue(one.quantity),
            "since": .string(one.since.description),
        ]
    }

    static func change(_ client: ClientID, _ entry: LedgerEntry) -> JSONValue {
        let position = entry.holding.position
        return [
            "client": .string(client.text),
            "strategy": .string(entry.holding.strategy.text),
            "exchange": .string(position.instrument.exchange.code),
            "symbol": .string(position.instrument.symbol),
            "product": .string(position.product.code),
            "quantity": JSONValue(entry.quantity),
            "price": .string(entry.price.description),
            "kind": .string(entry.kind.rawValue),
        ]
    }
}
