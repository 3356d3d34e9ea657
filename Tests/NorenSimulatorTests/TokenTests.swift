import JSONText
import NIOHTTP1
import Testing

@testable import NorenSimulator

@Suite struct TokenTests {
    private static func request(_ changes: [String: JSONValue] = [:], code: String = Endpoint.standingCode) -> JSONValue
    {
        let fields: [String: JSONValue] = [
            "code": .string(code), "checksum": .string(Endpoint.hash("FA00001_U" + "api-secret" + code)),
            "uid": "FA00001",
        ].merging(changes) { $1 }
        return .object(fields.map { JSONMember($0.key, $0.value) }.filter { $0.value != .null })
    }

    @Test(arguments: [SimulatorSettings.Profile.y2024, .y2026])
    func `a code and its checksum open a session in both profiles`(profile: SimulatorSettings.Profile) throws {
        var exchange = Exchange.sample(profile: profile)
        let answer = try exchange.open("GenAcsTok", Self.request())
        #expect(answer["stat"] == "Ok")
        for field in ["access_token", "USERID", "refresh_token", "actid", "susertoken", "uid"] {
            #expect(answer[field]?.string?.isEmpty == false, "\(field)")
        }
        let token = try #require(answer["access_token"]?.string)
        #expect(exchange.sessions[token] == 0)
        #expect(token.utf8.count == 64)
        let end = try #require(answer["expires_in"]?.string.flatMap { Int64($0) })
        #expect(end == moment(6, 0, daysLater: 1) / 1_000_000)
    }

    @Test(
        arguments: [["uid": .null], ["uid": "FA00002"], ["checksum": "00"], ["code": "other"]] as [[String: JSONValue]]
    )
    func `a verifier with anything wrong is refused`(changes: [String: JSONValue]) throws {
        var exchange = Exchange.sample()
        let answer = try exchange.open("GenAcsTok", Self.request(changes))
        #expect(answer["emsg"] == "Invalid Input :  INVALID_VERIFIER")
        #expect(exchange.sessions.isEmpty)
    }

    @Test func `a code of the login page is good once, and for its account only`() throws {
        var exchange = Exchange.sample()
        let foreign = exchange.issueCode(for: 1, at: noon)
        #expect(try exchange.open("GenAcsTok", Self.request(code: foreign))["stat"] == "Not_Ok")
        let own = exchange.issueCode(for: 0, at: noon)
        #expect(try exchange.open("GenAcsTok", Self.request(code: own))["stat"] == "Ok")
        #expect(try exchange.open("GenAcsTok", Self.request(code: own))["stat"] == "Not_Ok")
    }

    @Test func `the login page sends the code to the redirect address`() async throws {
        try await withSimulator { running in
            let path = "/OAuthlogin/authorize/oauth?client_id=FA00001_U"
            let shown = try await running.post(path, "", method: .GET)
            #expect(shown.status == 200)
            let code = try #require(shown.text.split(separator: "code=").last?.prefix(36))
            let answer = try await running.post(
                "/NorenWClientAPI/GenAcsTok",
                "jData=\(Self.request(code: String(code)).text)"
            )
            #expect(answer.json?["stat"] == "Ok")
            let redirected = try await running.post(path + "&redirect_uri=http://127.0.0.1/back", "", method: .GET)
            #expect(redirected.status == 302)
            #expect(try await running.post("/OAuthlogin/x?client_id=nobody", "", method: .GET).status == 400)
        }
    }

    @Test func `a token works as a bearer, as a jKey and on the socket`() async throws {
        try await withSimulator { running in
            let answer = try await running.post("/NorenWClientAPI/GenAcsTok", "jData=\(Self.request().text)")
            let token = try #require(answer.json?["access_token"]?.string)
            let body = "jData={\"uid\":\"FA00001\"}"
            for path in ["/NorenWClientAPI/Limits", "/NorenWClientTP/Limits"] {
                #expect(try await running.post(path, body, bearer: token).json?["stat"] == "Ok")
                #expect(try await running.post(path, body + "&jKey=\(token)").json?["stat"] == "Ok")
            }
            let listener = try await PushListener.open(port: running.port, path: "/NorenWSAPI/")
            listener.send([
                "t": "a", "uid": "FA00001", "actid": "FA00001", "accesstoken": .string(token), "source": "API",
            ])
            try await eventually { listener.has("ak") && listener.has("ck") }
        }
    }

    @Test func `without also_ck the new connect frame is acknowledged once`() async throws {
        try await withSimulator { running in
            await running.control("habit", ["also_ck": false])
            let token = try await running.logIn()
            let listener = try await PushListener.open(port: running.port, path: "/NorenWSAPI/")
            listener.send([
                "t": "a", "uid": "FA00001", "actid": "FA00001", "accesstoken": .string(token), "source": "API",
            ])
            listener.send(["t": "h"])
            try await eventually { listener.has("hk") }
            #expect(listener.has("ak"))
            #expect(!listener.has("ck"))
        }
    }

    @Test func `the profile 2026 knows no passwords`() throws {
        var exchange = Exchange.sample(profile: .y2026)
        let answer = try exchange.open("QuickAuth", ["uid": "FA00001"])
        #expect(answer["emsg"] == "Invalid Input :  User Not enabled on : API")
    }

    @Test func `the profile 2026 takes orders from the registered address only`() throws {
        var exchange = Exchange.sample(profile: .y2026)
        let token = exchange.openSession(for: 0, at: noon)
        func place(_ exchange: inout Exchange, from address: String) throws -> JSONValue {
            let endpoint = try #require(Endpoint.all["PlaceOrder"])
            return exchange.answer(endpoint, Call(fields: .order(), token: token, address: address, now: noon)).body
        }
        #expect(try place(&exchange, from: "127.0.0.2")["emsg"] == "ALGO_CHK: Invalid IP address")
        #expect(try place(&exchange, from: "127.0.0.1")["stat"] == "Ok")
        exchange.accounts[0].staticAddress = "127.0.0.2"
        #expect(try place(&exchange, from: "127.0.0.2")["stat"] == "Ok")
        exchange.profile = .y2024
        #expect(try place(&exchange, from: "10.0.0.1")["stat"] == "Ok")
    }

    @Test func `the address is the one that the connection comes from`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("profile", ["profile": "2026"])
            let body = "jData=\(JSONValue.order().text)&jKey=\(token)"
            let elsewhere = try await HTTPClientConnection.open(port: running.port, from: "127.0.0.2")
            let refused = try await elsewhere.exchange("/NorenWClientAPI/PlaceOrder", body, thenClose: true)
            #expect(refused.json?["emsg"] == "ALGO_CHK: Invalid IP address")
            #expect(try await running.post("/NorenWClientAPI/PlaceOrder", body).json?["stat"] == "Ok")
            await running.control("static_ip", ["account": "FA00001", "address": "127.0.0.2"])
            #expect(try await running.post("/NorenWClientAPI/PlaceOrder", body).json?["stat"] == "Not_Ok")
        }
    }

    @Test func `a login is bound to the address where that is the habit`() throws {
        var exchange = Exchange.sample(profile: .y2026)
        #expect(try exchange.open("GenAcsTok", Self.request(), address: "127.0.0.2")["stat"] == "Ok")
        exchange.habits.loginNeedsAddress = true
        let refused = try exchange.open("GenAcsTok", Self.request(), address: "127.0.0.2")
        #expect(refused["emsg"] == "ALGO_CHK: Invalid IP address")
    }
}
