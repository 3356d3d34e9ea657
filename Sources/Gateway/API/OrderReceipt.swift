public import JSONText
public import Trading

/// The one order object, the same in HTTP, command line and stream: all keys, always (`contract.md`).
public struct OrderReceipt: Sendable {
    private let record: OrderRecord

    public init(_ record: OrderRecord) { self.record = record }

    public var json: JSONValue {
        let command = record.command
        let reason = record.state.reason
        // What somebody asked for, first or since; the limit that protects an order at the market is in its timeline.
        let changed = record.terms.flatMap { $0.protection == nil ? $0 : nil }
        let type = changed?.type ?? command.type
        return [
            "command_id": .string(command.id.description),
            "client": .string(command.client.text),
            "group_id": .string(command.group.description),
            "leg": JSONValue(command.leg),
            "source": .string(command.source.rawValue),
            "strategy": .string(command.strategy.text),
            "execution_type": .string(command.executionType.rawValue),
            "exchange": .string(command.instrument.exchange.code),
            "symbol": .string(command.instrument.symbol),
            "side": .string(command.side.rawValue),
            "product": .string(command.product.code),
            "order_type": .string(type.rawValue),
            "quantity": JSONValue(record.quantity),
            "asked_quantity": command.askedQuantity.map { JSONValue($0) } ?? .null,
            "price": type.hasLimit ? .string((changed?.price ?? command.price).description) : .null,
            "trigger_price": type.hasTrigger
                ? .string((changed?.triggerPrice ?? command.triggerPrice).description) : .null,
            "validity": .string(command.validity.rawValue),
            "status": .string(record.state.status.rawValue),
            "state": .string(record.state.word.rawValue),
            "pending": JSONValue(record.pending?.rawValue),
            "disputed": .bool(record.isDisputed),
            "test": .bool(command.test != nil),
            "tag": JSONValue(reason?.tag.rawValue),
            "reason": JSONValue(reason?.text),
            "reason_code": JSONValue(reason?.code),
            "limit": JSONValue(reason?.limit),
            "observed": JSONValue(reason?.observed),
            "blocking_id": JSONValue(reason?.blocking?.description),
            "client_tag": .string(command.tag.text),
            "broker_order_id": JSONValue(record.state.brokerOrderID?.text),
            "filled_quantity": JSONValue(record.filled.quantity),
            "average_price": JSONValue(record.filled.averagePrice?.description),
            "created_at": .string(record.createdAt.description),
            "updated_at": .string(record.updatedAt.description),
            "version": JSONValue(record.version),
        ]
    }

    /// What there is instead of an order that does not exist.
    public static func missing(_ id: String) -> JSONValue { APIProblem.missingOrder(id).json }

    /// The short form in a webhook's answer.
    var summary: JSONValue {
        let reason = record.state.reason
        return [
            "command_id": .string(record.id.description),
            "symbol": .string(record.command.instrument.symbol),
            "status": .string(record.state.status.rawValue),
            "state": .string(record.state.word.rawValue),
            "tag": JSONValue(reason?.tag.rawValue),
            "reason": JSONValue(reason?.text),
        ]
    }
}
