public import JSONText
public import Trading

extension OrderTerms {
    /// The terms as they are stored, and shown beside what was asked for.
    public var payload: JSONValue { PayloadMembers.value { tell(&$0) } }

    /// Appends the text of `payload`.
    public func writePayload(to bytes: inout [UInt8]) { PayloadText.write(to: &bytes) { tell(&$0) } }

    func tell(_ sink: inout some PayloadSink) {
        sink.add("order_type", type.rawValue)
        if price != .zero { sink.add("price", price.description) }
        if triggerPrice != .zero { sink.add("trigger_price", triggerPrice.description) }
        guard let protection else { return }
        sink.add("basis", protection.basis.rawValue)
        sink.add("reference", protection.reference.description)
        sink.add("basis_points", protection.basisPoints)
        sink.add("known_at", protection.knownAt)
    }

    /// Reads what `payload` wrote.
    public init(payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        self.init(
            type: try reader.read("order_type") { OrderType(rawValue: $0) },
            price: try reader.optional("price") { Price($0) } ?? .zero,
            triggerPrice: try reader.optional("trigger_price") { Price($0) } ?? .zero,
            protection: payload["basis"] == nil
                ? nil
                : MarketLimit(
                    basis: try reader.read("basis") { MarketLimit.Basis(rawValue: $0) },
                    reference: try reader.read("reference") { Price($0) },
                    basisPoints: try reader.integer("basis_points"),
                    knownAt: try reader.time("known_at")
                )
        )
    }
}
