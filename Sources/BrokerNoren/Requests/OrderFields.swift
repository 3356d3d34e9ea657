import Desk
import JSONText
import Trading

extension JSONValue {
    /// What `PlaceOrder` is told. Every field is filled: the server trips over empty ones.
    static func placing(_ placement: Placement, user: String) -> JSONValue {
        let command = placement.command
        var members = [
            JSONMember("ordersource", "API"),
            JSONMember("uid", .string(user)),
            JSONMember("actid", .string(user)),
            JSONMember("trantype", command.side == .buy ? "B" : "S"),
            JSONMember("prd", .string(command.product.code)),
            JSONMember("exch", .string(command.instrument.exchange.code)),
            JSONMember("tsym", .string(Endpoint.placeOrder.symbolForm.text(of: command.instrument.symbol))),
            JSONMember("qty", .string(String(placement.quantity))),
            JSONMember("dscqty", "0"),
            JSONMember("prctyp", .string(placement.type.rawValue)),
            JSONMember("prc", .string(placement.type.hasLimit ? placement.price.description : "0")),
        ]
        if placement.type.hasTrigger {
            members.append(JSONMember("trgprc", .string(placement.triggerPrice.description)))
        }
        members.append(JSONMember("ret", .string(command.validity.rawValue)))
        members.append(JSONMember("remarks", .string(command.tag.text)))
        return .object(members)
    }

    /// What `ModifyOrder` is told. The quantity is the order's whole, filled units included; a trigger goes along for stop
    /// orders only, or the broker refuses the change behind our back.
    static func modifying(_ change: Modification, user: String) -> JSONValue {
        var members = [
            JSONMember("ordersource", "API"),
            JSONMember("uid", .string(user)),
            JSONMember("actid", .string(user)),
            JSONMember("norenordno", .string(change.number.text)),
            JSONMember("exch", .string(change.instrument.exchange.code)),
            JSONMember("tsym", .string(Endpoint.modifyOrder.symbolForm.text(of: change.instrument.symbol))),
            JSONMember("qty", .string(String(change.quantity))),
            JSONMember("prctyp", .string(change.type.rawValue)),
            JSONMember("prc", .string(change.type.hasLimit ? change.price.description : "0")),
        ]
        if change.type.hasTrigger {
            members.append(JSONMember("trgprc", .string(change.triggerPrice.description)))
        }
        members.append(JSONMember("ret", .string(change.validity.rawValue)))
        return .object(members)
    }

    /// What an order would take of the margin.
    static func margin(_ placement: Placement, user: String) -> JSONValue {
        let command = placement.command
        return [
            "uid": .string(user), "actid": .string(user), "exch": .string(command.instrument.exchange.code),
            "tsym": .string(Endpoint.orderMargin.symbolForm.text(of: command.instrument.symbol)),
            "qty": .string(String(placement.quantity)),
            "prc": .string(placement.type.hasLimit ? placement.price.description : "0"),
            "prd": .string(command.product.code), "trantype": command.side == .buy ? "B" : "S",
            "prctyp": .string(placement.type.rawValue),
        ]
    }

    static func history(_ number: BrokerOrderID, user: String) -> JSONValue {
        ["ordersource": "API", "uid": .string(user), "norenordno": .string(number.text)]
    }

    /// What is asked about one contract.
    static func asking(about contract: Contract, user: String) -> JSONValue {
        [
            "uid": .string(user), "exch": .string(contract.instrument.exchange.code), "token": .string(contract.token),
        ]
    }

    static func searching(_ words: String, at exchange: Exchange, user: String) -> JSONValue {
        ["uid": .string(user), "exch": .string(exchange.code), "stext": .string(words)]
    }

    static func cancelling(_ number: BrokerOrderID, user: String) -> JSONValue {
        ["ordersource": "API", "uid": .string(user), "norenordno": .string(number.text)]
    }

    /// What a probe of the session is asked with.
    static func asking(about user: String) -> JSONValue { ["uid": .string(user)] }

    /// What a book is asked with.
    static func reading(_ endpoint: Endpoint, user: String) -> JSONValue {
        switch endpoint {
        case .orderBook: ["ordersource": "API", "uid": .string(user)]
        case .tradeBook: ["ordersource": "API", "uid": .string(user), "actid": .string(user)]
        case .holdings: ["uid": .string(user), "actid": .string(user), "prd": "C"]
        default: ["uid": .string(user), "actid": .string(user)]
        }
    }
}
