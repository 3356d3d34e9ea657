import Desk
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// `/v1/orders`: what is stored, and one order at a time through the same pipeline as every alert.
struct OrderRoutes: Sendable {
    let engine: Engine

    // MARK: Reading

    func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let fields = try QueryFields(request)
        let archives = try await archives(of: try caller.clients(named: fields["client"]))
        return .json(.ok, try await OrderListing(try orderQuery(fields), in: archives).json)
    }

    private func orderQuery(_ fields: QueryFields) throws(APIProblem) -> OrderQuery {
        var query = OrderQuery()
        if let status = fields["status"] {
            guard OrderListing.statusWords.contains(status) else {
                throw .badRequest(
                    "status must be one of \(OrderListing.statusWords.joined(separator: ", "))",
                    field: "status"
                )
            }
            query.status = status
        }
        query.strategy = fields["strategy"].map { StrategyName($0) }
        query.symbol = fields["symbol"]
        query.brokerOrderID = fields["broker_order_id"].map { BrokerOrderID($0) }
        if let limit = fields["limit"] {
            guard let number = JSONValue.string(limit).integer, (1...1000).contains(number) else {
                throw .badRequest("limit must be a whole number from 1 to 1000", field: "limit")
            }
            query.limit = number
        }
        if let cursor = fields["cursor"] {
            guard let id = CommandID(cursor) else {
                throw .badRequest("cursor must be a next_cursor of an earlier page", field: "cursor")
            }
            query.before = id
        }
        return query
    }

    func show(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        let (_, record, events) = try await find(id, caller)
        let members = (OrderReceipt(record).json.members ?? []) + [JSONMember("timeline", OrderTimeline(events).json)]
        return .json(.ok, .object(members))
    }

    private func find(_ text: String, _ caller: Caller) async throws -> (ClientID, OrderRecord, [OrderEvent]) {
        if let id = CommandID(text) {
            for client in try caller.clients(named: nil) {
                guard let found = try await archives(of: [client]).first?.history(of: id) else { continue }
                return (client, found.record, found.events)
            }
        }
        throw APIProblem.missingOrder(text)
    }

    private func archives(of clients: [ClientID]) async throws -> [any OrderArchive] {
        var archives: [any OrderArchive] = []
        for client in clients {
            guard let archive = await engine.archive(of: client) else { throw APIProblem(.notReady([.standby])) }
            archives.append(archive)
        }
        return archives
    }

    // MARK: Asking

    /// `202` for a new order, `200` with the first one when the same key or content comes again.
    func place(_ request: Request, _ caller: Caller) async throws -> Response {
        let ticket = try await OrderTicket(request)
        let client = try caller.client(named: ticket.client)
        let alert = ticket.alert(idempotencyKey: try request.idempotencyKey())
        let reply = try await engine.submit(alert, to: client)
        switch reply {
        case .registered(_, let records, let problems):
            guard let record = records.first else { throw APIProblem.unprocessable(problems) }
            guard problems.isEmpty else {
                let own = problems.map { FieldProblem(OrderTicket.name(of: $0.field), $0.problem) }
                throw APIProblem.unprocessable(own)
            }
            return .json(.accepted, OrderReceipt(record).json)
        case .repeated(let group, _):
            guard let first = try await archives(of: [client]).first?.orders(of: group).first else {
                throw APIProblem.notFound("the first order is not stored")
            }
            return .json(.ok, OrderReceipt(first).json)
        case .conflict:
            throw APIProblem.conflict("this Idempotency-Key was already used for an order with other content")
        case .unreadable(let problems): throw APIProblem.unprocessable(problems)
        default: throw APIProblem.badRequest("no order was made")
        }
    }

    func cancel(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        let (client, record, _) = try await find(id, caller)
        switch try await engine.cancel(record.id, of: client) {
        case .cancelling(let record): return .json(.accepted, OrderReceipt(record).json)
        default: throw APIProblem.conflict("the order has already ended: it is \(record.state.word.rawValue)")
        }
    }

    /// A person's word about an order that the evidence leaves open.
    func resolve(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        guard var fields = RequestFields(try await request.jsonBody()) else {
            throw APIProblem.badRequest("the body must be a JSON object")
        }
        let outcomes = Resolution.Outcome.allCases.map(\.rawValue).joined(separator: " or ")
        let outcome = fields.required("outcome", outcomes) { Resolution.Outcome(rawValue: $0) }
        let rule = "text of 1 to 500 characters"
        func text(_ text: String) -> String? { (1...500).contains(text.utf8.count) ? text : nil }
        let reason = fields.required("reason", rule, text)
        let by = fields.optional("by", rule, text)
        guard fields.problems.isEmpty, let outcome, let reason else { throw APIProblem.unprocessable(fields.problems) }
        let (client, record, _) = try await find(id, caller)
        let name = by.map { "\($0) (\(caller.name))" } ?? caller.name
        switch try await engine.resolve(record.id, Resolution(outcome, by: name, reason: reason), of: client) {
        case .resolved(let record): return .json(.ok, OrderReceipt(record).json)
        case .notResolved(let why): throw APIProblem.conflict("the order is not \(outcome.rawValue): \(why)")
        default: throw APIProblem.conflict("the order is of an earlier day; the desk no longer follows it")
        }
    }

    /// `202` when the broker is asked, `200` when the order is so already. Whose order it is was checked before its fields
    /// are read, so that nobody learns of another client's orders.
    func modify(_ request: Request, _ caller: Caller, _ id: String) async throws -> Response {
        let (client, record, _) = try await find(id, caller)
        let ticket = try await ModifyTicket(request)
        switch try await engine.modify(ticket.change(of: record.id), of: client) {
        case .modifying(let record): return .json(.accepted, OrderReceipt(record).json)
        case .unchanged(let record): return .json(.ok, OrderReceipt(record).json)
        case .unchangeable(_, let obstacle): throw APIProblem.conflict("the order cannot be changed: \(obstacle)")
        case .changeBlocked(_, let reason, let problems):
            guard problems.isEmpty else {
                throw APIProblem.unprocessable(
                    problems.map { FieldProblem(OrderTicket.name(of: $0.field), $0.problem) }
                )
            }
            throw APIProblem.conflict("the change was blocked: \(reason.tag.rawValue), \(reason.text)")
        default: throw APIProblem.conflict("the order has already ended: it is \(record.state.word.rawValue)")
        }
    }

    /// Exits of a strategy: everything it holds, one symbol, or part of it.
    func exit(_ request: Request, _ caller: Caller) async throws -> Response {
        let ticket = try await OrderTicket(request, exits: true)
        let client = try caller.client(named: ticket.client)
        let alert = ticket.alert(idempotencyKey: try request.idempotencyKey())
        let reply = try await engine.submit(alert, to: client)
        switch reply {
        case .registered(let group, let records, let problems):
            guard problems.isEmpty else {
                throw APIProblem.unprocessable(
                    problems.map { FieldProblem(OrderTicket.name(of: $0.field), $0.problem) }
                )
            }
            return answer(.accepted, group, records)
        case .repeated(let group, _):
            return answer(.ok, group, try await archives(of: [client]).first?.orders(of: group) ?? [])
        case .conflict:
            throw APIProblem.conflict("this Idempotency-Key was already used for an exit with other content")
        case .unreadable(let problems): throw APIProblem.unprocessable(problems)
        default: throw APIProblem.badRequest("no exit was made")
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ group: GroupID, _ records: [OrderRecord]) -> Response {
        .json(
            status,
            ["group_id": .string(group.description), "orders": .array(records.map { OrderReceipt($0).json })]
        )
    }
}
