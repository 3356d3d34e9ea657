import Desk
import Engine
import JSONText
import Trading

/// `GET /v1/recovery`: what the start came to, and what needs a person now.
struct RecoveryAnswer {
    private let views: [(client: ClientID, view: RecoveryView)]

    init(_ views: [(client: ClientID, view: RecoveryView)]) { self.views = views }

    var json: JSONValue {
        [
            "clients": .array(
                views.map { client, view in
                    [
                        "client": .string(client.text),
                        "at": JSONValue(view.report?.at.description),
                        "matched": .ids(view.report?.matched),
                        "adopted": .ids(view.report?.adopted),
                        "unattributed": .array((view.report?.unattributed ?? []).map { .unattributed(client, $0) }),
                        "unresolved": .ids(view.report?.unresolved),
                        "needs_person": .array(view.questions.map { .question($0) }),
                    ]
                }
            )
        ]
    }
}

extension JSONValue {
    fileprivate static func ids(_ ids: [CommandID]?) -> JSONValue {
        .array((ids ?? []).map { .string($0.description) })
    }

    /// `difference`: what the broker has of the position beyond what strategies own.
    fileprivate static func question(_ question: OpenQuestion) -> JSONValue {
        let record = question.record
        return [
            "command_id": .string(record.id.description),
            "strategy": .string(record.command.strategy.text),
            "exchange": .string(record.command.instrument.exchange.code),
            "symbol": .string(record.command.instrument.symbol),
            "product": .string(record.command.product.code),
            "side": .string(record.command.side.rawValue),
            "quantity": JSONValue(record.quantity),
            "state": .string(record.state.word.rawValue),
            "disputed": .bool(record.isDisputed),
            "trading_day": .string(record.tradingDay.date.description),
            "difference": question.difference.map { JSONValue($0) } ?? .null,
        ]
    }
}
