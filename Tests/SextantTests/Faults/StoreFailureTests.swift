import Foundation
import GRDB
import JSONText
import Testing

/// on the real binary: the store fails, exits go once, nothing is lost, and in the end all of it is stored.
@Suite(.serialized) struct StoreFailureTests {
    /// A server that holds ten of ACC-EQ, and the id of the order that bought them.
    private static func holding(
        _ settings: Sandbox.Settings = Sandbox.Settings(),
        _ body: (Sandbox, RunningServer, String) async throws -> Void
    ) async throws {
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let server = try await RunningServer.start(
            sandbox,
            environment: ["SEXTANT_STORE_FAULT": sandbox.folder + "/fault"]
        )
        defer { server.kill() }
        try await server.untilReady()
        let entry = try await server.post(Alerts.entry())
        let id = entry.ids.first ?? ""
        try await server.shows(id, in: "filled")
        try await body(sandbox, server, id)
    }

    private func set(_ fault: String?, in sandbox: Sandbox) throws {
        let path = sandbox.folder + "/fault"
        if let fault {
            try Data(fault.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    private func expectFailed(_ server: RunningServer) async throws {
        try await eventually("it says so") {
            let health = try await server.get("/health/ready", bearer: Sandbox.key)
            return health.status == 503
                && health.json["clients"]?["FA00001"]?["reasons"]?.elements == ["STORE_FAILED"]
        }
        let entry = try await server.post(Alerts.entry("T"))
        #expect(entry.status == 503)
        #expect(entry.text.contains("STORE_FAILED"))
        #expect(try await server.get("/health/live").status == 200)
        #expect(server.told("STORE_FAILED") == 1)
    }

    @Test(arguments: ["error", "error-after", "hang"])
    func `a store that fails for good lets an exit out once, and the next start has its row`(
        fault: String
    )
        async throws
    {
        try await Self.holding { sandbox, server, _ in
            try set(fault, in: sandbox)
            let exit = try await server.post(Alerts.exit(id: "out"))
            #expect(exit.status == 202)
            let id = try #require(exit.ids.first)
            try await eventually("it is at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            try await expectFailed(server)
            // A store that works again is not trusted in this process.
            try set(nil, in: sandbox)
            #expect(try await server.post(Alerts.entry("T")).status == 503)
            server.kill()
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            let order = try await next.shows(id, in: "filled")
            #expect(order["filled_quantity"]?.integer == 10)
            #expect(order.events.contains("sending"))
            #expect(order.events.contains("filled"))
            #expect(try await sandbox.placements() == 2)
            let repeated = try await next.post(Alerts.exit(id: "out"))
            #expect(repeated.word == "duplicate")
            try await next.untilEqual()
        }
    }

    @Test func `what a full disk keeps from being stored is stored when there is room`() async throws {
        try await Self.holding { sandbox, server, _ in
            // The broker has taken it; its answer and its fill find the disk full.
            try await sandbox.fault("delay", ["delay_ms": 500])
            let entry = try await server.post(Alerts.entry("B", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            #expect(entry.status == 202)
            try set("full", in: sandbox)
            try await expectFailed(server)
            let exit = try await server.post(Alerts.exit())
            #expect(exit.status == 202)
            try await eventually("the exit is at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            try set(nil, in: sandbox)
            try await server.untilReady()
            try await server.shows(entry.ids[0], in: "filled")
            try await server.shows(exit.ids[0], in: "filled")
            #expect(try await sandbox.placements() == 3)
            try await server.untilEqual()
        }
    }

    @Test func `killed on a full disk, the next start finds both orders by their tags`() async throws {
        try await Self.holding { sandbox, server, _ in
            try await sandbox.fault("delay", ["delay_ms": 500])
            let entry = try await server.post(Alerts.entry("B", [Alerts.leg("SBIN-EQ", "BUY", 5)]))
            try set("full", in: sandbox)
            try await expectFailed(server)
            let exit = try await server.post(Alerts.exit())
            try await eventually("the exit is at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            server.kill()
            try set(nil, in: sandbox)
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            for id in entry.ids + exit.ids { try await next.shows(id, in: "filled") }
            #expect(try await sandbox.placements() == 3)
            try await next.untilEqual()
        }
    }

    @Test func `another program's lock holds up entries only, and all is stored when it ends`() async throws {
        try await Self.holding { sandbox, server, _ in
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: sandbox.folder + "/sextant.db", configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let exit = try await server.post(Alerts.exit())
            #expect(exit.status == 202)
            try await eventually("it is at the broker") { try await sandbox.net("ACC-EQ") == 0 }
            try await expectFailed(server)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await server.untilReady()
            try await server.shows(exit.ids[0], in: "filled")
            try await server.untilEqual()
            try other.close()
        }
    }

    @Test func `the emergency file may lie on another disk, and two stores cannot share it`() async throws {
        var settings = Sandbox.Settings()
        settings.store = "sextant.db, emergency: elsewhere/exits"
        try await Self.holding(settings) { sandbox, _, _ in
            #expect(FileManager.default.fileExists(atPath: sandbox.folder + "/elsewhere/exits"))
            var others = settings
            others.store = "other.db, emergency: elsewhere/exits"
            try sandbox.configure(others)
            let second = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
            defer { second.kill() }
            #expect(try await second.ended() == 1)
            #expect(second.errors.contains("elsewhere/exits"))
        }
    }
}

extension RunningServer {
    /// Waits until every row is as the broker's ledger.
    func untilEqual() async throws {
        var found: [String] = []
        do {
            try await eventually("every row is as the broker's ledger") {
                found = try await differences()
                return found.isEmpty
            }
        } catch {
            throw SandboxFailure("\(error): \(found)")
        }
    }
}

extension JSONValue {
    /// The kinds of an order's events, in order.
    fileprivate var events: [String] { self["timeline"]?.elements?.compactMap { $0["event"]?.string } ?? [] }
}
