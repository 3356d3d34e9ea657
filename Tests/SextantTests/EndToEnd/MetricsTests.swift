import JSONText
import NIOHTTP1
import Testing

/// `/metrics`, read as a scraper reads it.
@Suite(.serialized) struct MetricsTests {
    /// Samples by name and labels; every line must be one, or a comment of the format.
    private static func samples(_ text: String) throws -> [String: Double] {
        let line = /([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? (-?[0-9.]+)/
        var samples: [String: Double] = [:]
        var typed: Set<String> = []
        for text in text.split(separator: "\n") {
            if text.hasPrefix("# HELP ") { continue }
            if text.hasPrefix("# TYPE ") {
                #expect(typed.insert(String(text.split(separator: " ")[2])).inserted)
                continue
            }
            let match = try #require(try line.wholeMatch(in: text), "not a sample: \(text)")
            let name = String(match.1)
            let family = ["_bucket", "_sum", "_count"].reduce(name) { name, suffix in
                name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
            }
            #expect(typed.contains(name) || typed.contains(family))
            let key = name + String(match.2 ?? "")
            #expect(samples.updateValue(try #require(Double(match.3)), forKey: key) == nil, "twice: \(key)")
        }
        return samples
    }

    @Test func `what happened is counted, where it stands is shown, and every age is known`() async throws {
        try await Sandbox.trading { sandbox, server in
            let filled = try await server.post(Alerts.entry("A"))
            _ = try await server.until(filled.ids.first ?? "", is: "filled")
            _ = try await server.post(Alerts.entry("A", id: "again"))  // blocked by the guard
            let resting = try await server.post(Alerts.entry("B", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "780.00")]))
            _ = try await server.until(resting.ids.first ?? "", is: "working")
            let page = try await server.get("/metrics", bearer: Sandbox.key)
            #expect(page.status == 200)
            #expect(page.headers.first(name: "Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let samples = try Self.samples(page.text)
            func own(_ name: String, _ labels: String = "") -> Double? {
                samples["\(name){client=\"FA00001\"\(labels)}"]
            }
            for (state, count) in [("filled", 1.0), ("blocked", 1), ("working", 1), ("unconfirmed", 0)] {
                #expect(own("sextant_orders", ",state=\"\(state)\"") == count, "\(state)")
            }
            #expect(own("sextant_order_events_total", ",event=\"received\"") == 3)
            #expect(own("sextant_notifications_total", ",kind=\"BLOCKED\"") == 1)
            #expect(own("sextant_ready") == 1)
            for (step, count) in [("register", 3.0), ("send", 2), ("record", 2), ("watch", 2)] {
                #expect(own("sextant_step_seconds_count", ",step=\"\(step)\"") == count, "\(step)")
                #expect(own("sextant_step_seconds_bucket", ",step=\"\(step)\",le=\"+Inf\"") == count, "\(step)")
            }
            let commits = try #require(samples["sextant_commit_seconds_count"])
            #expect(commits >= 3)
            #expect(samples["sextant_commit_sync_seconds_count"] == commits)
            let synced = try #require(samples["sextant_commit_sync_seconds_sum"])
            #expect(synced > 0)
            let whole = try #require(samples["sextant_commit_seconds_sum"])
            #expect(whole >= synced)
            #expect(samples["sextant_commit_failures_total"] == 0)
            #expect(own("sextant_broker_calls_total", ",lane=\"entry\"") == 2)
            let used = try #require(own("sextant_budget_used", ",window=\"minute\""))
            let limit = try #require(own("sextant_budget_limit", ",window=\"minute\""))
            #expect(used > 0 && used < limit)
            #expect(own("sextant_push_connected") == 1)
            for age in ["sextant_push_age_seconds", "sextant_profit_age_seconds"] {
                let seconds = try #require(own(age), "\(age)")
                #expect(seconds < 20)
            }
            for book in ["orders", "positions", "trades"] {
                let seconds = try #require(own("sextant_poll_age_seconds", ",book=\"\(book)\""))
                #expect(seconds < 20)
            }
            #expect(samples["sextant_inbox_waiting{queue=\"entries\"}"] == 0)
            for secret in [Sandbox.key, Sandbox.secret, "Secret@1", "api-secret"] {
                #expect(!page.text.contains(secret))
            }
            #expect(try await sandbox.placements() == 2)
        }
    }

    @Test func `a scraper on this machine needs no key, one behind a proxy or with a wrong key gets nothing`()
        async throws
    {
        try await Sandbox.trading { _, server in
            let open = try await server.get("/metrics")
            #expect(open.status == 200)
            let wrong = try await server.get("/metrics", bearer: "wrong")
            #expect(wrong.status == 401)
            for header in ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"] {
                let forwarded = try await server.send(.GET, "/metrics", headers: [(header, "203.0.113.9")])
                #expect(forwarded.status == 401)
            }
        }
    }

    @Test func `what is not known has no sample`() async throws {
        let sandbox = try await Sandbox()
        try await sandbox.fault("hang", ["endpoint": "QuickAuth", "count": -1])
        let server = try await RunningServer.start(sandbox)
        var samples = try Self.samples(try await server.get("/metrics").text)
        // It listens before it has loaded its store, and is a standby until then.
        try await eventually("the client is loaded and waits for its books") {
            samples = try Self.samples(try await server.get("/metrics").text)
            return samples["sextant_not_ready{client=\"FA00001\",reason=\"RECONCILING\"}"] == 1
        }
        for prefix in ["sextant_poll_age", "sextant_push_age", "sextant_profit_age"] {
            #expect(!samples.keys.contains { $0.hasPrefix(prefix) })
        }
        server.kill()
        sandbox.end()
    }
}
