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
            JSONMember("prctyp", .string(command.type.rawValue)),
            JSONMember("prc", .string(command.type.hasLimit ? command.price.description : "0")),
        ]
        if command.type.hasTrigger {
            members.append(JSONMember("trgprc", .string(command.triggerPrice.description)))
        }
        members.append(JSONMember("ret", .string(command.validity.rawValue)))
        members.append(JSONMember("remarks", .string(command.tag.text)))
        return .object(members)
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
        default: ["uid": .string(user), "actid": .string(user)]
        }
    }
}
