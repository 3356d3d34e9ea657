import JSONText

/// Requests that were good until something was changed in them; the same seed gives the same ones.
struct RandomRequests: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func request() -> RawRequest {
        var request = Self.good[Int.random(in: 0..<Self.good.count, using: &self)]
        for _ in 0..<Int.random(in: 1...3, using: &self) { mutate(&request) }
        return request.with(
            "Content-Length",
            request.body.isEmpty && request.method == "GET" ? nil : "\(request.body.count)"
        )
    }

    private mutating func mutate(_ request: inout RawRequest) {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: request.method = pick(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
        case 1: request.path = changed(request.path)
        case 2:
            request = request.with(pick(["Authorization", "Idempotency-Key", "Content-Type", "X-Signature"]), text())
        case 3: request.path += pick(["?", "&"]) + pick(Self.names) + "=" + pick(Self.texts)
        case 4 where !request.body.isEmpty:
            let index = Int.random(in: 0..<request.body.count, using: &self)
            request.body[index] = UInt8.random(in: .min ... .max, using: &self)
        case 5 where !request.body.isEmpty:
            request.body.removeLast(Int.random(in: 1...request.body.count, using: &self))
        default:
            guard let value = try? JSONValue.parse(request.body) else { return }
            request.body = changed(value).utf8
        }
    }

    /// Without what would end the request line.
    private mutating func changed(_ path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let index = Int.random(in: 0..<parts.count, using: &self)
        parts[index] = pick(Self.texts)
        return "/" + parts.dropFirst().joined(separator: "/")
    }

    private mutating func changed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var members) where !members.isEmpty:
            let index = Int.random(in: 0..<members.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0: members.remove(at: index)
            case 1: members.append(members[index])
            case 2: members[index].name = pick(Self.names)
            case 3: members[index].value = changed(members[index].value)
            default: members[index].value = odd()
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = Int.random(in: 0..<elements.count, using: &self)
            if Bool.random(using: &self) {
                elements.append(elements[index])
            } else {
                elements[index] = changed(elements[index])
            }
            return .array(elements)
        default: return odd()
        }
    }

    private mutating func odd() -> JSONValue {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .array([])
        case 3: .object([])
        case 4: .string(text())
        case 5: .array([JSONValue](repeating: .string(text()), count: Int.random(in: 0...60, using: &self)))
        default: .number(pick(["0", "-1", "1.5", "1e400", "1E3", "9223372036854775808", "-0", "0.00001", "70", "1"]))
        }
    }

    private mutating func text() -> String {
        pick([
            "", " ", "x", "ACC-EQ", "BUY", "EXIT", "S", "٥", "\u{7F}", "é", String(repeating: "y", count: 300), "1e3",
        ])
    }

    private mutating func pick(_ words: [String]) -> String { words[Int.random(in: 0..<words.count, using: &self)] }

    private static let texts = [
        "", "x", "%ZZ", "%00", "%FF", "S", "A%20B", "1000", "-1", "..", "orders", "01KAX3V0Z2QJ8W5M6N7P8R9S0T",
        "%F0%9F%91%8D",
        String(repeating: "z", count: 200), "'--", "EXECUTED", "FA00002", "é",
    ]
    private static let names = [
        "limit", "cursor", "status", "client", "strategy", "symbol", "quantity", "side", "QUANTITY", "id", "ts", "legs",
        "test_mode", "price", "x", "",
    ]

    /// One of every route that takes nothing away: a backup would write wherever a change points.
    private static let good: [RawRequest] = {
        let entry = Alerts.entry("S", [Alerts.leg(), Alerts.leg("SBIN-EQ", "SELL", 5, price: "800.05")])
        return [
            RawRequest("GET", "/v1/orders?status=EXECUTED&limit=100"), RawRequest("GET", "/v1/positions"),
            RawRequest("GET", "/v1/orders/01KAX3V0Z2QJ8W5M6N7P8R9S0T"), RawRequest("GET", "/v1/strategies/S"),
            RawRequest("GET", "/health/ready"), RawRequest("GET", "/health/live"), RawRequest("GET", "/metrics"),
            RawRequest(
                "POST",
                "/v1/orders",
                json: NativeAPITests.order("S", ["order_type": "LMT", "price": "1700.05"])
            ),
            RawRequest("POST", "/v1/orders", json: NativeAPITests.order("T", ["test_mode": "SUCCESS"])),
            RawRequest("POST", "/v1/exits", json: ["strategy": "S", "symbol": "ACC-EQ", "quantity": 5]),
            RawRequest("POST", "/v1/orders/01KAX3V0Z2QJ8W5M6N7P8R9S0T/cancel"),
            RawRequest("POST", "/v1/halt", json: ["scope": "strategy", "name": "H", "reason": "x"]),
            RawRequest("POST", "/v1/resume", json: ["scope": "strategy", "name": "H"]),
            RawRequest("POST", "/v1/operator/reconcile_with_broker", json: ["client": "FA00001"]),
            RawRequest("POST", "/v1/backup", json: ["file": "relative.db"]),
            RawRequest("POST", "/webhook/FA00001", key: nil, json: entry),
            RawRequest("POST", "/webhook/FA00001", key: nil, json: Alerts.exit("S", [["tradingsymbol": "ACC-EQ"]])),
            RawRequest(
                "POST",
                "/webhook/FA00001",
                key: nil,
                json: Alerts.adjust("S").changed(["test_mode": "FAILURE"])
            ),
        ]
    }()
}
