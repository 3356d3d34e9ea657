import JSONText
import NIOHTTP1
import Testing

/// The current generation on the real binary: a person's code, and what becomes of the token.
@Suite(.serialized) struct LoginTests {
    static let code = "11111111-2222-3333-4444-555555555555"

    private static func settings() -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.oauth = true
        return settings
    }

    private func login(_ sandbox: Sandbox, _ words: [String]) async throws -> ChildProcess {
        let child = try ChildProcess(
            ["login", "FA00001", "--config", sandbox.configurationPath] + words,
            in: sandbox.folder
        )
        try await eventually("`sextant login` ends") { child.exitStatus != nil }
        return child
    }

    @Test func `a code opens the session, which outlives a restart, and a wrong one never ends it`() async throws {
        let sandbox = try await Sandbox(Self.settings())
        defer { sandbox.end() }
        try await sandbox.control("profile", ["profile": "2026"])
        var server = try await RunningServer.start(sandbox)
        try await eventually("a person is asked for") {
            try await server.get("/health/ready").text.contains("LOGIN_REQUIRED")
        }
        let wrong = try await login(sandbox, ["--code", "not-the-code"])
        #expect(wrong.exitStatus == 1)
        #expect(wrong.errors.contains("no session"), "\(wrong.errors)")
        let right = try await login(sandbox, ["--code", Self.code])
        #expect(right.exitStatus == 0, "\(right.errors)")
        #expect(right.output.contains("FA00001 is logged in, until "))
        try await server.untilReady()
        let first = try await server.post(Alerts.entry("A", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1950.00")]))
        try await server.until(first.ids.first ?? "", is: "filled")

        let again = try await login(sandbox, ["--code", "not-the-code"])
        #expect(again.exitStatus == 1)
        let ready = try await server.get("/health/ready")
        #expect(ready.status == 200, "a refused code ended a live session: \(ready.text)")
        let exit = try await server.post(
            Alerts.exit("A", [Alerts.leg("ACC-EQ", "SELL", 4, price: "1700.00")])
        )
        try await server.until(exit.ids.first ?? "", is: "filled")

        server.kill()
        server = try await RunningServer.start(sandbox)
        try await server.untilReady()
        #expect(try await sandbox.account()["logins"]?.integer == 1, "the stored token was enough")
        #expect(try await server.differences().isEmpty)
        for secret in ["api-secret", Self.code] { #expect(!server.log.contains(secret)) }
        server.kill()
    }

    @Test func `the browser's way back brings the code`() async throws {
        let sandbox = try await Sandbox(Self.settings())
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        let child = try ChildProcess(["login", "FA00001", "--config", sandbox.configurationPath], in: sandbox.folder)
        try await eventually("it says where to log in") { child.errors.contains("waiting for the browser") }
        #expect(child.errors.contains("client_id=FA00001_U"))
        try await RunningServer.browse("http://127.0.0.1:\(sandbox.redirectPort)/elsewhere?code=x", expecting: 404)
        try await RunningServer.browse("http://127.0.0.1:\(sandbox.redirectPort)/back", expecting: 400)
        try await RunningServer.browse(
            "http://127.0.0.1:\(sandbox.redirectPort)/back?code=\(Self.code)",
            expecting: 200
        )
        try await eventually("the command ends") { child.exitStatus != nil }
        #expect(child.exitStatus == 0, "\(child.errors)")
        try await server.untilReady()
        server.kill()
    }
}
