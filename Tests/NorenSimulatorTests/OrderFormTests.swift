import JSONText
import Testing

@testable import NorenSimulator

@Suite struct OrderFormTests {
    @Test(arguments: [
        "1,234.5", "-0.00", "", "abc", "1e3", "1.", ".5", "+5", " 5", "99999999999999999999", "NaN", "٣",
    ])
    func `a price that is no plain amount is refused with 400`(price: String) throws {
        var exchange = Exchange.sample()
        let reply = try exchange.reply("PlaceOrder", .order(["prc": .string(price)]))
        #expect(reply.status == 400)
        #expect(reply.body["emsg"]?.string?.hasPrefix("Invalid Input :  ") == true)
        #expect(exchange.orders.isEmpty)
    }

    @Test(arguments: ["0", "-5", "1.5", "", "9999999999", "99999999999999999999999", "abc"])
    func `a quantity that is no positive count is refused with 400`(quantity: String) throws {
        var exchange = Exchange.sample()
        #expect(try exchange.reply("PlaceOrder", .order(["qty": .string(quantity)])).status == 400)
        #expect(exchange.orders.isEmpty)
    }

    @Test(arguments: [
        ("trantype", "BUY"), ("prd", "H"), ("prctyp", "XX"), ("ret", "GTC"), ("tsym", "NOSUCH"), ("exch", "XYZ"),
        ("dscqty", "x"), ("amo", "Maybe"), ("actid", "FA00002"), ("prc", "0"), ("tsym", "NIFTY INDEX"),
    ])
    func `a field that makes no sense is refused with 400`(field: String, value: String) throws {
        var exchange = Exchange.sample()
        #expect(try exchange.reply("PlaceOrder", .order([field: .string(value)])).status == 400)
    }

    @Test(arguments: ["exch", "tsym", "qty", "prc", "prd", "trantype", "prctyp", "ret", "uid", "actid"])
    func `a field that is missing is refused by name`(field: String) throws {
        var exchange = Exchange.sample()
        let answer = try exchange.request("PlaceOrder", .order([field: .null]))
        #expect(answer["emsg"] == .string("Invalid Input :  Missing \(field)."))
    }

    @Test func `what the stock Python client sends is taken`() throws {
        var exchange = Exchange.sample()
        let order = try exchange.order([
            "trgprc": "None", "remarks": .null, "amo": "NO", "prc": "1727.9500000000003", "dscqty": "0",
        ])
        #expect(exchange.orders[order].price.price == Rupees(wire: "1727.95"))
        #expect(exchange.orders[order].price.trigger == nil)
    }

    @Test func `a symbol is understood plain and encoded`() throws {
        var exchange = Exchange.sample()
        for spelling in ["M&M-EQ", "M%26M-EQ"] {
            let order = try exchange.order(["tsym": .string(spelling), "prc": "2900.00"])
            #expect(exchange.orders[order].status == .open)
        }
    }

    @Test(arguments: ["MKT", "SL-MKT"])
    func `the profile of 2026 refuses market orders`(type: String) throws {
        var exchange = Exchange.sample(profile: .y2026)
        let answer = try exchange.request("PlaceOrder", .order(["prctyp": .string(type), "trgprc": "1900"]))
        #expect(answer["emsg"] == .string("Rejected :  ALGO_CHK: \(type) Order type not allowed for API order"))
    }
}
