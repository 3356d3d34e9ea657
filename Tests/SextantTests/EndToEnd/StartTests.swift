import Foundation
import JSONText
import NIOCore
import NIOPosix
import Testing

/// Starting and stopping: one clear line saying what is wrong and what to do, nothing half-started.
@Suite(.serialized) struct StartTests {
    /// Runs `serve`, which must refuse, and returns what it said.
    func refusal(_ sandbox: Sandbox, _ configuration: String? = nil) async throws -> String {
        let path = configuration ?? sandbox.configurationPath
        let process = try ChildProcess(["serve", "--config", path], in: sandbox.folder)
        defer { process.kill() }
        #expect(try await process.ended() == 1)
        #expect(process.output.isEmpty)
        return process.errors
    }

    @Test func `a broken configuration is told with file, line and key`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let text = try String(contentsOfFile: sandbox.configurationPath, encoding: .utf8)
            .replacing("base_max_loss: 500000", with: "base_max_los: 500000")
        try Data(text.utf8).write(to: URL(fileURLWithPath: sandbox.configurationPath))
        let said = try await refusal(sandbox)
        #expect(said.contains("sextant.yaml:"))
        #expect(said.contains("base_max_los"))
        #expect(!said.contains(Sandbox.secret))
    }

    @Test func `a missing configuration names the path and how to give another`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let said = try await refusal(sandbox, sandbox.folder + "/none.yaml")
        #expect(said.contains("none.yaml") && said.contains("--config"))
    }

    @Test func `a store that cannot be written names the path`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        try FileManager.default.createDirectory(
            atPath: sandbox.folder + "/sextant.db",
            withIntermediateDirectories: false
        )
        let said = try await refusal(sandbox)
        #expect(said.contains("sextant.db"))
        #expect(said.split(separator: "\n").filter { $0.hasPrefix("sextant:") }.count == 1)
    }

    @Test func `a port in use is told with the port, before any login`() async throws {
        try await Sandbox.trading { sandbox, server in
            var settings = Sandbox.Settings()
            settings.port = server.port
            let other = try await Sandbox(settings)
            defer { other.end() }
            let said = try await refusal(other)
            #expect(said.contains("\(server.port) is in use"))
            #expect(try await other.account()["logins"]?.integer == 0)
            // The same file started twice: the server that runs keeps its run file.
            var own = Sandbox.Settings()
            own.port = server.port
            try sandbox.configure(own)
            _ = try await refusal(sandbox)
            let run = try String(contentsOfFile: sandbox.folder + "/sextant.db.run", encoding: .utf8)
            #expect(try JSONValue.parse(run)["url"]?.string == server.url)
        }
    }

    @Test func `a broker that is down leaves the server up, not ready, with the reason`() async throws {
        var settings = Sandbox.Settings()
        settings.brokerPort = 9
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await eventually("the reason is there") {
            let answer = try await server.get("/health/ready", bearer: Sandbox.key)
            let reasons = answer.json["clients"]?["FA00001"]?["reasons"]?.elements ?? []
            return answer.status == 503 && reasons.contains("BROKER_UNREACHABLE")
        }
        let anonymous = try await server.get("/health/ready")
        #expect(!anonymous.text.contains("FA00001"))
        #expect(try await server.get("/health/live").json["ok"]?.bool == true)
        let alert = try await server.post(Alerts.entry())
        #expect(alert.status == 503)
        #expect(alert.word == "unavailable")
        #expect(try await server.orders().isEmpty)
    }

    @Test func `a wrong password asks for a person and is tried once`() async throws {
        var settings = Sandbox.Settings()
        settings.password = "Wrong@1"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let server = try await RunningServer.start(sandbox)
        defer { server.kill() }
        try await eventually("the reason is there") {
            let answer = try await server.get("/health/ready", bearer: Sandbox.key)
            return answer.json["clients"]?["FA00001"]?["reasons"]?.elements == ["LOGIN_REQUIRED"]
        }
        #expect(!server.log.contains("Wrong@1"))
    }

    @Test func `SIGTERM ends it with 0, and leaves no order between two states`() async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault("delay", ["delay_ms": 300])
            let answer = try await server.post(Alerts.entry())
            #expect(answer.status == 202)
            #expect(try await server.terminate() == 0)
            let state = try await server.order(answer.ids.first ?? "")["state"]?.string
            #expect(state == "filled" || state == "working")
        }
    }

    @Test func `SIGTERM ends a standby with 0 as well`() async throws {
        try await Sandbox.trading { sandbox, _ in
            let standby = try await RunningServer.start(sandbox)
            defer { standby.kill() }
            #expect(try await standby.terminate() == 0)
        }
    }

    @Test func `a connection that stalls does not hold up a stop`() async throws {
        try await Sandbox.trading { _, server in
            let stalled = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: server.port).get()
            let head = "POST /webhook/FA00001 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
            try await stalled.writeAndFlush(ByteBuffer(string: head))
            #expect(try await server.terminate() == 0)
            try? await stalled.close()
        }
    }
}
