import JSONText

/// Reading the arguments of control calls; each failure names the argument.
extension JSONValue {
    func word(_ name: String) throws(ControlError) -> String {
        guard let text = self[name]?.scalarText, !text.isEmpty else { throw ControlError("\(name) is missing") }
        return text
    }

    func flag(_ name: String) throws(ControlError) -> Bool {
        switch self[name] {
        case .bool(let value): return value
        case .string("true"), .string("on"): return true
        case .string("false"), .string("off"): return false
        default: throw ControlError("\(name) is true or false")
        }
    }

    /// The integer, or the default where there is none; `range` bounds both.
    func count(_ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws(ControlError) -> Int {
        guard let value = self[name], value != .null else {
            guard let fallback else { throw ControlError("\(name) is missing") }
            return fallback
        }
        guard let count = value.integer, range.contains(count) else {
            throw ControlError("\(name) is an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    func price(_ name: String) throws(ControlError) -> Rupees {
        guard let price = Rupees(wire: try word(name)), price > .zero else {
            throw ControlError("\(name) is a positive price such as \"212.35\"")
        }
        return price
    }
}

extension Simulation {
    func account(_ input: JSONValue) throws(ControlError) -> Int {
        let uid = try input.word("account")
        guard let account = exchange.accountNumbers[uid] else { throw ControlError("there is no account \(uid)") }
        return account
    }

    func instrument(_ input: JSONValue) throws(ControlError) -> Int {
        let (market, symbol) = (try input.word("exch"), try input.word("tsym"))
        guard let instrument = exchange.instruments.number(exchange: market, symbol: symbol) else {
            throw ControlError("there is no instrument \(market) \(symbol)")
        }
        return instrument
    }

    /// The order's index.
    func order(_ input: JSONValue) throws(ControlError) -> Int {
        let number = try input.word("norenordno")
        guard let index = exchange.orderIndices[number] else { throw ControlError("there is no order \(number)") }
        return index
    }

    /// An order that can still be filled or cancelled.
    func workingOrder(_ input: JSONValue) throws(ControlError) -> Int {
        let index = try order(input)
        guard exchange.orders[index].status.isWorking else {
            throw ControlError("order \(exchange.orders[index].number) is \(exchange.orders[index].status.rawValue)")
        }
        return index
    }
}
