import Crypto
import Desk
import JSONText
import Trading

/// A webhook's body, read field by field as `wire/webhook.md` has them.
struct WebhookAlert {
    static let legBound = 50

    /// Every `secret_key` there is; more than one must all be right.
    let secrets: [String]
    private let body: JSONValue

    init(_ body: JSONValue) {
        self.body = body
        secrets = (body.members ?? []).filter { $0.name.lowercased() == "secret_key" }
            .map { $0.value.scalarText ?? "" }
    }

    enum Reading {
        case alert(Alert)
        /// The request contradicts itself: 400.
        case contradiction(String)
    }

    /// The alert with every problem found. Legs that could not be read are missing from it, their problems are not.
    func alert(idempotencyKey header: String?, isSigned: Bool) -> Reading {
        guard var top = RequestFields(body) else { return .contradiction("the body must be a JSON object") }
        let id = top.optional("id", "text or a number of at most 200 characters") { $0.utf8.count <= 200 ? $0 : nil }
        if let header, !IdempotencyKey.isValid(header) { return .contradiction(IdempotencyKey.problem) }
        if let header, let id, header != id {
            return .contradiction("the Idempotency-Key header and the alert's id differ; send one of them")
        }
        let signalledAt = top.optional("ts", "a time: ISO 8601 or an epoch") { Timestamp($0) }
        if isSigned, id == nil, signalledAt == nil {
            top.problem("id", "a signed alert must carry id or ts, so that it cannot be replayed")
        }
        let type = top.required("execution_type", "ENTRY, EXIT or ADJUST") { ExecutionType(named: $0) }
        let strategy = top.name("strategy_name").map { StrategyName($0) } ?? .unnamed
        let test = top.test()
        let legs = legs(&top, type ?? .entry)
        // Without these two there is no telling what the legs were meant for.
        let canOwn = type != nil && !top.problems.contains { $0.field == "strategy_name" }
        let alert = Alert(
            source: .webhook,
            strategy: strategy,
            executionType: type ?? .entry,
            // A header is not signed: whoever replays a signed alert could send another one.
            idempotencyKey: id ?? (isSigned ? signedKey : header),
            contentHash: contentHash,
            request: request,
            signalledAt: signalledAt,
            test: test,
            legs: canOwn ? legs.legs : [],
            problems: top.problems + legs.problems,
            isUnsound: !top.problems.isEmpty
        )
        return .alert(alert)
    }

    private func legs(
        _ top: inout RequestFields,
        _ type: ExecutionType
    ) -> (legs: [Alert.Leg], problems: [FieldProblem]) {
        let exchange = top.name("exchange").map { Exchange($0.uppercased()) }
        let product = top.optional("product_type", "C, M or I (CNC, NRML, MIS)") { Product(named: $0) }
        let defaults = type == .exit ? (exchange, product) : (exchange ?? "NFO", product ?? .margin)
        guard let value = top.value("legs") else {
            if type != .exit { top.problem("legs", "is missing; must be one or more legs") }
            return ([], [])
        }
        guard let elements = value.elements, !elements.isEmpty else {
            let all = type == .exit ? "; leave legs out to exit everything" : ""
            top.problem("legs", "must be a list of one or more legs\(all)")
            return ([], [])
        }
        guard elements.count <= Self.legBound else {
            top.problem("legs", "must be at most \(Self.legBound), were \(elements.count)")
            return ([], [])
        }
        var legs: [Alert.Leg] = []
        var problems: [FieldProblem] = []
        for (index, element) in elements.enumerated() {
            let path = "legs[\(index)]."
            guard var fields = RequestFields(element, path: path) else {
                problems.append(FieldProblem("legs[\(index)]", "must be an object"))
                continue
            }
            let leg = leg(&fields, index, type, defaults)
            problems += fields.problems
            if fields.problems.isEmpty, let leg { legs.append(leg) }
        }
        return (legs, problems)
    }

