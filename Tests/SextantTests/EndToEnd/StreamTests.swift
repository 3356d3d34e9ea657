import JSONText
import NIOHTTP1
import Testing

/// `GET /v1/stream` of the real binary.
@Suite(.serialized) struct StreamTests {
    private func joined(
        _ server: RunningServer,
        key: String = Sandbox.key,
        after id: String? = nil
    ) async throws
        -> StreamReader
    {
        let reader = StreamReader(server, key: key, after: id)
        if id == nil { try await eventually("the stream is open") { reader.events.first?.kind == "hello" } }
        return reader
    }

    @Test func `an order is told of at each step, as its page shows it, with what is held`() async throws {
        try await Sandbox.trading { sandbox, server in
            let reader = try await joined(server)
            defer { reader.close() }
            let id = try await server.post(Alerts.entry("S")).ids.first ?? ""
            let page = try await server.shows(id, in: "filled")
            try await eventually("its end is told") { reader.states(of: id).last == "filled" }
            #expect(["received", "sending"].contains(reader.states(of: id).first ?? ""))
            let last = try #require(reader.events.last { $0.data["command_id"]?.string == id })
            let members = (page.members ?? []).filter { $0.name != "timeline" }
            #expect(last.data == .object(members))
            try await eventually("what is held is told") {
                reader.events.contains { $0.kind == "position" && $0.data["quantity"]?.integer == 10 }
            }
            let halt = #"{"scope":"client","name":"FA00001","reason":"tried"}"#
            let bearer = [("Authorization", "Bearer \(Sandbox.key)")]
            #expect(try await server.send(.POST, "/v1/halt", Array(halt.utf8), headers: bearer).status == 200)
            try await eventually("the halt is told, and that somebody halted") {
                reader.events.contains { $0.kind == "halt" && $0.data["reason"]?.string == "tried" }
                    && reader.events.contains { $0.kind == "notification" && $0.data["kind"]?.string == "HALTED" }
            }
        }
    }

    @Test func `who comes back with the last id has missed nothing, and sees nothing twice`() async throws {
        try await Sandbox.trading { sandbox, server in
            let watching = try await joined(server)
            defer { watching.close() }
            let first = try await joined(server)
            let entry = try await server.post(Alerts.entry("S")).ids.first ?? ""
            try await eventually("the entry's end is told") { first.states(of: entry).last == "filled" }
            first.close()
            let seen = first.events
            let exit = try await server.post(Alerts.exit("S")).ids.first ?? ""
            try await eventually("the exit's end is told") { watching.states(of: exit).last == "filled" }
            let second = try await joined(server, after: seen.last?.id)
            defer { second.close() }
            try await eventually("it is told again") { second.states(of: exit).last == "filled" }
            let all = watching.events.filter { $0.kind != "hello" }.map(\.id)
            let both = (seen + second.events).filter { $0.kind != "hello" }.map(\.id)
            #expect(Array(both.prefix(all.count)) == Array(all.prefix(both.count)))
            #expect(Set(both).count == both.count)
        }
    }

    @Test func `over a restart the orders that changed are told, and that the rest is to be read again`() async throws {
        try await Sandbox.trading { sandbox, server in
            let reader = try await joined(server)
            let resting = Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 5, price: "1700.00")])
            let id = try await server.post(resting).ids.first ?? ""
            try await server.shows(id, in: "working")
            try await eventually("it is told") { reader.states(of: id).last == "working" }
            let last = reader.events.last?.id
            server.kill()
            try await eventually("the reader notices") { reader.hasEnded }
            try await sandbox.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1690.00"])
            let next = try await RunningServer.start(sandbox)
            defer { next.kill() }
            try await next.untilReady()
            try await next.shows(id, in: "filled")
            let back = try await joined(next, after: last)
            defer { back.close() }
            try await eventually("the fill is told") { back.states(of: id).last == "filled" }
            try await eventually("a reload is told") { back.events.contains { $0.kind == "reload" } }
        }
    }

    @Test func `a key sees its own client, a stranger nothing, and a wrong id is refused`() async throws {
        var settings = Sandbox.Settings()
        settings.others = [
            Sandbox.Neighbour(id: "FA00002", secret: "second-webhook-secret", key: "second-api-key-here")
        ]
        settings.adminKey = "admin-key-of-the-test"
        try await Sandbox.trading(settings) { sandbox, server in
            let own = try await joined(server)
            let other = try await joined(server, key: "second-api-key-here")
            let admin = try await joined(server, key: "admin-key-of-the-test")
            defer { for reader in [own, other, admin] { reader.close() } }
            let id = try await server.post(Alerts.entry("S")).ids.first ?? ""
            try await eventually("both who may see it do") {
                own.states(of: id).last == "filled" && admin.states(of: id).last == "filled"
            }
            #expect(other.events.allSatisfy { $0.kind == "hello" || $0.data["client"]?.string == "FA00002" })
            ContractHTTPTests.expectProblem(try await server.get("/v1/stream"), 401)
            let bearer = [("Authorization", "Bearer \(Sandbox.key)")]
            for wrong in ["1", "a-b-c", "1-2-3-4", "-1-2-3"] {
                let headers = bearer + [("Last-Event-ID", wrong)]
                ContractHTTPTests.expectProblem(try await server.send(.GET, "/v1/stream", headers: headers), 400)
            }
        }
    }

    @Test func `open streams do not hold up a stop`() async throws {
        try await Sandbox.trading { sandbox, server in
            let readers = [try await joined(server), try await joined(server)]
            #expect(try await server.terminate() == 0)
            try await eventually("they end") { readers.allSatisfy { $0.hasEnded } }
        }
    }
}
