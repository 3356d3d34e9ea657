import Crypto
import Foundation
import JSONText
import NIOHTTP1
import Testing

/// `wire/webhook.md`, answer by answer, on the real binary.
@Suite(.serialized) struct WebhookTests {
    @Test func `every answer has its status, its word and the same shape`() async throws {
        try await Sandbox.trading { sandbox, server in
            func check(_ answer: RunningServer.Answer, _ status: Int, _ word: String, _ mentions: String = "") {
                #expect(answer.status == status)
                #expect(answer.word == word)
                #expect(answer.json["orders"]?.elements != nil)
                #expect(mentions.isEmpty || answer.json["message"]?.string?.contains(mentions) == true)
                #expect(answer.json.members?.contains { $0.name == "group_id" } == true)
                #expect(answer.headers.first(name: "content-type")?.hasPrefix("application/json") == true)
            }
            func raw(_ text: String, _ headers: [(String, String)] = []) async throws -> RunningServer.Answer {
                try await server.send(.POST, "/webhook/FA00001", Array(text.utf8), headers: headers)
            }
            check(try await raw("not json"), 400, "invalid", "JSON")
            check(try await raw(String(repeating: " ", count: 65_537)), 413, "invalid")
            let wrong = Alerts.entry().changed(["secret_key": "wrong"])
            check(try await server.post(wrong), 401, "unauthorized")
            check(try await server.post(Alerts.entry().changed(["secret_key": nil])), 401, "unauthorized")
            let stranger = try await server.send(.POST, "/webhook/NOBODY", Alerts.entry().utf8)
            check(stranger, 401, "unauthorized")
            check(
                try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 0)])),
                422,
                "invalid",
                "legs[0].qty"
            )
            check(try await server.post(Alerts.entry("S", [])), 422, "invalid", "legs")
            check(try await server.post(Alerts.exit("flat")), 202, "blocked")
            check(try await server.post(Alerts.entry(id: "a"), headers: [("Idempotency-Key", "b")]), 400, "invalid")
            let old = Alerts.entry("S").changed(["ts": "2026-01-01T00:00:00Z"])
            let expired = try await server.post(old)
            check(expired, 422, "invalid", "old")
            #expect(expired.orders.first?["tag"]?.string == "ALERT_EXPIRED")
            #expect(try await sandbox.placements() == 0)
        }
    }

    @Test func `one bad leg keeps the others from going, and every leg has its row`() async throws {
        try await Sandbox.trading { sandbox, server in
            let legs = [Alerts.leg("ACC-EQ", "BUY", 10), Alerts.leg("SBIN-EQ", "BUY", 5, price: "0")]
            let answer = try await server.post(Alerts.entry("S", legs))
            #expect(answer.status == 422)
            #expect(answer.orders.map { $0["tag"]?.string } == ["GROUP_BLOCKED", "VALIDATION_FAILED"])
            #expect(try await server.orders().count == 2)
            #expect(try await sandbox.placements() == 0)
        }
    }

    @Test func `a body that is text, with its type or without, is read all the same`() async throws {
        try await Sandbox.trading { _, server in
            for (number, type) in ["text/plain; charset=utf-8", "application/json", nil].enumerated() {
                let headers = type.map { [("Content-Type", $0)] } ?? []
                let answer = try await server.post(Alerts.entry("S\(number)"), headers: headers)
                #expect(answer.status == 202)
            }
        }
    }

    @Test func `a signature replaces the secret, and a wrong one is refused whatever the body says`() async throws {
        try await Sandbox.trading { _, server in
            let body = Alerts.entry("S", id: "signed").changed(["secret_key": nil]).utf8
            let key = SymmetricKey(data: Array(Sandbox.secret.utf8))
            let code = HMAC<SHA256>.authenticationCode(for: body, using: key).map { String(format: "%02x", $0) }
                .joined()
            let good = try await server.send(.POST, "/webhook/FA00001", body, headers: [("X-Signature", code)])
            #expect(good.status == 202)
            let bad = try await server.post(Alerts.entry("T", id: "t"), headers: [("X-Signature", code)])
            #expect(bad.status == 401)
        }
    }

    @Test func `a signed alert is taken once, whatever header comes with its copies`() async throws {
        try await Sandbox.trading { sandbox, server in
            let now = Int(Date().timeIntervalSince1970)
            let body = Alerts.adjust("S").changed(["secret_key": nil, "ts": JSONValue(now)]).utf8
            let key = SymmetricKey(data: Array(Sandbox.secret.utf8))
            let code = HMAC<SHA256>.authenticationCode(for: body, using: key).map { String(format: "%02x", $0) }
                .joined()
            func send(_ headers: [(String, String)]) async throws -> RunningServer.Answer {
                try await server.send(.POST, "/webhook/FA00001", body, headers: [("X-Signature", code)] + headers)
            }
            let first = try await send([])
            #expect(first.status == 202)
            try await server.until(first.ids.first ?? "", is: "filled")
            for number in 0..<3 {
                let replay = try await send([("Idempotency-Key", "fresh-\(number)")])
                #expect(replay.word == "duplicate")
                #expect(replay.ids == first.ids)
            }
            #expect(try await sandbox.placements() == 1)
        }
    }

    @Test func `ten wrong secrets a minute are throttled, right ones still pass`() async throws {
        try await Sandbox.trading { _, server in
            let wrong = Alerts.entry().changed(["secret_key": "wrong"])
            for _ in 0..<10 { #expect(try await server.post(wrong).status == 401) }
            let throttled = try await server.post(wrong)
            #expect(throttled.status == 429)
            #expect(throttled.headers.first(name: "retry-after").flatMap { Int($0) } != nil)
            #expect(try await server.post(Alerts.entry()).status == 202)
        }
    }

    @Test func `a test order runs the steps, is marked, and never reaches the broker`() async throws {
        try await Sandbox.trading { sandbox, server in
            let success = try await server.post(Alerts.entry("S").changed(["test_mode": "SUCCESS"]))
            let order = try await server.order(success.ids.first ?? "")
            #expect(order["state"]?.string == "filled")
            #expect(order["test"]?.bool == true)
            let failure = try await server.post(Alerts.entry("S").changed(["test_mode": "FAILURE"]))
            #expect(try await server.order(failure.ids.first ?? "")["tag"]?.string == "BROKER_REJECTED")
            #expect(try await sandbox.placements() == 0)
            // It holds nothing: a real entry of the same strategy passes the guard.
            #expect(try await server.post(Alerts.entry("S")).word == "accepted")
        }
    }

    @Test func `what is no route refuses strangers`() async throws {
        try await Sandbox.trading { _, server in
            let stranger = try await server.get("/v1/anything")
            #expect(stranger.status == 401)
            #expect(stranger.headers.first(name: "content-type") == "application/problem+json")
            #expect(try await server.get("/v1/anything", bearer: Sandbox.key).status == 404)
            #expect(try await server.get("/api/v1/placeorder").status == 404)
        }
    }
}

extension JSONValue {
    /// Members set, or taken out where the change is nil.
    func changed(_ changes: [String: JSONValue?]) -> JSONValue {
        var members = (members ?? []).filter { !changes.keys.contains($0.name) }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let value { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }
}
