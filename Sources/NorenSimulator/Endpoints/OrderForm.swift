/// Reads orders from requests. What makes no sense is refused here, before there is an order number; what the risk
/// engine dislikes is not looked at.
struct OrderForm {
    let exchange: Exchange
    let call: Call
    /// The API gate may refuse market orders; the broker's own app has no such gate.
    var isFromAPI = true

    func terms() throws(Refusal) -> OrderTerms {
        for name in ["exch", "tsym", "qty", "prc", "prd", "trantype", "prctyp", "ret"] { _ = try call.required(name) }
        let instrument = try instrument()
        guard let side = Side(rawValue: try call.required("trantype")) else {
            throw .invalidInput("Invalid Transaction Type")
        }
        guard let product = Product(rawValue: try call.required("prd")) else { throw .invalidInput("Invalid Product") }
        guard let validity = Validity(rawValue: try call.required("ret")) else {
            throw .invalidInput("Invalid Retention Type")
        }
        switch call.text("amo") {
        case nil: break
        case "NO" where exchange.habits.acceptsAMONo: break
        default: throw .invalidInput("Invalid AMO")
        }
        let price = try priceTerms(type: try priceType(), lenientTrigger: exchange.habits.acceptsTriggerNone)
        return OrderTerms(
            instrument: instrument,
            side: side,
            product: product,
            validity: validity,
            remarks: try remarks(),
            disclosed: try disclosed(),
            price: price
        )
    }

    /// New price terms for `order`; what the request leaves out stays as it is.
    func changes(to order: Order) throws(Refusal) -> PriceTerms {
        let type = call.text("prctyp") == nil ? order.price.type : try priceType()
        guard try call.spellings("tsym").contains(exchange.instruments[order.terms.instrument].tradingSymbol) else {
            throw .invalidInput("Invalid Trading Symbol")
        }
        _ = try disclosed()
        return try priceTerms(type: type, lenientTrigger: false, current: order.price)
    }

    func instrument() throws(Refusal) -> Int {
        let market = try call.required("exch")
        for symbol in try call.spellings("tsym") {
            if let number = exchange.instruments.number(exchange: market, symbol: symbol),
                exchange.instruments[number].isTradable
            {
                return number
            }
        }
        throw .invalidInput("Invalid Trading Symbol")
    }

    func quantity() throws(Refusal) -> Int {
        let text = try call.required("qty")
        guard let quantity = Self.count(text), quantity > 0 else { throw .invalidInput("Invalid Quantity") }
        return quantity
    }

    private func priceType() throws(Refusal) -> PriceType {
        guard let type = PriceType(rawValue: try call.required("prctyp")) else {
            throw .invalidInput("Invalid Price Type")
        }
        if isFromAPI, type.isMarket, exchange.profile == .y2026 {
            throw .rejected("ALGO_CHK: \(type.rawValue) Order type not allowed for API order")
        }
        return type
    }

    private func priceTerms(
        type: PriceType,
        lenientTrigger: Bool,
        current: PriceTerms? = nil
    ) throws(Refusal)
        -> PriceTerms
    {
        let quantity = try quantity()
        let price: Rupees
        if call.text("prc") == nil, let current { price = current.price } else { price = try amount("prc") }
        if !type.isMarket, price == .zero { throw .invalidInput("Order price cannot be zero") }
        return PriceTerms(
            type: type,
            quantity: quantity,
            price: type.isMarket ? .zero : price,
            trigger: try trigger(type, lenient: lenientTrigger, current: current)
        )
    }

    /// The Python client sends the word `None` with orders that have no trigger. A modification that carries any
    /// trigger keeps it, so that the order router can refuse it.
    private func trigger(_ type: PriceType, lenient: Bool, current: PriceTerms?) throws(Refusal) -> Rupees? {
        guard type.isStop else {
            if call.text("trgprc") == nil || lenient { return nil }
            return try amount("trgprc")
        }
        if call.text("trgprc") == nil, let trigger = current?.trigger { return trigger }
        guard let text = call.text("trgprc"), let trigger = Rupees(wire: text), trigger > .zero else {
            throw .invalidInput("Invalid Trigger Price")
        }
        return trigger
    }

    private func amount(_ name: String) throws(Refusal) -> Rupees {
        guard let amount = Rupees(wire: try call.required(name)) else {
            throw .invalidInput(name == "prc" ? "Invalid Price" : "Invalid Trigger Price")
        }
        return amount
    }

    private func disclosed() throws(Refusal) -> Int {
        guard let text = call.text("dscqty") else { return 0 }
        guard let quantity = Self.count(text) else { throw .invalidInput("Invalid Disc Qty") }
        return quantity
    }

    private func remarks() throws(Refusal) -> String? {
        guard let remarks = call.text("remarks"), !remarks.isEmpty else { return nil }
        guard remarks.utf8.count <= exchange.habits.remarksLimit else { throw .invalidInput("Invalid Remarks") }
        return remarks
    }

    /// Digits only, at most nine of them.
    private static func count(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
