import JSONText
import Testing

@testable import NorenSimulator

@Suite struct OrderLifeTests {
    @Test func `a cancelled order keeps what it filled`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(["qty": "10"])
        exchange.fill(order, 4, at: .whole(1700), noon)
        try exchange.request("CancelOrder", .named(exchange.orders[order].number))
        #expect(exchange.orders[order].status == .canceled)
        #expect(exchange.orders[order].filled.quantity == 4)
        #expect(exchange.orders[order].cancelled == 6)
    }

    @Test func `cancelling a finished order is refused later and changes nothing`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order()
        try exchange.request("CancelOrder", .named(exchange.orders[order].number))
        let again = try exchange.request("CancelOrder", .named(exchange.orders[order].number))
        #expect(again["stat"] == "Ok")
        #expect(exchange.orders[order].status == .canceled)
        #expect(exchange.reports(order).last == .cancelRejected)
        #expect(exchange.lastReason(order) == "SAF:order is not open to cancel")
    }

    @Test func `a modification replaces price and quantity and counts the version`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order()
        try exchange.request("ModifyOrder", .modification(exchange.orders[order].number, ["qty": "3", "prc": "1690"]))
        #expect(exchange.orders[order].price.quantity == 3)
        #expect(exchange.orders[order].version == 2)
        #expect(exchange.orders[order].status == .open)
        #expect(exchange.reports(order).suffix(3) == [.modAck, .pendingReplace, .replaced])
    }

    @Test func `a trigger on a limit order's modification is refused later`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order()
        try exchange.request("ModifyOrder", .modification(exchange.orders[order].number, ["trgprc": "0"]))
        #expect(exchange.lastReason(order) == "ORA:Trigger price invalid - 0.00")
        #expect(exchange.orders[order].status == .open)
        #expect(exchange.orders[order].version == 1)
    }

    @Test func `a modification to no more than what is filled is refused later`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(["qty": "10"])
        exchange.fill(order, 4, at: .whole(1700), noon)
        try exchange.request("ModifyOrder", .modification(exchange.orders[order].number, ["qty": "4"]))
        #expect(exchange.reports(order).last == .replaceRejected)
        #expect(exchange.orders[order].price.quantity == 10)
    }

    @Test func `an unknown number is refused at once`() throws {
        var exchange = Exchange.sample()
        let cancel = try exchange.request("CancelOrder", .named("20010100000001"))
        #expect(cancel["emsg"] == "Rejected :  ORA:Order not found to Cancel")
        let change = try exchange.request("ModifyOrder", .modification("20010100000001", [:]))
        #expect(change["emsg"] == "Rejected :  ORA:Order not found")
    }

    @Test func `another account's order cannot be touched`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(account: 1)
        let answer = try exchange.request("CancelOrder", .named(exchange.orders[order].number))
        #expect(answer["stat"] == "Not_Ok")
        #expect(exchange.orders[order].status == .open)
    }

    @Test(arguments: [
        ("qty", "1505", "RED:RULE:{Check order qty multiple of lot size}"),
        ("qty", "1820", "RED:RULE:{Check Freeze qty"),
        ("prc", "100.03", "RED:RULE:{Check order price multiple of tick size}"),
        ("prc", "1.00", "RED:RULE:{Check circuit limit"),
    ])
    func `the risk engine rejects after the order has a number`(field: String, value: String, reason: String) throws {
        var exchange = Exchange.sample()
        exchange.setPrice("NIFTY29DEC26C25000", "100", exchange: "NFO")
        var changes: [String: JSONValue] = [
            "exch": "NFO", "tsym": "NIFTY29DEC26C25000", "prd": "M", "qty": "65", "prc": "100.00",
        ]
        changes[field] = .string(value)
        let order = try exchange.order(changes)
        #expect(exchange.orders[order].status == .rejected)
        #expect(exchange.reports(order) == [.newAck, .rejected])
        #expect(exchange.lastReason(order).hasPrefix(reason))
    }

    @Test func `cash that is missing rejects, and closing a position needs none`() throws {
        var exchange = Exchange.sample()
        exchange.setPrice("ACC-EQ", "1800")
        let bought = try exchange.order(["qty": "5500", "prc": "1801.00"])
        #expect(exchange.orders[bought].status == .complete)
        let short = try exchange.order(["qty": "500", "prc": "1801.00"])
        #expect(exchange.lastReason(short).hasPrefix("RED:Margin Shortfall:INR 900,500.00 Available:INR "))
        let sold = try exchange.order(["trantype": "S", "qty": "5500", "prc": "1799.00"])
        #expect(exchange.orders[sold].status == .complete)
        #expect(exchange.accounts[0].marginUsed == .zero)
    }

    @Test func `an order that ends gives back the margin it held`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order(["qty": "100"])
        #expect(exchange.accounts[0].marginUsed == .whole(170_000))
        try exchange.request("CancelOrder", .named(exchange.orders[order].number))
        #expect(exchange.accounts[0].marginUsed == .zero)
    }
}

extension JSONValue {
    static func named(_ number: String) -> JSONValue { ["uid": "FA00001", "norenordno": .string(number)] }

    /// A ModifyOrder body that changes nothing but what is given.
    static func modification(_ number: String, _ changes: [String: JSONValue]) -> JSONValue {
        .order(changes.merging(["norenordno": .string(number)]) { $1 })
    }
}
