import Foundation
import GRDB
import JSONText
import Testing

/// Whatever comes in: a clear problem, never a 500, nothing registered, and the server goes on.
@Suite(.serialized, .timeLimit(.minutes(2))) struct BadInputTests {
    static let neighbour = Sandbox.Neighbour(id: "FA00002", secret: "second-secret", key: "second-key")

    static var two: Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.others = [neighbour]
        return settings
    }

    @Test func `every bad request is answered as a problem and leaves no trace`() async throws {
        try await Sandbox.trading(Self.two) { sandbox, server in
            let before = try await StoredRows(sandbox)
            for bad in BadRequest.all {
                let answer = try await bad.request.send(to: server)
                // Wrong keys of one address are told to wait after the tenth.
                #expect(answer.status == bad.status || bad.status == 401 && answer.status == 429, "\(bad.name)")
                Self.expectProblem(answer, bad)
            }
            #expect(try await StoredRows(sandbox) == before)
            #expect(try await sandbox.placements() == 0)
            #expect(try await server.get("/health/ready").status == 200)
        }
    }

    private static func expectProblem(_ answer: RawRequest.Answer, _ bad: BadRequest) {
        #expect(answer.type == "application/problem+json", "\(bad.name)")
        if bad.request.method == "HEAD" { return #expect(answer.text.isEmpty) }
        let names = ["type", "title", "status", "detail"]
        let found = answer.json.members?.map(\.name)
        #expect(found == names || found == names + ["field"], "\(bad.name)")
        if let field = bad.field { #expect(answer.json["field"]?.string == field, "\(bad.name): \(answer.text)") }
        #expect(answer.json["status"]?.integer == answer.status, "\(bad.name)")
        for name in ["title", "detail"] { #expect(answer.json[name]?.string?.isEmpty == false, "\(bad.name)") }
        #expect(answer.text.utf8.count < 2000, "\(bad.name)")
        for secret in [Sandbox.key, Sandbox.secret] { #expect(!answer.text.contains(secret), "\(bad.name)") }
    }

    @Test func `a webhook that is wrong is answered in the webhook's shape and registers nothing`() async throws {
        try await Sandbox.trading(Self.two) { sandbox, server in
            let before = try await StoredRows(sandbox)
            let good = Alerts.entry().text
            let bodies: [(String, [UInt8], Int)] = [
                ("nothing", [], 400), ("no JSON", Array("alert".utf8), 400), ("a list", Array("[]".utf8), 401),
                ("no UTF-8", Array(good.utf8.dropLast()) + [0xFF], 400),
                ("65 levels", [UInt8](repeating: 0x5B, count: 65), 400),
                ("too large", Array(good.utf8) + [UInt8](repeating: 0x20, count: 65_536), 413),
                ("no secret", Alerts.entry().changed(["secret_key": nil]).utf8, 401),
                ("a secret of wrong type", Alerts.entry().changed(["secret_key": []]).utf8, 401),
                ("the other client's secret", Alerts.entry().changed(["secret_key": "second-secret"]).utf8, 401),
                ("two secrets, one wrong", Array(good.dropLast().utf8) + Array(#","SECRET_KEY":"x"}"#.utf8), 401),
                ("no type", Alerts.entry().changed(["execution_type": nil]).utf8, 422),
                ("legs of wrong type", Alerts.entry().changed(["legs": "ACC-EQ"]).utf8, 422),
                ("no legs", Alerts.entry().changed(["legs": []]).utf8, 422),
                ("51 legs", Alerts.entry("S", [JSONValue](repeating: Alerts.leg(), count: 51)).utf8, 422),
                (
                    "a key twice",
                    Array(good.dropLast().utf8) + Array(#","strategy_name":"T","Strategy_Name":"U"}"#.utf8), 422
                ),
            ]
            for (name, body, status) in bodies {
                let answer = try await RawRequest("POST", "/webhook/FA00001", key: nil, body).send(to: server)
                #expect(answer.status == status, "\(name): \(answer.text)")
                #expect(answer.json.members?.map(\.name) == ["status", "group_id", "orders", "message"], "\(name)")
                #expect(answer.json["message"]?.string?.isEmpty == false, "\(name)")
                #expect(!answer.text.contains(Sandbox.secret), "\(name)")
            }
            #expect(try await StoredRows(sandbox).orders == before.orders)
            #expect(try await sandbox.placements() == 0)
            #expect(try await server.get("/health/ready").status == 200)
        }
    }

    @Test func `a body that does not come is given up after ten seconds, and its neighbours are served meanwhile`()
        async throws
    {
        try await Sandbox.trading { _, server in
            let body = Alerts.entry().utf8
            let stalled =
                "POST /webhook/FA00001 HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n"
                + String(decoding: body.dropLast(), as: UTF8.self)
            async let answer = RawRequest(verbatim: stalled).send(to: server)
            for number in 0..<20 {
                #expect(try await server.post(Alerts.entry("S\(number)", id: "\(number)")).status == 202)
            }
            let late = try await answer
            #expect(late.status == 408)
            #expect(late.json["message"]?.string == "the body did not arrive within 10 s")
            #expect(try await server.orders().count == 20)
        }
    }

    @Test func `what no order can be is refused with a row that says so, and nothing is sent`() async throws {
        try await Sandbox.trading { sandbox, server in
            let numbers = ["0", "-1", "10000001", "9223372036854775807"]
            for number in numbers {
                let ticket = NativeAPITests.order("S", ["quantity": .number(number)])
                let answer = try await RawRequest("POST", "/v1/orders", json: ticket).send(to: server)
                #expect(answer.status == 422 && answer.json["field"]?.string == "quantity", "\(number)")
                #expect(answer.type == "application/problem+json")
            }
            let external = NativeAPITests.order("external")
            let refused = try await RawRequest("POST", "/v1/orders", json: external).send(to: server)
            #expect(refused.status == 422 && refused.json["field"]?.string == "strategy")
            let rows = try await server.orders()
            #expect(rows.count == numbers.count + 1)
            #expect(rows.allSatisfy { $0["state"]?.string == "blocked" })
            let tags = rows.filter { $0["strategy"]?.string == "S" }.map { $0["tag"]?.string }
            #expect(Set(tags) == ["VALIDATION_FAILED"])
            #expect(try await sandbox.placements() == 0)
        }
    }

    @Test func `another client's orders are not there, whatever is asked of them`() async throws {
        try await Sandbox.trading(Self.two) { sandbox, server in
            let resting = NativeAPITests.order("R", ["order_type": "LMT", "price": "1700.05"])
            let placed = try await RawRequest("POST", "/v1/orders", json: resting).send(to: server)
            let id = placed.json["command_id"]?.string ?? ""
            try await server.until(id, is: "working")
            let other = Self.neighbour.key
            let foreign = [
                RawRequest("GET", "/v1/orders/\(id)", key: other),
                RawRequest("POST", "/v1/orders/\(id)/cancel", key: other),
            ]
            for request in foreign {
                let answer = try await request.send(to: server)
                let nothing = try await RawRequest(
                    request.method,
                    request.path.replacing(id, with: "01KAX3V0Z2QJ8W5M6N7P8R9S0T"),
                    key: other
                ).send(to: server)
                #expect(answer.status == 404)
                #expect(
                    answer.text.replacing(id, with: "")
                        == nothing.text.replacing("01KAX3V0Z2QJ8W5M6N7P8R9S0T", with: "")
                )
            }
            // A cursor is a place in time: it shows nothing of whose order it was.
            let page = try await RawRequest("GET", "/v1/orders?cursor=\(id)", key: other).send(to: server)
            #expect(page.status == 200 && page.json["orders"]?.elements == [])
            let exit = try await RawRequest("POST", "/v1/exits", key: other, json: ["strategy": "R"]).send(to: server)
            #expect(exit.json["orders"]?.elements == [])
            #expect(try await server.order(id)["pending"] == .null)
            #expect(try await sandbox.placements() == 1)
        }
    }

    @Test func `what is odd but right is taken`() async throws {
        try await Sandbox.trading { _, server in
            let test = NativeAPITests.order("A B", ["test_mode": "SUCCESS"])
            let chunked =
                "POST /v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(Sandbox.key)\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n\(String(test.text.utf8.count, radix: 16))\r\n\(test.text)\r\n0\r\n\r\n"
            #expect(try await RawRequest(verbatim: chunked).send(to: server).status == 202)
            #expect(
                try await RawRequest("POST", "/v1/orders", json: test).with("Content-Type", nil).send(to: server).status
                    == 200
            )
            for type in ["text/plain", "application/json; charset=utf-8", "x"] {
                let answer = try await RawRequest("POST", "/v1/orders", json: test).with("Content-Type", type).send(
                    to: server
                )
                #expect(answer.status == 200, "\(type)")
            }
            for path in [
                "/v1/orders?strategy=A%20B", "/v1/orders?strategy=A+B", "/v1/orders?strategy=%41%20B&limit=%31",
            ] {
                #expect(
                    try await RawRequest("GET", path).send(to: server).json["orders"]?.elements?.count == 1,
                    "\(path)"
                )
            }
            let strategy = try await RawRequest("GET", "/v1/strategies/A%20B").send(to: server)
            #expect(strategy.json["strategy"]?.string == "A B")
            for path in ["/v1/orders", "/v1/positions", "/health/live", "/health/ready"] {
                let head = try await RawRequest("HEAD", path).send(to: server)
                #expect(head.status == 200 && head.text.isEmpty, "\(path)")
            }
        }
    }
}

/// How much is stored, table by table.
struct StoredRows: Equatable {
    let counts: [String: Int]

    var orders: Int { counts["orders"] ?? -1 }

    init(_ sandbox: Sandbox) async throws {
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: sandbox.folder + "/sextant.db", configuration: configuration)
        counts = try await database.read { db in
            let tables = ["orders", "order_events", "fills", "groups", "positions", "halts", "sessions", "audit"]
            return Dictionary(
                uniqueKeysWithValues: try tables.map {
                    ($0, try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1)
                }
            )
        }
    }
}
