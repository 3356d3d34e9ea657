import JSONText
import Testing
import Trading

@testable import BrokerNoren
import Engine

struct OneTimePasswordTests {
    /// RFC 6238, appendix B, SHA-1.
    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `codes are those of the standard`(seconds: Int64, code: String) {
        let step = OneTimePassword.step(atSecond: seconds)
        let secret = Array("12345678901234567890".utf8)
        #expect(OneTimePassword.code(secret: secret, step: step, digits: 8) == code)
        #expect(OneTimePassword.code(secret: secret, step: step) == code.suffix(6))
    }

    @Test func `a secret is read as apps show it`() {
        let secret = Array("12345678901234567890".utf8)
        #expect(OneTimePassword.secret(base32: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") == secret)
        #expect(OneTimePassword.secret(base32: "gezd gnbv-gy3tqojq GEZDGNBVGY3TQOJQ====") == secret)
        #expect(OneTimePassword.secret(base32: "ME") == Array("a".utf8))
    }

    @Test(arguments: ["", "=", "GEZ1", "GEZ!"])
    func `what is no base32 is no secret`(text: String) {
        #expect(OneTimePassword.secret(base32: text) == nil)
    }
}

struct SecondFactorTests {
    private let totp = QuickAuthLogin.SecondFactor.totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    private let start = Timestamp(microseconds: 1_111_111_110_000_000)

    @Test func `a one-time code is given away once`() {
        var use = SecondFactorUse()
        #expect(use.take(totp, at: start) == .code("050471"))
        #expect(use.take(totp, at: start + .seconds(29)) == .used)
        guard case .code = use.take(totp, at: start + .seconds(30)) else {
            Issue.record("the next step has a code of its own")
            return
        }
    }

    @Test func `a fixed code may be given again`() {
        var use = SecondFactorUse()
        #expect(use.take(.fixed("1"), at: start) == .code("1"))
        #expect(use.take(.fixed("1"), at: start) == .code("1"))
    }

    @Test func `a refused one-time code may be followed by one more, until a login succeeds`() {
        var use = SecondFactorUse()
        let first = use.mayTryAgain(totp, refusedWith: "Invalid Input : Invalid OTP")
        let second = use.mayTryAgain(totp, refusedWith: "Invalid Input : Invalid OTP")
        use.accepted()
        let third = use.mayTryAgain(totp, refusedWith: "Invalid Input : Invalid OTP")
        #expect([first, second, third] == [true, false, true])
    }

    @Test func `no other refusal is tried again`() {
        var use = SecondFactorUse()
        let password = use.mayTryAgain(totp, refusedWith: "Invalid Input : Wrong Password")
        let fixed = use.mayTryAgain(.fixed("1"), refusedWith: "Invalid Input : Invalid OTP")
        #expect(!password && !fixed)
    }
}

struct LoginTests {
    private func logIn(_ outcome: CallOutcome) -> String {
        switch LoginOutcome(outcome, token: "susertoken") {
        case .granted(let grant): "token \(grant.token)"
        case .refused(let text): "refused \(text)"
        case .unreachable: "unreachable"
        }
    }

    @Test func `Ok with a token is a session`() {
        #expect(logIn(.answered(#"{"stat":"Ok","susertoken":"abc"}"#)) == "token abc")
    }

    @Test func `a refusal is the broker's own words`() {
        let body = #"{"stat":"Not_Ok","emsg":"Invalid Input :  Wrong Password"}"#
        #expect(logIn(.answered(body)) == "refused Invalid Input :  Wrong Password")
    }

    @Test(arguments: [
        "<html>", "", "[]", "{}", #"{"stat":"Ok"}"#, #"{"stat":"Not_Ok"}"#,
        #"{"stat":"Not_Ok","emsg":"Server Timeout : "}"#,
        #"{"stat":"Not_Ok","emsg":"Order Recieved 11 in a current second exceeds Limit 10 for user"}"#,
    ])
    func `what says nothing of the credentials is no refusal`(body: String) {
        #expect(logIn(.answered(body, 502)) == "unreachable")
    }

    @Test func `trouble on the way is no refusal`() {
        #expect(logIn(.lost("x")) == "unreachable")
        #expect(logIn(.notSent("x")) == "unreachable")
    }

    @Test func `a secret that cannot be read needs a person`() async throws {
        var account = NorenAccount.sample(port: 9)
        account.login = .quickAuth(.sample(.totp("not base32!")))
        try await withBroker(account) { broker in
            guard case .refused = await broker.logIn() else {
                Issue.record("logged in without a code")
                return
            }
        }
    }
}

struct SecretTests {
    private let account = NorenAccount.sample(port: 1)

    @Test func `an account shows no secret, however it is printed`() {
        var dumped = ""
        dump(account, to: &dumped)
        for text in [
            "\(account)", String(reflecting: account), dumped, "\([account])", "\(account.login)",
            "\(QuickAuthLogin.sample())",
        ] {
            for secret in ["Secret@1", "api-secret", "123456"] { #expect(!text.contains(secret)) }
        }
    }

    @Test func `a credential shows no token, however it is printed`() {
        let credential = Credential.sample
        var dumped = ""
        dump(credential, to: &dumped)
        for text in ["\(credential)", String(reflecting: credential), "\([credential])", dumped] {
            #expect(!text.contains("t0ken"))
        }
    }
}
