public import JSONText
public import Trading

extension OrderCommand {
    /// The command as it is stored, whole. Absent means none; names never change.
    public var payload: JSONValue { PayloadMembers.value { tell(&$0) } }

    /// Appends the text of `payload`.
    public func writePayload(to bytes: inout [UInt8]) { PayloadText.write(to: &bytes) { tell(&$0) } }

    func tell(_ sink: inout some PayloadSink) {
        sink.add("id", id.description)
        sink.add("client", client.text)
        sink.add("group", group.description)
        sink.add("leg", leg)
        sink.add("source", source.rawValue)
        sink.add("strategy", strategy.text)
        sink.add("execution_type", executionType.rawValue)
        sink.add("exchange", instrument.exchange.code)
        sink.add("symbol", instrument.symbol)
        sink.add("product", product.code)
        sink.add("side", side.rawValue)
        sink.add("order_type", type.rawValue)
        sink.add("quantity", quantity)
        sink.add("validity", validity.rawValue)
        if reduces { sink.add("reduces", true) }
        if let askedQuantity { sink.add("asked_quantity", askedQuantity) }
        if price != .zero { sink.add("price", price.description) }
        if triggerPrice != .zero { sink.add("trigger_price", triggerPrice.description) }
        sink.add("test", ifAny: test?.rawValue)
        if protection != .none { protection.tell(&sink) }
        if !notes.isEmpty {
            sink.add(
                "notes",
                object: { sink in
                    for note in notes { sink.add(note.name, note.text) }
                }
            )
        }
        if let slice {
            sink.add("slice_of", slice.order.description)
            sink.add("slice", slice.number)
        }
        if let signalledAt { sink.add("signalled_at", signalledAt) }
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
            slice: try reader.optional("slice_of") { CommandID($0) }.map { order in
                OrderSlice(of: order, number: payload["slice"]?.integer ?? 0)
            },
            signalledAt: payload["signalled_at"]?.integer.map { Timestamp(microseconds: Int64($0)) }
        )
    }
}

extension Protection {
    fileprivate func tell(_ sink: inout some PayloadSink) {
        sink.add("stop_loss", ifAny: stopLoss?.description)
        sink.add("target", ifAny: target?.description)
        sink.add("trailing_type", ifAny: trailingType?.rawValue)
        sink.add("trailing_value", ifAny: trailingValue?.description)
        sink.add("trailing_activation_price", ifAny: trailingActivationPrice?.description)
    }
}
