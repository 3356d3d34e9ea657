public import JSONText
public import Trading

extension OrderCommand {
    /// The command as it is stored, whole. Absent means none; names never change.
    public var payload: JSONValue {
        var members: [JSONMember] = [
            JSONMember("id", .string(id.description)),
            JSONMember("client", .string(client.text)),
            JSONMember("group", .string(group.description)),
            JSONMember("leg", JSONValue(leg)),
            JSONMember("source", .string(source.rawValue)),
            JSONMember("strategy", .string(strategy.text)),
            JSONMember("execution_type", .string(executionType.rawValue)),
            JSONMember("exchange", .string(instrument.exchange.code)),
            JSONMember("symbol", .string(instrument.symbol)),
            JSONMember("product", .string(product.code)),
            JSONMember("side", .string(side.rawValue)),
            JSONMember("order_type", .string(type.rawValue)),
            JSONMember("quantity", JSONValue(quantity)),
            JSONMember("validity", .string(validity.rawValue)),
        ]
        func add(_ name: String, _ text: String?) {
            if let text { members.append(JSONMember(name, .string(text))) }
        }
        if reduces { members.append(JSONMember("reduces", true)) }
        if let askedQuantity { members.append(JSONMember("asked_quantity", JSONValue(askedQuantity))) }
        if price != .zero { add("price", price.description) }
        if triggerPrice != .zero { add("trigger_price", triggerPrice.description) }
        add("test", test?.rawValue)
        add("stop_loss", protection.stopLoss?.description)
        add("target", protection.target?.description)
        add("trailing_type", protection.trailingType?.rawValue)
        add("trailing_value", protection.trailingValue?.description)
        add("trailing_activation_price", protection.trailingActivationPrice?.description)
        if !notes.isEmpty {
            let notes = notes.map { JSONMember($0.name, .string($0.text)) }
            members.append(JSONMember("notes", .object(notes)))
        }
        if let signalledAt { members.append(JSONMember("signalled_at", JSONValue(Int(signalledAt.microseconds)))) }
        return .object(members)
    }

    /// Reads what `payload` wrote.
    public init(payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        self.init(
            id: try reader.read("id") { CommandID($0) },
            client: ClientID(try reader.text("client")),
            group: try reader.read("group") { GroupID($0) },
            leg: try reader.integer("leg"),
            source: try reader.read("source") { Source(rawValue: $0) },
            strategy: StrategyName(try reader.text("strategy")),
            executionType: try reader.read("execution_type") { ExecutionType(rawValue: $0) },
            instrument: Instrument(Exchange(try reader.text("exchange")), try reader.text("symbol")),
            product: Product(try reader.text("product")),
            side: try reader.read("side") { Side(rawValue: $0) },
            reduces: payload["reduces"]?.bool ?? false,
            type: try reader.read("order_type") { OrderType(rawValue: $0) },
            quantity: try reader.integer("quantity"),
            askedQuantity: payload["asked_quantity"]?.integer,
            price: try reader.optional("price") { Price($0) } ?? .zero,
            triggerPrice: try reader.optional("trigger_price") { Price($0) } ?? .zero,
            validity: try reader.read("validity") { Validity(rawValue: $0) },
            test: try reader.optional("test") { TestOutcome(rawValue: $0) },
            protection: Protection(
                stopLoss: try reader.optional("stop_loss") { Price($0) },
                target: try reader.optional("target") { Price($0) },
                trailingType: try reader.optional("trailing_type") { Protection.Measure(rawValue: $0) },
                trailingValue: try reader.optional("trailing_value") { Price($0) },
                trailingActivationPrice: try reader.optional("trailing_activation_price") { Price($0) }
            ),
            notes: (payload["notes"]?.members ?? []).map { .init(name: $0.name, text: $0.value.string ?? "") },
            signalledAt: payload["signalled_at"]?.integer.map { Timestamp(microseconds: Int64($0)) }
        )
    }
}
