import Crypto
import JSONText
import Testing

@testable import NorenSimulator

@Suite struct SessionTests {
    private static func credentials(_ changes: [String: String] = [:]) -> JSONValue {
        let fields = [
            "uid": "FA00001", "pwd": sha("Secret@1"), "factor2": "123456", "vc": "FA00001_U",
            "appkey": sha("FA00001|api-secret"), "imei": "x", "source": "API", "apkversion": "1.0.0",
        ].merging(changes) { $1 }
        return .object(fields.map { JSONMember($0.key, .string($0.value)) })
    }

    private static func sha(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

    private func logIn(
        _ exchange: inout Exchange,
        _ changes: [String: String] = [:],
        at now: Int64 = noon
    )
        throws -> JSONValue
    {
        let endpoint = try #require(Endpoint.all["QuickAuth"])
        return exchange.answer(endpoint, Call(fields: Self.credentials(changes), token: nil, now: now)).body
    }

    @Test func `the last login wins`() throws {
        var exchange = Exchange.sample()
        let first = try #require(try logIn(&exchange)["susertoken"]?.string)
        let second = try #require(try logIn(&exchange)["susertoken"]?.string)
        #expect(exchange.sessions[first] == nil)
        #expect(exchange.sessions[second] == 0)
        #expect(exchange.accounts[0].logins == 2)
    }

    @Test(arguments: ["pwd", "appkey", "vc", "factor2", "uid"])
    func `a login with anything wrong is refused with 200`(field: String) throws {
        var exchange = Exchange.sample()
        #expect(try logIn(&exchange, [field: "wrong"])["stat"] == "Not_Ok")
        #expect(exchange.sessions.isEmpty)
    }

    @Test func `a shared secret asks for the code of the moment`() throws {
        // RFC 6238's secret "12345678901234567890" and time 59 s: 94287082, of which six digits count.
        var exchange = Exchange.sample(totpSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(try logIn(&exchange, ["factor2": "287082"], at: 59_000_000)["stat"] == "Ok")
        #expect(try logIn(&exchange, ["factor2": "123456"], at: 59_000_000)["stat"] == "Not_Ok")
        #expect(try logIn(&exchange, ["factor2": "287082"], at: 300_000_000)["stat"] == "Not_Ok")
    }

    @Test func `a code of a shared secret opens one session`() throws {
        var exchange = Exchange.sample(totpSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(try logIn(&exchange, ["factor2": "287082"], at: 59_000_000)["stat"] == "Ok")
        #expect(try logIn(&exchange, ["factor2": "287082"], at: 59_000_000)["emsg"] == "Invalid Input :  Invalid OTP")
        exchange.habits.codesAreSingleUse = false
        #expect(try logIn(&exchange, ["factor2": "287082"], at: 59_000_000)["stat"] == "Ok")
    }

    @Test func `five wrong logins in a row block the account`() throws {
        var exchange = Exchange.sample()
        for _ in 0..<4 { _ = try logIn(&exchange, ["pwd": "wrong"]) }
        #expect(try logIn(&exchange)["stat"] == "Ok")
        for _ in 0..<5 { _ = try logIn(&exchange, ["pwd": "wrong"]) }
        #expect(try logIn(&exchange)["emsg"] == "Invalid Input :  User Blocked")
        exchange.habits.loginAttempts = 0
        #expect(try logIn(&exchange)["stat"] == "Ok")
    }

    @Test func `orders have a window of their own`() throws {
        var exchange = Exchange.sample(limits: true)
        exchange.habits.ordersPerSecond = 2
        for _ in 0..<2 { _ = try exchange.order() }
        let third = try exchange.request("PlaceOrder", .order())
        let text = "Invalid Input :  Order Recieved 3 in a current second exceeds Limit 2 for user"
        #expect(third["emsg"] == .string(text))
        #expect(try exchange.request("Limits", ["uid": "FA00001"])["stat"] == "Ok")
    }

    @Test func `the ledger tells the busiest second and minute, refused calls included`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("clock", ["standing": true])
            await running.control("habit", ["calls_per_second": "3"])
            await running.control("limits", ["limits": true])
            for _ in 0..<5 { _ = try await running.call("PlaceOrder", .order(), token) }
            let rate = await running.control("ledger")["accounts"]?["FA00001"]?["rate"]
            #expect(rate?["refused"]?.integer == 2)
            #expect(rate?["busiest_second"]?.integer == 6)  // with the login
            #expect(rate?["busiest_minute"]?.integer == 6)
            #expect(rate?["busiest_second_of_orders"]?.integer == 5)
        }
    }

    @Test func `refusals travel with the status that is set`() throws {
        var exchange = Exchange.sample()
        #expect(try exchange.reply("PlaceOrder", .order(["qty": "0"])).status == 400)
        exchange.habits.validationStatus = 200
        exchange.habits.sessionStatus = 403
        #expect(try exchange.reply("PlaceOrder", .order(["qty": "0"])).status == 200)
        #expect(try exchange.reply("OrderBook", ["uid": "FA00002"]).status == 403)
    }

    @Test func `a session of one user does not serve another`() throws {
        var exchange = Exchange.sample()
        let answer = try exchange.request("OrderBook", ["uid": "FA00002"], account: 0)
        #expect(answer["emsg"] == "Session Expired :  Invalid Session Key")
    }

    @Test func `the eleventh call in a second is refused, and the next second is free`() throws {
        var exchange = Exchange.sample(limits: true)
        for _ in 0..<10 { try exchange.request("Limits", ["uid": "FA00001"]) }
        let eleventh = try exchange.reply("Limits", ["uid": "FA00001"])
        #expect(eleventh.status == 400)
        let text = "Invalid Input :  Order Recieved 11 in a current second exceeds Limit 10 for user"
        #expect(eleventh.body["emsg"] == .string(text))
        #expect(try exchange.request("Limits", ["uid": "FA00001"], at: noon + 1_000_000)["stat"] == "Ok")
    }

    @Test func `the 121st call in a minute is refused`() throws {
        var exchange = Exchange.sample(limits: true)
        for call in 0..<120 {
            let answer = try exchange.request("Limits", ["uid": "FA00001"], at: noon + Int64(call) * 200_000)
            #expect(answer["stat"] == "Ok")
        }
        let refused = try exchange.request("Limits", ["uid": "FA00001"], at: noon + 30_000_000)
        let text = "Invalid Input :  Order Recieved 121 in a current minute exceeds Limit 120 for user"
        #expect(refused["emsg"] == .string(text))
        #expect(try exchange.request("Limits", ["uid": "FA00001"], at: noon + 60_000_000)["stat"] == "Ok")
    }
}
