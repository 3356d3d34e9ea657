import JSONText
import Testing

/// A request that must be refused with the right words and change nothing.
struct BadRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let request: RawRequest
    let status: Int
    /// The field that the problem names; nil where none is checked.
    let field: String?

    var testDescription: String { name }

    init(_ name: String, _ status: Int, field: String? = nil, _ request: RawRequest) {
        self.name = name
        self.request = request
        self.status = status
        self.field = field
    }

    static let all: [BadRequest] = [
        missingOrders, missingPaths, wrongMethods, limits, cursors, queries, quantities, tickets, others, bodies, heads,
        framing,
    ].flatMap { $0 }

    static let unknownID = "01KAX3V0Z2QJ8W5M6N7P8R9S0T"
}

// MARK: What is not there, or not there for this caller

extension BadRequest {
    private static let missingOrders: [BadRequest] = {
        let ids: [String] = [
            unknownID, "x", "%ZZ", "%FF", "%00", "..%2F..", String(repeating: "9", count: 5000), unknownID + "%C3%A9",
        ]
        return ids.flatMap { id in
            [
                BadRequest("order \(id.prefix(12))", 404, field: "command_id", RawRequest("GET", "/v1/orders/\(id)")),
                BadRequest(
                    "cancel \(id.prefix(12))",
                    404,
                    field: "command_id",
                    RawRequest("POST", "/v1/orders/\(id)/cancel")
                ),
            ]
        }
    }()

    private static let missingPaths: [BadRequest] = {
        let paths: [String] = [
            "/", "/v1", "/v1/", "/v1/nothing", "/v1/../etc/passwd", "/V1/orders", "/webhook", "/webhook/a/b", "*",
            "/v1/orders/\(unknownID)/cancel/again", "/%76%31/nothing", "/health", "/api/v1/orders", "//",
            "/v1/orders%2F\(unknownID)",
        ]
        return paths.map { BadRequest("path \($0)", 404, RawRequest("GET", $0)) }
    }()

    private static let wrongMethods: [BadRequest] = {
        let routes: [(String, String)] = [
            ("DELETE", "/v1/orders"), ("PUT", "/v1/orders"), ("PATCH", "/v1/positions"), ("OPTIONS", "/v1/orders"),
            ("GET", "/v1/halt"), ("GET", "/v1/exits"), ("GET", "/v1/backup"), ("GET", "/webhook/FA00001"),
            ("PUT", "/webhook/FA00001"), ("POST", "/v1/positions"), ("POST", "/health/live"), ("TRACE", "/v1/orders"),
            ("GET", "/v1/orders/\(unknownID)/cancel"), ("HEAD", "/v1/halt"), ("HEAD", "/nothing"),
        ]
        return routes.map { BadRequest("\($0.0) \($0.1)", 404, RawRequest($0.0, $0.1)) }
    }()
}

// MARK: Queries

extension BadRequest {
    private static func get(_ path: String, _ status: Int, _ field: String) -> BadRequest {
        BadRequest("GET \(path.prefix(60))", status, field: field, RawRequest("GET", path))
    }

    private static let limits: [BadRequest] = {
        let values: [String] = [
            "0", "-1", "1001", "1.5", "1e3", "NaN", "9223372036854775808", "%31%30%30%31", "%D9%A1", "x", "%2B5",
        ]
        return values.map { get("/v1/orders?limit=\($0)", 400, "limit") }
    }()

    private static let cursors: [BadRequest] = {
        let values: [String] = [
            "x", "01KAX3V0Z2QJ8W5M6N7P8R9S0", "01KAX3V0Z2QJ8W5M6N7P8R9S0TT", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "%00", "'--",
        ]
        return values.map { get("/v1/orders?cursor=\($0)", 400, "cursor") }
    }()

