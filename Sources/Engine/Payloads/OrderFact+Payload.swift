public import JSONText
public import Trading

extension OrderFact {
    /// What the event's row holds beside its kind; also the detail of a timeline entry.
    public var payload: JSONValue {
        switch self {
        case .received(let command): ["command": command.payload]
        case .adopted(let command, let number): ["command": command.payload, "broker_order_id": .string(number.text)]
        case .blocked(let reason), .notSent(let reason), .expired(let reason): reason.payload
        case .rejected(let reason, let evidence), .cancelled(let reason, let evidence):
            reason.payload.adding("evidence", evidence.rawValue)
        case .sending(let quantity), .capped(let quantity): ["quantity": JSONValue(quantity)]
        case .resized(let quantity, let evidence):
            ["quantity": JSONValue(quantity), "evidence": .string(evidence.rawValue)]
        case .accepted(let number, let sentAt):
            ["broker_order_id": .string(number.text), "sent_at": JSONValue(Int(sentAt.microseconds))]
        case .unanswered(let text, let sentAt):
            ["text": .string(text), "sent_at": JSONValue(Int(sentAt.microseconds))]
        case .working(let number, let evidence):
            ["broker_order_id": .string(number.text), "evidence": .string(evidence.rawValue)]
        case .filled(let fill, let evidence): fill.payload.adding("evidence", evidence.rawValue)
        case .cancelAsked(let exit):
            exit.map { ["exit": .string($0.description)] } ?? .object([])
        case .cancelRefused(let text), .disputed(let text): ["text": .string(text)]
        }
    }

    /// Reads what `payload` wrote for this kind.
    public init(kind: Kind, payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        func number() throws(PayloadError) -> BrokerOrderID { BrokerOrderID(try reader.text("broker_order_id")) }
        func evidence() throws(PayloadError) -> Evidence { try reader.read("evidence") { Evidence(rawValue: $0) } }
        func command() throws(PayloadError) -> OrderCommand { try OrderCommand(payload: payload["command"] ?? .null) }
        switch kind {
        case .received: self = .received(try command())
        case .adopted: self = .adopted(try command(), try number())
        case .blocked: self = .blocked(try Reason(payload: payload))
        case .notSent: self = .notSent(try Reason(payload: payload))
        case .expired: self = .expired(try Reason(payload: payload))
        case .rejected: self = .rejected(try Reason(payload: payload), try evidence())
        case .cancelled: self = .cancelled(try Reason(payload: payload), try evidence())
        case .sending: self = .sending(quantity: try reader.integer("quantity"))
        case .capped: self = .capped(quantity: try reader.integer("quantity"))
        case .resized: self = .resized(quantity: try reader.integer("quantity"), try evidence())
        case .accepted: self = .accepted(try number(), sentAt: try reader.time("sent_at"))
        case .unanswered: self = .unanswered(try reader.text("text"), sentAt: try reader.time("sent_at"))
        case .working: self = .working(try number(), try evidence())
        case .filled: self = .filled(try Fill(payload: payload), try evidence())
        case .cancelAsked: self = .cancelAsked(exit: try reader.optional("exit") { CommandID($0) })
        case .cancelRefused: self = .cancelRefused(try reader.text("text"))
        case .disputed: self = .disputed(try reader.text("text"))
        }
    }
}

extension Reason {
    /// Tag, code, text and the numbers compared, as stored.
    public var payload: JSONValue {
        var members = [JSONMember("tag", .string(tag.rawValue)), JSONMember("text", .string(text))]
        let optional = [
            ("code", code), ("limit", limit), ("observed", observed), ("blocking", blocking?.description),
        ]
        for case (let name, .some(let text)) in optional { members.append(JSONMember(name, .string(text))) }
        return .object(members)
    }

    public init(payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        self.init(
            try reader.read("tag") { OrderTag(rawValue: $0) },
            code: payload["code"]?.string,
            try reader.text("text"),
            limit: payload["limit"]?.string,
            observed: payload["observed"]?.string,
            blocking: try reader.optional("blocking") { CommandID($0) }
        )
    }
}

extension Fill {
    var payload: JSONValue {
        [
            "fill_id": .string(id.text), "broker_order_id": .string(brokerOrderID.text),
            "exchange": .string(exchange.code), "trading_day": JSONValue(tradingDay.number),
            "quantity": JSONValue(quantity), "price": .string(price.description),
            "at": JSONValue(Int(at.microseconds)),
        ]
    }

    init(payload: JSONValue) throws(PayloadError) {
        let reader = PayloadReader(payload)
        guard let day = TradingDay(number: try reader.integer("trading_day")) else {
            throw PayloadError(field: "trading_day")
        }
        self.init(
            id: FillID(try reader.text("fill_id")),
            brokerOrderID: BrokerOrderID(try reader.text("broker_order_id")),
            exchange: Exchange(try reader.text("exchange")),
            tradingDay: day,
            quantity: try reader.integer("quantity"),
            price: try reader.read("price") { Price($0) },
            at: try reader.time("at")
        )
    }
}

extension JSONValue {
    fileprivate func adding(_ name: String, _ text: String) -> JSONValue {
        .object((members ?? []) + [JSONMember(name, .string(text))])
    }
}
