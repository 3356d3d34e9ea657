import Engine
import JSONText
import Logging
import Testing
import Trading

@testable import BrokerNoren

extension NorenAccount {
    /// An account of the current generation.
    static func oauth(
        port: Int,
        dialect: OAuthLogin.Dialect = .noren,
        placement: CredentialPlacement? = nil
    ) -> NorenAccount {
        NorenAccount(
            rest: "http://127.0.0.1:\(port)/NorenWClientAPI/",
            websocket: "ws://127.0.0.1:\(port)/NorenWSAPI/",
            user: "FA00001",
            login: .oauth(OAuthLogin(clientID: "FA00001_U", secret: "api-secret", dialect: dialect)),
            placement: placement
        )
    }
}

private let granted = ScriptedServer.Reaction.answer(
    #"{"stat":"Ok","access_token":"acc3ss","susertoken":"sus3r","USERID":"FA00001","refresh_token":"r","#
        + #""actid":"FA00001","expires_in":"3600","request_time":"09:30:00 20-11-2026"}"#
)

struct OAuthTests {
    @Test func `a code is exchanged with its checksum and the user, and calls carry the token as bearer`() async throws
    {
        try await ScriptedServer.run { request in
            request.path.hasSuffix("GenAcsTok") ? granted : .answer(#"{"stat":"Not_Ok","emsg":"no data"}"#)
        } _: { server in
            try await withBroker(.oauth(port: server.port)) { broker in
                #expect(await broker.logIn(code: "c0de") == .loggedIn)
                #expect(await broker.orderBook().isEmpty)
                #expect(broker.sessionEnds == .sample + .seconds(3600))
            }
            let exchange = try #require(server.requests.first)
            // printf FA00001_Uapi-secretc0de | sha256sum
            let checksum = "ac576502379106fca75f13476d5938269b5406563ee0fc47e1c5c82a875a18e2"
            let sent = try JSONValue.parse(Array(exchange.body.dropFirst("jData=".count).utf8))
            #expect(sent["code"]?.string == "c0de" && sent["uid"]?.string == "FA00001")
            #expect(sent["checksum"]?.string == checksum)
            #expect(!exchange.head.lowercased().contains("authorization"))
            let book = try #require(server.requests.last)
            #expect(book.head.contains("Authorization: Bearer acc3ss"))
            #expect(!book.body.contains("jKey"))
        }
    }

    @Test func `a broker that wants the token in the body gets it there`() async throws {
        try await ScriptedServer.run { request in
            request.path.hasSuffix("GenAcsTok") ? granted : .answer(#"{"stat":"Not_Ok","emsg":"no data"}"#)
        } _: { server in
            try await withBroker(.oauth(port: server.port, placement: .body)) { broker in
                _ = await broker.logIn(code: "c0de")
                _ = await broker.orderBook()
            }
            #expect(server.requests.last?.body.hasSuffix("&jKey=acc3ss") == true)
            #expect(server.requests.last?.head.contains("Bearer") == false)
        }
    }

    @Test func `Flattrade's exchange is plain JSON, and its token goes into the body`() async throws {
        try await ScriptedServer.run { request in
            request.path == "/trade/apitoken"
                ? .answer(#"{"token":"fl4t","client":"FA00001","status":"Ok","emsg":""}"#)
                : .answer(#"{"stat":"Not_Ok","emsg":"no data"}"#)
        } _: { server in
            let url = "http://127.0.0.1:\(server.port)/trade/apitoken"
            try await withBroker(.oauth(port: server.port, dialect: .flattrade(tokenURL: url))) { broker in
                #expect(await broker.logIn(code: "c0de") == .loggedIn)
                _ = await broker.orderBook()
            }
            let sent = try JSONValue.parse(Array(try #require(server.requests.first).body.utf8))
            let types = server.requests.first?.head.split(separator: "\r\n").filter {
                $0.lowercased().hasPrefix("content-type:")
            }
            #expect(types == ["Content-Type: application/json"])
            #expect(sent["api_key"]?.string == "FA00001_U" && sent["request_code"]?.string == "c0de")
            #expect(sent["api_secret"]?.string == "929ebbab00f517a0d55b9981055f45602a7372214f3a652cffff69809e5a56c3")
            #expect(server.requests.last?.body.hasSuffix("&jKey=fl4t") == true)
        }
    }

    @Test func `the connect frame is the generation's own`() {
        let current = Credential(token: "t", placement: .bearer, isFromOAuth: true).connectFrame(user: "U")
        #expect(current["t"]?.string == "a" && current["accesstoken"]?.string == "t")
        let legacy = Credential.sample.connectFrame(user: "U")
        #expect(legacy["t"]?.string == "c" && legacy["susertoken"]?.string == "t0ken")
    }

    @Test func `without a code a person is asked for, and no call is made`() async throws {
        try await ScriptedServer.run { _ in
            .close
        } _: { server in
            try await withBroker(.oauth(port: server.port)) { broker in
                guard case .refused(let text) = await broker.logIn() else {
                    Issue.record("logged in without a code")
                    return
                }
                #expect(text.contains("sextant login"))
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a session of somebody else is refused`() async throws {
        try await ScriptedServer.run { _ in
            .answer(#"{"stat":"Ok","access_token":"x","USERID":"FA99999"}"#)
        } _: { server in
            try await withBroker(.oauth(port: server.port)) { broker in
                guard case .refused(let text) = await broker.logIn(code: "c") else {
                    Issue.record("took another user's session")
                    return
                }
                #expect(text.contains("FA99999"))
                #expect(broker.sessionEnds == nil)
            }
        }
    }

    @Test func `a refused code is the broker's word`() async throws {
        try await ScriptedServer.run { _ in
            .answer(#"{"stat":"Not_Ok","emsg":"Invalid Input : INVALID_VERIFIER","uid":"FA00001"}"#)
        } _: { server in
            try await withBroker(.oauth(port: server.port)) { broker in
                #expect(await broker.logIn(code: "c") == .refused("Invalid Input : INVALID_VERIFIER"))
            }
        }
    }

    @Test func `a token without stat is a session all the same`() {
        let outcome = LoginOutcome(.answered(#"{"access_token":"x","uid":"U"}"#), token: "access_token")
        #expect(outcome == .granted(.init(token: "x", user: "U")))
    }
}

struct SessionTokenTests {
    /// 2026-11-20 in India.
    private func india(_ hour: Int, _ minute: Int = 0) -> Timestamp {
        Timestamp(
            microseconds: Timestamp.sample.microseconds + Int64((hour * 60 + minute) - (9 * 60 + 30)) * 60_000_000
        )
    }

    @Test(arguments: [(5, 59, 6), (6, 0, 30), (9, 30, 30), (23, 59, 30)])
    func `a token ends at six in the morning at the latest`(hour: Int, minute: Int, end: Int) {
        #expect(SessionToken("t", openedAt: india(hour, minute)).ends == india(end))
    }

    @Test func `what the broker says is taken as a moment or as a duration, whichever it is`() {
        let at = india(9, 30)
        #expect(SessionToken("t", openedAt: at, expiresIn: "3600").ends == at + .seconds(3600))
        let moment = (at + .seconds(7200)).microseconds / 1_000_000
        #expect(SessionToken("t", openedAt: at, expiresIn: String(moment)).ends == at + .seconds(7200))
        for odd in ["", "soon", "-1", "0", "99999999999999999999"] {
            #expect(SessionToken("t", openedAt: at, expiresIn: odd).ends == india(30))
        }
    }

    @Test func `a sealed token opens with its key, for its account, and untouched only`() throws {
        let token = SessionToken("s3cret", openedAt: .sample)
        let seal = TokenSeal(secret: Array("a key of some length".utf8))
        var bytes = try seal.seal(token, for: "FA00001")
        #expect(seal.open(bytes, for: "FA00001") == token)
        #expect(seal.open(bytes, for: "FA00002") == nil)
        #expect(TokenSeal(secret: Array("another key".utf8)).open(bytes, for: "FA00001") == nil)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("s3cret"))
        bytes[bytes.count / 2] ^= 1
        #expect(seal.open(bytes, for: "FA00001") == nil)
        #expect(try seal.seal(token, for: "A") != seal.seal(token, for: "A"), "a nonce of its own each time")
    }
}
