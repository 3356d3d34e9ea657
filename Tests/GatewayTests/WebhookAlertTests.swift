import Desk
import JSONText
import Testing
import Trading

@testable import Gateway

@Suite struct WebhookAlertTests {
    static let leg: JSONValue = ["tradingsymbol": "BANKNIFTY29DEC26C61500", "direction": "SELL", "qty": 60]

    static func body(_ changes: [String: JSONValue?] = [:], leg legChanges: [String: JSONValue?] = [:]) -> JSONValue {
        let top: JSONValue = [
            "secret_key": "s", "execution_type": "ENTRY", "strategy_name": "S", "legs": [leg.changed(legChanges)],
        ]
        return top.changed(changes)
    }

    func read(_ body: JSONValue, key: String? = nil, signed: Bool = false) throws -> Alert {
        guard case .alert(let alert) = WebhookAlert(body).alert(idempotencyKey: key, isSigned: signed) else {
            throw Unread()
        }
        return alert
    }

    struct Unread: Error {}

    @Test func `the page's example reads whole`() throws {
        let text = """
            {"secret_key":"…","execution_type":"ENTRY","strategy_name":"BNF_MONTHLY_STRANGLE","exchange":"NFO","product_type":"M",
             "id":"bnf-2026-12-21T09:20","legs":[
              {"tradingsymbol":"BANKNIFTY29DEC26C61500","direction":"SELL","qty":60,"order_type":"LMT","price":"212.35"},
              {"tradingsymbol":"BANKNIFTY29DEC26P58500","direction":"SELL","qty":60,"order_type":"MKT"}]}
            """
        let alert = try read(try JSONValue.parse(text))
        #expect(alert.problems.isEmpty)
        #expect(alert.idempotencyKey == "bnf-2026-12-21T09:20")
        #expect(alert.legs.map(\.type) == [.limit, .market])
        #expect(alert.legs[0].price == Price("212.35"))
        #expect(alert.legs.allSatisfy { $0.exchange == "NFO" && $0.product == .margin && $0.quantity == 60 })
    }

    @Test func `keys are read in any case at both levels`() throws {
        let text = #"{"Secret_Key":"s","EXECUTION_TYPE":"exit","Legs":[{"TradingSymbol":"X","QTY":"5"}]}"#
        let alert = try read(try JSONValue.parse(text))
        #expect(alert.problems.isEmpty)
        #expect(alert.executionType == .exit)
        #expect(alert.legs.first?.quantity == 5)
    }

    @Test func `an exit takes no defaults`() throws {
        let leg: JSONValue = ["tradingsymbol": "X", "direction": "nonsense"]
        let alert = try read(Self.body(["execution_type": "EXIT", "legs": [leg]]))
        #expect(alert.problems.isEmpty)
        #expect(alert.legs[0].exchange == nil && alert.legs[0].product == nil)
        #expect(alert.legs[0].side == nil && alert.legs[0].quantity == nil)
    }

    @Test(arguments: ["70.0", "1e2", "7O", "0x10", "9999999999999999999999", " 5"])
    func `a quantity that is no whole number is named`(text: String) throws {
        let alert = try read(Self.body(leg: ["qty": .string(text)]))
        #expect(alert.problems.map(\.field) == ["legs[0].qty"])
        #expect(alert.legs.isEmpty)
    }

    @Test(
        arguments: [
            ("execution_type", JSONValue("BUY")), ("test_mode", "MAYBE"), ("test_mode", ""), ("product_type", "X"),
            ("ts", "yesterday"),
            ("strategy_name", .string(String(repeating: "x", count: 65))),
            ("legs", "none"), ("legs", []), ("id", [1]),
        ] as [(String, JSONValue)]
    )
    func `a field above the legs that is wrong is named, and nothing may go`(field: String, value: JSONValue) throws {
        let alert = try read(Self.body([field: value]))
        #expect(alert.problems.map(\.field) == [field])
        #expect(alert.isUnsound)
    }

