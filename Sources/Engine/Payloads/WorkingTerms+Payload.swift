public import JSONText
public import Trading

extension WorkingTerms {
    /// Appends the terms as they are stored. Absent means none; names never change.
    public func writePayload(to bytes: inout [UInt8]) { PayloadText.write(to: &bytes) { tell(&$0) } }

    func tell(_ sink: inout some PayloadSink) {
        sink.add("quantity", quantity)
        sink.add("order_type", type.rawValue)
        if price != .zero { sink.add("price", price.description) }
        if triggerPrice != .zero { sink.add("trigger_price", triggerPrice.description) }
    }

    /// Reads what `writePayload` wrote.
    public init(payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        self.init(
            quantity: try reader.integer("quantity"),
            type: try reader.read("order_type") { OrderType(rawValue: $0) },
            price: try reader.optional("price") { Price($0) } ?? .zero,
            triggerPrice: try reader.optional("trigger_price") { Price($0) } ?? .zero
        )
    }
}
