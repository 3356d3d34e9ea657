import Crypto
import Testing
import Trading

@testable import Gateway

@Suite struct CredentialsTests {
    let credentials = Credentials(
        clients: [
            GatewayClient(id: "A", webhookSecret: "secret-a", apiKey: "key-a"),
            GatewayClient(id: "B", webhookSecret: "secret-b", apiKey: "key-b"),
        ],
        adminKey: "admin"
    )

    @Test func `a secret opens its own client only`() {
        #expect(credentials.accepts(secrets: ["secret-a"], of: "A"))
        #expect(!credentials.accepts(secrets: ["secret-a"], of: "B"))
        #expect(!credentials.accepts(secrets: ["no such client"], of: "C"))
        #expect(!credentials.accepts(secrets: [], of: "A"))
        #expect(!credentials.accepts(secrets: [""], of: "A"))
    }

    @Test func `two secrets in one alert must both be right`() {
        #expect(!credentials.accepts(secrets: ["secret-a", "wrong"], of: "A"))
    }

    @Test func `a signature covers the body as it was sent`() {
        let body = Array(#"{"a":1}"#.utf8)
        let key = SymmetricKey(data: Array("secret-a".utf8))
        let signature = Array(HMAC<SHA256>.authenticationCode(for: body, using: key)).hexadecimal
        #expect(credentials.accepts(signature: signature, of: body, client: "A"))
        #expect(credentials.accepts(signature: signature.uppercased(), of: body, client: "A"))
        #expect(!credentials.accepts(signature: signature, of: body + [32], client: "A"))
        #expect(!credentials.accepts(signature: signature, of: body, client: "B"))
        #expect(!credentials.accepts(signature: "zz", of: body, client: "A"))
        #expect(!credentials.accepts(signature: "", of: body, client: "A"))
    }

    @Test func `a bearer is a client or the admin`() {
        #expect(credentials.bearer("Bearer key-b") == .client("B"))
        #expect(credentials.bearer("bearer admin") == .admin)
        #expect(credentials.bearer("Bearer secret-a") == nil)
        #expect(credentials.bearer(nil) == nil)
    }

    @Test func `the eleventh wrong secret in a minute is told to wait, and the minute ends`() {
        let throttle = WrongSecretThrottle()
        let start = Timestamp(microseconds: 1_800_000_000_000_000)
        for second in 0..<10 { #expect(throttle.note("10.0.0.1", at: start + .seconds(second)) == nil) }
        #expect(throttle.note("10.0.0.1", at: start + .seconds(10)) == .seconds(50))
        #expect(throttle.note("10.0.0.2", at: start + .seconds(10)) == nil)
        #expect(throttle.note("10.0.0.1", at: start + .seconds(61)) == nil)
    }

    @Test func `secrets never print`() {
        let client = GatewayClient(id: "A", webhookSecret: "hunter2", apiKey: "hunter3")
        var dumped = ""
        dump(client, to: &dumped)
        #expect(!"\(client) \(String(reflecting: client)) \(dumped)".contains("hunter"))
    }
}