    private static let queries: [BadRequest] = [
        get("/v1/orders?status=OPEN", 400, "status"), get("/v1/orders?client=FA00002", 404, "client"),
        get("/v1/positions?client=FA00002", 404, "client"), get("/v1/strategies/S?client=FA00002", 404, "client"),
        get("/v1/orders?client=NOBODY", 404, "client"), get("/v1/orders?limit=1&limit=2", 400, "limit"),
        get("/v1/orders?strategy=%ZZ", 400, "strategy"), get("/v1/orders?symbol=M%2", 400, "symbol"),
        get("/v1/orders?symbol=%FF", 400, "symbol"), get("/v1/strategies/%FF", 400, "strategy"),
        get("/v1/strategies/a%00", 400, "strategy"),
        get("/v1/strategies/\(String(repeating: "s", count: 65))", 400, "strategy"),
    ]
}

// MARK: Bodies that are JSON objects

extension BadRequest {
    private static let good = NativeAPITests.order()

    private static func ticket(_ changes: [String: JSONValue?], _ field: String, _ status: Int = 422) -> BadRequest {
        let body = good.changed(changes)
        return BadRequest(
            "ticket \(body.text.suffix(60))",
            status,
            field: field,
            RawRequest("POST", "/v1/orders", json: body)
        )
    }

    private static let quantities: [BadRequest] = {
        let numbers: [String] = ["1e400", "1.5", "1e3", "9223372036854775808", "-9223372036854775809", "0.0", "1E400"]
        let others: [JSONValue?] = ["NaN", [], .object([]), true, "ten", "", nil, "1e3", " 5 ", "٥", "+5"]
        return (numbers.map { JSONValue.number($0) } + others).map { ticket(["quantity": $0], "quantity") }
    }()

    private static let tickets: [BadRequest] = [
        ticket(["order_type": "LMT", "price": .number("1e400")], "price"),
        ticket(["order_type": "LMT", "price": "9223372036854775808"], "price"),
        ticket(["order_type": "LMT", "price": "1.00001"], "price"),
        ticket(["order_type": "LMT", "price": "NaN"], "price"), ticket(["order_type": "LMT", "price": [1]], "price"),
        ticket(["side": "LONG"], "side"), ticket(["side": 1], "side"),
        ticket(["execution_type": ["ENTRY"]], "execution_type"), ticket(["order_type": "ICEBERG"], "order_type"),
        ticket(["product": "X"], "product"), ticket(["validity": "IOC"], "validity"),
        ticket(["strategy": .string(String(repeating: "s", count: 65))], "strategy"),
        ticket(["symbol": "ACC\nEQ"], "symbol"), ticket(["symbol": "ACC\u{0}"], "symbol"),
        ticket(["symbol": "\u{1B}[2J"], "symbol"), ticket(["client": ["FA00001"]], "client"),
        ticket(["client": "FA00002"], "client", 404), ticket(["test_mode": "MAYBE"], "test_mode"),
        twice("\"quantity\":5", "quantity"), twice("\"SIDE\":\"SELL\"", "side"),
    ]

    private static func twice(_ member: String, _ field: String) -> BadRequest {
        let body = Array(good.text.dropLast().utf8) + Array(",\(member)}".utf8)
        return BadRequest("a key twice: \(member)", 422, field: field, RawRequest("POST", "/v1/orders", body))
    }

    private static func post(_ path: String, _ body: JSONValue, _ status: Int, _ field: String?) -> BadRequest {
        BadRequest("\(path) \(body.text.prefix(60))", status, field: field, RawRequest("POST", path, json: body))
    }

    private static let others: [BadRequest] = [
        post("/v1/exits", .object([]), 422, "strategy"),
        post("/v1/exits", ["strategy": "S", "symbol": "ACC-EQ", "quantity": .number("0.5")], 422, "quantity"),
        post("/v1/halt", .object([]), 422, "scope"), post("/v1/halt", ["scope": "strategy"], 422, "name"),
        post("/v1/halt", ["scope": "global"], 403, nil),
        post("/v1/halt", ["scope": "client", "name": "FA00002"], 404, "client"),
        post("/v1/resume", ["scope": "client", "client": "FA00002"], 404, "client"),
        post("/v1/halt", ["scope": "client", "name": "FA00001", "client": "FA00002"], 422, "name"),
        post("/v1/halt", ["scope": "client", "reason": .string(String(repeating: "r", count: 501))], 422, "reason"),
        post("/v1/backup", ["file": "/tmp/x"], 403, nil), post("/v1/backup", .object([]), 422, "file"),
        post("/v1/backup", ["file": "x.db"], 422, "file"),
        post("/v1/operator/reconcile_with_broker", ["client": "FA00002"], 404, "client"),
        post("/v1/operator/reconcile_with_broker", ["client": []], 422, "client"),
        post("/v1/operator/login", ["client": "FA00002"], 404, "client"),
        post("/v1/operator/login", ["code": "a b"], 422, "code"), post("/v1/operator/login", ["code": []], 422, "code"),
    ]
}

