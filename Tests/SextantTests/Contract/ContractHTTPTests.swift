import JSONText
import NIOHTTP1
import Testing

/// The section on HTTP: every route that the page names answers as written.
@Suite(.serialized) struct ContractHTTPTests {
    static let keyed = [NativeAPITests.bearer]

    static func expectProblem(_ answer: RunningServer.Answer, _ status: Int, _ comment: Comment = "") {
        #expect(answer.status == status, comment)
        #expect(answer.headers.first(name: "content-type") == "application/problem+json", comment)
        let names = answer.json.members?.map(\.name) ?? []
        #expect(
            names == ["type", "title", "status", "detail"] || names == ["type", "title", "status", "detail", "field"]
        )
        #expect(answer.json["status"]?.integer == status, comment)
        #expect(answer.json["detail"]?.string?.isEmpty == false, comment)
    }

    @Test func `reading routes have the shapes of the page, and refuse the anonymous`() async throws {
        try await Sandbox.trading { _, server in
            let entry = try await server.post(Alerts.entry("S"))
            let id = entry.ids.first ?? ""
            try await server.until(id, is: "filled")
            let list = try await server.get(
                "/v1/orders?status=filled&strategy=S&symbol=ACC-EQ&limit=100&cursor=",
                bearer: Sandbox.key
            )
            #expect(list.json.members?.map(\.name) == ["orders", "next_cursor"])
            #expect(list.orders.count == 1 && list.json["next_cursor"] == .null)
            let number = list.orders.first?["broker_order_id"]?.string ?? ""
            let found = try await server.get(
                "/v1/orders?broker_order_id=\(number)&status=EXECUTED",
                bearer: Sandbox.key
            )
            #expect(found.orders == list.orders)
            for limit in ["0", "1001", "-1", "99999999999999999999", "1.0", "x"] {
                Self.expectProblem(try await server.get("/v1/orders?limit=\(limit)", bearer: Sandbox.key), 400)
            }
            #expect(try await server.get("/v1/orders?limit=1000", bearer: Sandbox.key).status == 200)
            let positions = try await server.get("/v1/positions", bearer: Sandbox.key)
            #expect(positions.json.members?.map(\.name) == ["positions", "unattributed", "as_of"])
            #expect(ContractOrderTests.isTime(positions.json["as_of"]))
            let names = ["client", "strategy", "exchange", "symbol", "product", "quantity", "average_price"]
            #expect(positions.json["positions"]?.elements?.first?.members?.map(\.name) == names)
            for path in ["/v1/orders", "/v1/orders/\(id)", "/v1/positions"] {
                Self.expectProblem(try await server.get(path), 401)
            }
        }
    }

    @Test func `writing routes answer as the page says, and refuse the anonymous`() async throws {
        var settings = Sandbox.Settings()
        settings.adminKey = "admin-key-of-the-test"
        try await Sandbox.trading(settings) { _, server in
            let resting = NativeAPITests.order("R", ["order_type": "LMT", "price": "1700.05"]).utf8
            let placed = try await server.send(.POST, "/v1/orders", resting, headers: Self.keyed)
            let id = placed.json["command_id"]?.string ?? ""
            try await server.until(id, is: "working")
            let cancelled = try await server.send(.POST, "/v1/orders/\(id)/cancel", headers: Self.keyed)
            #expect(cancelled.status == 202 && cancelled.json["pending"]?.string == "cancel")
            let admin = [("Authorization", "Bearer admin-key-of-the-test")]
            for scope in ["client", "strategy", "global"] {
                let body = Array(
                    #"{"scope":"\#(scope)"\#(scope == "strategy" ? #","name":"S""# : ""),"reason":"x"}"#.utf8
                )
                for path in ["/v1/halt", "/v1/resume"] {
                    #expect(try await server.send(.POST, path, body, headers: admin).status == 200, "\(scope)")
                    if scope == "global" {
                        Self.expectProblem(try await server.send(.POST, path, body, headers: Self.keyed), 403)
                    } else {
                        #expect(try await server.send(.POST, path, body, headers: Self.keyed).status == 200)
                    }
                    Self.expectProblem(try await server.send(.POST, path, body), 401)
                }
            }
            Self.expectProblem(try await server.send(.POST, "/v1/orders/\(id)/cancel"), 401)
            Self.expectProblem(try await server.send(.POST, "/v1/orders", resting), 401)
        }
    }

    @Test func `health tells the anonymous codes and no ids, and the client its own`() async throws {
        try await Sandbox.trading { _, server in
            let live = try await server.get("/health/live")
            #expect(live.status == 200 && live.text == #"{"ok":true}"#)
            let anonymous = try await server.get("/health/ready")
            #expect(anonymous.status == 200 && anonymous.json["ready"]?.bool == true)
            #expect(!anonymous.text.contains("FA00001"))
            let own = try await server.get("/health/ready", bearer: Sandbox.key)
            #expect(own.text == #"{"ready":true,"clients":{"FA00001":{"ready":true,"reasons":[]}}}"#)
        }
    }

    @Test func `metrics are Prometheus text, for a key and for this machine`() async throws {
        try await Sandbox.trading { _, server in
            for key in [Sandbox.key, nil] {
                let answer = try await server.get("/metrics", bearer: key)
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "content-type")?.hasPrefix("text/plain; version=0.0.4") == true)
                #expect(answer.text.contains("# TYPE sextant_ready gauge"))
            }
            Self.expectProblem(try await server.get("/metrics", bearer: "wrong"), 401)
        }
    }

    @Test
    func `what is for later is 404 for the known and 401 for the anonymous, but OpenAlgo's routes are 404 for all`()
        async throws
    {
        try await Sandbox.trading { _, server in
            for route in Later.routes {
                let answer = try await server.get(route.path, bearer: Sandbox.key)
                Self.expectProblem(answer, 404, "\(route.path) is there now: take it off; was: \(route.reason)")
                Self.expectProblem(try await server.get(route.path), 401)
            }
            for path in ["/api/v1/placeorder", "/api/v1/", "/api/v1/orderbook"] {
                Self.expectProblem(try await server.send(.POST, path, Array("{}".utf8)), 404)
                Self.expectProblem(try await server.get(path, bearer: Sandbox.key), 404)
            }
        }
    }
}
