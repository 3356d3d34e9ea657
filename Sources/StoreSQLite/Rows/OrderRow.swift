import Engine
import GRDB
import JSONText
import Trading

/// One row of `orders`.
enum OrderRow {
    static func add(_ record: OrderRecord, client: ClientID, to values: inout Values) {
        let command = record.command
        values.add(client.text)
        values.add(record.id.description)
        values.add(command.group.description)
        values.add(command.leg)
        values.add(command.tag.text)
        values.add(record.state.brokerOrderID?.text)
        values.add(record.tradingDay.number)
        values.add(command.strategy.text)
        values.add(command.instrument.exchange.code)
        values.add(command.instrument.symbol)
        values.add(command.product.code)
        values.add(command.side.rawValue)
        values.add(record.quantity)
        addFilled(record, to: &values)
        addState(record, to: &values)
        values.add(command.test?.rawValue)
        values.add(record.version)
        values.add(record.createdAt.microseconds)
        values.add(record.updatedAt.microseconds)
        values.add(json: { command.writePayload(to: &$0) })
        addTerms(record, to: &values)
    }

    /// What `JournalStatement.updateOrder` takes: the changed columns, then the row's key.
    static func addChange(of record: OrderRecord, client: ClientID, to values: inout Values) {
        values.add(record.state.brokerOrderID?.text)
        values.add(record.quantity)
        addFilled(record, to: &values)
        addState(record, to: &values)
        values.add(record.version)
        values.add(record.updatedAt.microseconds)
        addTerms(record, to: &values)
        values.add(client.text)
        values.add(record.id.description)
    }

    /// What `JournalStatement.assignOrder` takes.
    static func addAssignment(of record: OrderRecord, client: ClientID, to values: inout Values) {
        values.add(record.command.strategy.text)
        values.add(json: { record.command.writePayload(to: &$0) })
        values.add(client.text)
        values.add(record.id.description)
    }

    private static func addTerms(_ record: OrderRecord, to values: inout Values) {
        if let terms = record.terms {
            values.add(json: { terms.writePayload(to: &$0) })
        } else {
            values.add(nil as String?)
        }
        if let asked = record.askedTerms {
            values.add(json: { asked.writePayload(to: &$0) })
        } else {
            values.add(nil as String?)
        }
        values.add(record.shown.map { InferredFill(booked: record.booked, shown: $0).text })
    }

    private static func addFilled(_ record: OrderRecord, to values: inout Values) {
        values.add(record.filled.quantity)
        values.add(record.filled.value)
        values.add(record.filled.averagePrice?.tenThousandths)
    }

    private static func addState(_ record: OrderRecord, to values: inout Values) {
        let reason = record.state.reason
        values.add(record.state.status.rawValue)
        values.add(record.state.word.rawValue)
        values.add(reason?.tag.rawValue)
        values.add(reason?.text)
        values.add(reason?.code)
        values.add(reason?.limit)
        values.add(reason?.observed)
        values.add(reason?.blocking?.description)
        values.add(record.pending?.rawValue)
        values.add(record.isDisputed)
        values.add(record.makesWayFor?.description)
    }

    static func record(_ row: Row) throws -> OrderRecord {
        let inferred = try (row["inferred"] as String?).map { try InferredFill($0) }
        return OrderRecord(
            command: try OrderCommand(payload: try JSONValue.parse(row["command"] as String)),
            state: try state(row),
            quantity: row["quantity"],
            terms: try (row["terms"] as String?).map { try OrderTerms(payload: try JSONValue.parse($0)) },
            filled: try inferred?.booked
                ?? FillSum(quantity: row["filled_quantity"], value: try row.read("filled_value") { Int128($0) }),
            shown: inferred?.shown,
            pending: try row.readIfAny("pending") { PendingRequest(rawValue: $0) },
            makesWayFor: try row.readIfAny("makes_way_for") { CommandID($0) },
            askedTerms: try (row["asked_terms"] as String?).map { try WorkingTerms(payload: try JSONValue.parse($0)) },
            isDisputed: row["disputed"],
            tradingDay: try row.day("trading_day"),
            version: row["version"],
            createdAt: row.time("created_at"),
            updatedAt: row.time("updated_at")
        )
    }

    private static func state(_ row: Row) throws -> OrderState {
        let number = (row["broker_order_id"] as String?).map { BrokerOrderID($0) }
        func known() throws -> BrokerOrderID {
            guard let number else { throw PayloadError(field: "broker_order_id") }
            return number
        }
        return switch try row.read("state", { StateWord(rawValue: $0) }) {
        case .received: .received
        case .blocked: .blocked(try reason(row))
        case .sending: .sending
        case .unconfirmed: .unconfirmed
        case .working: .working(try known())
        case .filled: .filled(try known())
        case .rejected: .rejected(number, try reason(row))
        case .cancelled: .cancelled(try known(), try reason(row))
        case .expired: .expired(number, try reason(row))
        case .notSent: .notSent(try reason(row))
        }
    }

    private static func reason(_ row: Row) throws -> Reason {
        Reason(
            try row.read("tag") { OrderTag(rawValue: $0) },
            code: row["reason_code"],
            try row.read("reason") { $0 },
            limit: row["limit_value"],
            observed: row["observed"],
            blocking: try row.readIfAny("blocking_id") { CommandID($0) }
        )
    }
}