// MARK: Bodies that are none, heads, and what is no HTTP

extension BadRequest {
    private static let bodies: [BadRequest] = {
        let noUTF8 = Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        let nested = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let texts: [String] = [
            "", "qty=1", "{\"a\":", "{\"a\":\"\\ud800\"}", "{\"quantity\":NaN}", String(repeating: "[", count: 65),
            nested,
            "[]", "\"x\"", "null", "{}{}", "\u{FEFF}{}",
        ]
        let tooLarge = [[UInt8](repeating: 0x20, count: 65_537), [UInt8](repeating: 0x20, count: 1 << 20)]
        let paths = [
            "/v1/orders", "/v1/exits", "/v1/halt", "/v1/resume", "/v1/backup", "/v1/operator/reconcile_with_broker",
        ]
        return paths.flatMap { path in
            let unreadable = (texts.map { Array($0.utf8) } + [noUTF8]).map { body in
                BadRequest(
                    "\(path) \(String(decoding: body.prefix(20), as: UTF8.self))",
                    400,
                    RawRequest("POST", path, body)
                )
            }
            return unreadable + tooLarge.map { BadRequest("\(path) too large", 413, RawRequest("POST", path, $0)) }
        }
    }()

    private static let heads: [BadRequest] = {
        let keys: [String?] = [
            nil, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer \(Sandbox.secret)", "Bearer  \(Sandbox.key)",
            Sandbox.key,
        ]
        let strangers = keys.map { key in
            BadRequest(
                "authorization \(key ?? "none")",
                401,
                RawRequest("GET", "/v1/orders").with("Authorization", key)
            )
        }
        let idempotency = ["", String(repeating: "k", count: 201)].flatMap { key in
            ["/v1/orders", "/v1/exits"].map { path in
                let request = RawRequest("POST", path, json: good).with("Idempotency-Key", key)
                return BadRequest("\(path) key of \(key.count)", 400, field: "Idempotency-Key", request)
            }
        }
        let long = String(repeating: "x", count: 100_000)
        let oversized = [RawRequest("GET", "/v1/orders").with("X", long), RawRequest("GET", "/" + long)]
        return strangers + idempotency + oversized.map { BadRequest("oversized", 431, $0) }
    }()

    private static let framing: [BadRequest] = {
        let head =
            "POST /v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(Sandbox.key)\r\n"
        let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
        let malformed: [String] = [
            "\u{0}\u{1}hello\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "FOO /v1/orders HTTP/1.1\r\nHost: x\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", "GET /v1/orders HTTP/1.1\r\nHost x\r\n\r\n",
            "GET /v1/orders/é HTTP/1.1\r\nHost: x\r\n\r\n", "GET /v1/orders HTTP/1.1\r\nBad Name: x\r\n\r\n",
            head + "Content-Length: -1\r\n\r\n{}",
            head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", head + "Content-Length: 1e3\r\n\r\n{}",
            head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            chunked + "ZZ\r\n{}\r\n0\r\n\r\n",
        ]
        let large = chunked + "10001\r\n" + String(repeating: " ", count: 65_537) + "\r\n0\r\n\r\n"
        return malformed.enumerated().map { BadRequest("malformed \($0)", 400, RawRequest(verbatim: $1)) } + [
            BadRequest("chunks of no ticket", 422, RawRequest(verbatim: chunked + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")),
            BadRequest("chunks beyond the bound", 413, RawRequest(verbatim: large)),
        ]
    }()
}