    private func leg(
        _ fields: inout RequestFields,
        _ index: Int,
        _ type: ExecutionType,
        _ defaults: (exchange: Exchange?, product: Product?)
    ) -> Alert.Leg? {
        let isExit = type == .exit
        let symbol = fields.name("tradingsymbol")
        if symbol == nil, fields.value("tradingsymbol") == nil {
            fields.problem("tradingsymbol", "is missing; must be the broker's symbol")
        }
        let side: Side? =
            isExit ? nil : fields.required("direction", "BUY or SELL") { Side(rawValue: $0.uppercased()) }
        if !isExit, fields.value("qty") == nil {
            fields.problem("qty", "is missing; must be a whole number such as 75")
        }
        let quantity = fields.quantity("qty")
        let orderType =
            fields.optional("order_type", "MKT, LMT, SL or SL-MKT") { OrderType(named: $0) }
            ?? .market
        let product = fields.optional("product_type", "C, M or I (CNC, NRML, MIS)") { Product(named: $0) }
        let price = fields.price("price") ?? .zero
        let trigger = fields.price("trigger_price") ?? .zero
        let protection = Protection(
            stopLoss: fields.positivePrice("stop_loss"),
            target: fields.positivePrice("target"),
            trailingType: fields.optional("trailing_type", "POINTS, PERCENT or ABSOLUTE") {
                Protection.Measure(rawValue: $0.uppercased())
            },
            trailingValue: fields.positivePrice("trailing_value"),
            trailingActivationPrice: fields.positivePrice("trailing_activation_price")
        )
        guard let symbol else { return nil }
        return Alert.Leg(
            index: index,
            exchange: defaults.exchange,
            symbol: symbol,
            product: product ?? defaults.product,
            side: side,
            quantity: quantity,
            type: orderType,
            price: price,
            triggerPrice: trigger,
            protection: isExit ? .none : protection,
            notes: notes(fields)
        )
    }

    private func notes(_ fields: RequestFields) -> [OrderCommand.Note] {
        ["tag", "option_type", "strike", "expiry", "delta", "iv", "lots"].compactMap { name in
            fields.value(name)?.scalarText.map { OrderCommand.Note(name: name, text: String($0.prefix(200))) }
        }
    }

    /// Equal for equal content: parsed, without `secret_key`, `id` and `ts`, keys in lower case and sorted.
    private var contentHash: String {
        let content = body.lowercasedKeys.without(["secret_key", "id", "ts"]).canonical
        return Array(SHA256.hash(data: content.utf8)).hexadecimal
    }

    /// The whole body as its own key: a signed alert without an id is taken once.
    private var signedKey: String { "signed:" + Array(SHA256.hash(data: body.canonical.utf8)).hexadecimal }

    /// What is kept of the request: all of it but the secret.
    private var request: String {
        .init(decoding: body.withoutEverywhere("secret_key").utf8, as: UTF8.self)
    }
}

extension ExecutionType {
    fileprivate init?(named text: String) {
        switch text.uppercased() {
        case "ADJUSTMENT": self = .adjust
        case let word: self.init(rawValue: word)
        }
    }
}

extension JSONValue {
    fileprivate func without(_ names: Set<String>) -> JSONValue {
        guard let members else { return self }
        return .object(members.filter { !names.contains($0.name.lowercased()) })
    }

    /// Without the members of that name at any depth.
    fileprivate func withoutEverywhere(_ name: String) -> JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.filter { $0.name.lowercased() != name }
                    .map { JSONMember($0.name, $0.value.withoutEverywhere(name)) }
            )
        case .array(let elements): .array(elements.map { $0.withoutEverywhere(name) })
        default: self
        }
    }

    fileprivate var lowercasedKeys: JSONValue {
        switch self {
        case .object(let members):
            .object(members.map { JSONMember($0.name.lowercased(), $0.value.lowercasedKeys) })
        case .array(let elements): .array(elements.map(\.lowercasedKeys))
        default: self
        }
    }
}
