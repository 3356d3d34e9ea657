import JSONText

extension Simulation {
    func fill(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let index = try workingOrder(input)
        let order = exchange.orders[index]
        guard order.status == .open else { throw ControlError("order \(order.number) has not triggered") }
        let quantity = try input.count("quantity", in: 1...order.remaining)
        let own = order.limit ?? exchange.books[order.terms.instrument].quote.last
        let price = input["price"] == nil ? own : try input.price("price")
        exchange.fill(index, quantity, at: price, now)
        return Control.done
    }

    /// A fill that the exchange made before it cancelled the rest, and reports only now.
    func fillLate(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let index = try order(input)
        let order = exchange.orders[index]
        guard order.status == .canceled, order.cancelled > 0 else {
            throw ControlError("order \(order.number) has nothing cancelled")
        }
        let quantity = try input.count("quantity", in: 1...order.cancelled)
        let own = order.limit ?? exchange.books[order.terms.instrument].quote.last
        exchange.fillLate(index, quantity, at: input["price"] == nil ? own : try input.price("price"), now)
        return Control.done
    }

    func cancel(_ input: JSONValue) throws(ControlError) -> JSONValue {
        exchange.cancelRest(of: try workingOrder(input), at: now)
        return Control.done
    }

    /// A person changes a working order in the broker's app; what is left out stays.
    func modify(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let index = try workingOrder(input)
        var price = exchange.orders[index].price
        let filled = exchange.orders[index].filled.quantity
        price.quantity = try input.count("qty", in: filled + 1...1_000_000_000, default: price.quantity)
        if input["prc"] != nil { price.price = try input.price("prc") }
        exchange.modify(index, to: price, at: now)
        return Control.done
    }

    /// Other words for the statuses, as sibling brokers print them, until they are set again.
    func spell(_ input: JSONValue) throws(ControlError) -> JSONValue {
        var spellings: [OrderStatus: String] = [:]
        for member in input.members ?? [] {
            guard let status = OrderStatus(rawValue: member.name) else {
                throw ControlError("there is no status \(member.name)")
            }
            spellings[status] = try input.word(member.name)
        }
        exchange.spellings = spellings
        return Control.done
    }

    func place(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let account = try account(input)
        let terms: OrderTerms
        do throws(Refusal) {
            let call = Call(fields: manual(input), token: nil, now: now)
            terms = try OrderForm(exchange: exchange, call: call, isFromAPI: false).terms()
        } catch {
            throw ControlError(error.message)
        }
        let index = exchange.place(terms, for: account, from: .mobile, at: now)
        return ["ok": true, "norenordno": .string(exchange.orders[index].number)]
    }

    /// The app's form fills in what a script may leave out, and knows no remarks.
    private func manual(_ input: JSONValue) -> JSONValue {
        var members = (input.members ?? []).filter { $0.name != "remarks" && $0.name != "account" }
        for (name, value) in [("prc", "0"), ("ret", "DAY"), ("prctyp", "MKT")] where input[name] == nil {
            members.append(JSONMember(name, .string(value)))
        }
        return .object(members)
    }
}
