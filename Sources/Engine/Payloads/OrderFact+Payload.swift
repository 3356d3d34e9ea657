public import JSONText
public import Trading

extension OrderFact {
    /// What the event's row holds beside its kind; also the detail of a timeline entry.
    public var payload: JSONValue { PayloadMembers.value { tell(&$0) } }

    /// Appends the text of `payload`.
    public func writePayload(to bytes: inout [UInt8]) { PayloadText.write(to: &bytes) { tell(&$0) } }

    private func tell(_ sink: inout some PayloadSink) {
        switch self {
        case .received(let command): sink.add("command", object: { command.tell(&$0) })
        case .adopted(let command, let number):
            sink.add("command", object: { command.tell(&$0) })
            sink.add("broker_order_id", number.text)
        case .blocked(let reason), .notSent(let reason), .expired(let reason): reason.tell(&sink)
        case .rejected(let reason, let evidence), .cancelled(let reason, let evidence):
            reason.tell(&sink)
            sink.add("evidence", evidence.rawValue)
        case .sending(let quantity), .capped(let quantity): sink.add("quantity", quantity)
        case .resized(let quantity, let evidence):
            sink.add("quantity", quantity)
            sink.add("evidence", evidence.rawValue)
        case .priced(let terms): terms.tell(&sink)
        case .accepted(let number, let sentAt):
            sink.add("broker_order_id", number.text)
            sink.add("sent_at", sentAt)
        case .unanswered(let text, let sentAt):
            sink.add("text", text)
            sink.add("sent_at", sentAt)
        case .working(let number, let evidence):
            sink.add("broker_order_id", number.text)
            sink.add("evidence", evidence.rawValue)
        case .filled(let fill, let evidence):
            fill.tell(&sink)
            sink.add("evidence", evidence.rawValue)
        case .inferred(let shown, let evidence):
            sink.add("quantity", shown.quantity)
            sink.add("average_price", shown.average.description)
            sink.add("evidence", evidence.rawValue)
        case .cancelAsked(let exit): sink.add("exit", ifAny: exit?.description)
        case .modifyAsked(let terms, let source):
            terms.tell(&sink)
            sink.add("source", source.rawValue)
        case .modifyBlocked(let reason): reason.tell(&sink)
        case .modifyRefused(let text, let evidence):
            sink.add("text", text)
            sink.add("evidence", evidence.rawValue)
        case .modified(let terms, let evidence):
            terms.tell(&sink)
            sink.add("evidence", evidence.rawValue)
        case .assigned(let strategy, let reduces, let text):
            sink.add("strategy", strategy.text)
            sink.add("reduces", reduces)
            sink.add("text", text)
        case .cancelRefused(let text), .disputed(let text), .agreed(let text): sink.add("text", text)
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
        case .priced: self = .priced(try OrderTerms(payload: payload))
        case .accepted: self = .accepted(try number(), sentAt: try reader.time("sent_at"))
        case .unanswered: self = .unanswered(try reader.text("text"), sentAt: try reader.time("sent_at"))
        case .working: self = .working(try number(), try evidence())
        case .filled: self = .filled(try Fill(payload: payload), try evidence())
        case .inferred:
            let average = try reader.read("average_price") { Price($0) }
            self = .inferred(ShownFill(quantity: try reader.integer("quantity"), average: average), try evidence())
        case .cancelAsked: self = .cancelAsked(exit: try reader.optional("exit") { CommandID($0) })
        case .cancelRefused: self = .cancelRefused(try reader.text("text"))
        case .modifyAsked:
            self = .modifyAsked(try WorkingTerms(payload: payload), try reader.read("source") { Source(rawValue: $0) })
        case .modifyBlocked: self = .modifyBlocked(try Reason(payload: payload))
        case .modifyRefused: self = .modifyRefused(try reader.text("text"), try evidence())
        case .modified: self = .modified(try WorkingTerms(payload: payload), try evidence())
        case .disputed: self = .disputed(try reader.text("text"))
        case .agreed: self = .agreed(try reader.text("text"))
        case .assigned:
            let strategy = StrategyName(try reader.text("strategy"))
            self = .assigned(strategy, reduces: payload["reduces"]?.bool ?? false, try reader.text("text"))
        }
    }
}

extension Reason {
    /// Tag, code, text and the numbers compared, as stored.
    fileprivate func tell(_ sink: inout some PayloadSink) {
        sink.add("tag", tag.rawValue)
        sink.add("text", text)
        sink.add("code", ifAny: code)
        sink.add("limit", ifAny: limit)
        sink.add("observed", ifAny: observed)
        sink.add("blocking", ifAny: blocking?.description)
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
    fileprivate func tell(_ sink: inout some PayloadSink) {
        sink.add("fill_id", id.text)
        sink.add("broker_order_id", brokerOrderID.text)
        sink.add("exchange", exchange.code)
        sink.add("trading_day", tradingDay.number)
        sink.add("quantity", quantity)
        sink.add("price", price.description)
        sink.add("at", at)
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
