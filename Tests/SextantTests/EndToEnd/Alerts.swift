import JSONText

/// Alerts of the tests: a sample that passes everything, changed where a test wants it otherwise.
enum Alerts {
    static func entry(
        _ strategy: String = "S",
        id: String? = nil,
        exchange: String = "NSE",
        product: String = "I",
        _ legs: [JSONValue] = [leg()]
    ) -> JSONValue {
        make(
            "ENTRY",
            strategy,
            id,
            [JSONMember("exchange", .string(exchange)), JSONMember("product_type", .string(product))],
            legs
        )
    }

    static func exit(_ strategy: String = "S", id: String? = nil, _ legs: [JSONValue] = []) -> JSONValue {
        make("EXIT", strategy, id, [], legs)
    }

    static func adjust(_ strategy: String = "S", id: String? = nil, _ legs: [JSONValue] = [leg()]) -> JSONValue {
        make("ADJUST", strategy, id, [JSONMember("exchange", "NSE"), JSONMember("product_type", "I")], legs)
    }

    static func leg(
        _ symbol: String = "ACC-EQ",
        _ direction: String = "BUY",
        _ quantity: Int = 10,
        price: String? = nil
    ) -> JSONValue {
        var members = [
            JSONMember("tradingsymbol", .string(symbol)), JSONMember("direction", .string(direction)),
            JSONMember("qty", JSONValue(quantity)),
        ]
        if let price { members += [JSONMember("order_type", "LMT"), JSONMember("price", .string(price))] }
        return .object(members)
    }

    private static func make(
        _ type: String,
        _ strategy: String,
        _ id: String?,
        _ more: [JSONMember],
        _ legs: [JSONValue]
    ) -> JSONValue {
        var members = [
            JSONMember("secret_key", .string(Sandbox.secret)), JSONMember("execution_type", .string(type)),
            JSONMember("strategy_name", .string(strategy)),
        ]
        if let id { members.append(JSONMember("id", .string(id))) }
        if !legs.isEmpty { members.append(JSONMember("legs", .array(legs))) }
        return .object(members + more)
    }
}