    @Test(
        arguments: [
            ("direction", JSONValue("HOLD")), ("order_type", "STOP"), ("price", "1,234.5"), ("price", "1.23456"),
            ("trigger_price", "abc"), ("product_type", "Z"), ("stop_loss", "x"), ("trailing_type", "FEET"),
            ("tradingsymbol", nil), ("direction", nil), ("qty", nil),
        ] as [(String, JSONValue?)]
    )
    func `a field of a leg that is wrong or missing is named`(field: String, value: JSONValue?) throws {
        let alert = try read(Self.body(leg: [field: value]))
        #expect(alert.problems.map(\.field) == ["legs[0].\(field)"])
    }

    @Test func `the same key twice is a problem, in any case`() throws {
        let text = #"{"execution_type":"ENTRY","legs":[{"tradingsymbol":"X","direction":"BUY","qty":1,"QTY":2}]}"#
        #expect(try read(try JSONValue.parse(text)).problems.map(\.field) == ["legs[0].qty"])
    }

    @Test func `an exit with an empty list of legs is a mistake, not everything`() throws {
        let alert = try read(Self.body(["execution_type": "EXIT", "legs": []]))
        #expect(alert.problems.map(\.field) == ["legs"])
        #expect(try read(Self.body(["execution_type": "EXIT", "legs": nil])).problems.isEmpty)
    }

    @Test(arguments: [" ACC-EQ", "ACC-EQ ", "ACC\u{202E}EQ", "A\u{0}B", String(repeating: "X", count: 65)])
    func `a symbol with hidden or framing characters is named`(symbol: String) throws {
        let alert = try read(Self.body(leg: ["tradingsymbol": .string(symbol)]))
        #expect(alert.problems.map(\.field) == ["legs[0].tradingsymbol"])
    }

    @Test func `a secret inside a leg is not kept either`() throws {
        #expect(!(try read(Self.body(leg: ["secret_key": "hunter2"])).request.contains("hunter2")))
    }

    @Test func `more than fifty legs are refused`() throws {
        let alert = try read(Self.body(["legs": .array(Array(repeating: Self.leg, count: 51))]))
        #expect(alert.problems.map(\.field) == ["legs"])
    }

    @Test func `header and body may name the key, but not differently`() throws {
        #expect(try read(Self.body(["id": "a"]), key: "a").idempotencyKey == "a")
        #expect(try read(Self.body(), key: "b").idempotencyKey == "b")
        #expect(throws: Unread.self) { try read(Self.body(["id": "a"]), key: "b") }
    }

    @Test func `a signed alert must carry a key or a time`() throws {
        #expect(try read(Self.body(), signed: true).problems.map(\.field) == ["id"])
        #expect(try read(Self.body(["ts": 1_790_000_000]), signed: true).problems.isEmpty)
    }

    @Test func `content is the same whatever the order and case of keys, the secret, the id and the time`() throws {
        let first = try read(Self.body(["id": "a", "ts": 1_790_000_000])).contentHash
        let second = try JSONValue.parse(
            #"{"LEGS":[{"qty":60,"direction":"SELL","tradingsymbol":"BANKNIFTY29DEC26C61500"}],"#
                + #""strategy_name":"S","execution_type":"ENTRY","secret_key":"other"}"#
        )
        #expect(try read(second).contentHash == first)
        #expect(try read(Self.body(leg: ["qty": 61])).contentHash != first)
    }

    @Test func `the secret is not kept with the request`() throws {
        let alert = try read(Self.body(["secret_key": "hunter2", "extra": "kept"]))
        #expect(!alert.request.contains("hunter2"))
        #expect(alert.request.contains("kept"))
    }
}

extension JSONValue {
    /// Members set, or taken out where the change is nil.
    func changed(_ changes: [String: JSONValue?]) -> JSONValue {
        var members = (members ?? []).filter { !changes.keys.contains($0.name) }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }
}
