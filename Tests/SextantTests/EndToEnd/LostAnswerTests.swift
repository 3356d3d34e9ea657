import JSONText
import Testing

/// What becomes of an order whose answer is lost: found or proved absent, never guessed, never sent twice.
@Suite(.serialized) struct LostAnswerTests {
    //
    @Test(arguments: ["lost_reply", "hang", "html_502_accepted", "server_timeout", "garbage", "ok_without_number"])
    func `an accepted order whose answer is lost is found by its tag and executed once`(fault: String) async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault(fault)
            let answer = try await server.post(Alerts.entry("S", id: "k"))
            #expect(answer.status == 202)
            let again = try await server.post(Alerts.entry("S", id: "k"))
            #expect(again.word == "duplicate")
            let second = try await server.post(Alerts.entry("S", [Alerts.leg("SBIN-EQ", "BUY", 1)]))
            #expect(second.orders.first?["tag"]?.string == "EXECUTION_GUARD_BLOCKED")
            try await server.until(answer.ids.first ?? "", is: "filled")
            #expect(try await sandbox.placements() == 1)
            #expect(try await server.differences() == [])
        }
    }

    //
    @Test func `a lost answer is found by polling alone when push is silent too`() async throws {
        try await Sandbox.trading { sandbox, server in
            _ = try await sandbox.control("push", ["mode": "drop"])
            try await sandbox.fault("lost_reply")
            let answer = try await server.post(Alerts.entry())
            let order = try await server.until(answer.ids.first ?? "", is: "filled")
            let events = (order["timeline"]?.elements ?? []).compactMap { $0["event"]?.string }
            #expect(events.contains("unanswered"))
            #expect(try await sandbox.placements() == 1)
            let why = try ChildProcess(
                ["order", answer.ids.first ?? "", "--why", "--config", server.configurationPath],
                in: sandbox.folder
            )
            #expect(try await why.ended() == 0)
            for sentence in [
                "registered as it came, by WEBHOOK", "no check refused it", "was stored before any byte left",
                "only its books can tell", "the order book showed its tag under number", "showed trade",
            ] {
                #expect(why.output.contains(sentence), "\(why.output)")
            }
        }
    }

    //
    @Test(arguments: ["html_502", "server_timeout_lost"])
    func `an order that the broker never took is proved absent and not sent again`(fault: String) async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault(fault)
            let answer = try await server.post(Alerts.entry())
            let id = answer.ids.first ?? ""
            try await server.until(id, is: "unconfirmed")
            let order = try await server.until(id, is: "not_sent")
            #expect(order["status"]?.string == "FAILED")
            #expect(order["tag"]?.string == "NOT_SENT")
            #expect(order["reason_code"]?.string == "proved_absent")
            #expect(try await sandbox.placements() == 1)
            #expect(try await sandbox.brokerOrders().isEmpty)
        }
    }

    @Test func `a refused connection is known not to have been sent`() async throws {
        try await Sandbox.trading { sandbox, server in
            try await sandbox.fault("refuse_connection", ["delay_ms": 1500, "count": 1])
            let answer = try await server.post(Alerts.entry())
            let order = try await server.until(answer.ids.first ?? "", is: "not_sent")
            #expect(order["tag"]?.string == "NOT_SENT")
            #expect(order["reason_code"]?.string == "no_byte_left")
            #expect(try await sandbox.placements() == 0)
            try await eventually("the broker is back") { try await server.get("/health/ready").status == 200 }
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: ["html_502", "garbage", "session_expired", "server_timeout"])
    func `a book that cannot be read changes no order and no position`(fault: String) async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry())
            try await server.until(entry.ids.first ?? "", is: "filled")
            let resting = try await server.post(Alerts.entry("T", [Alerts.leg("SBIN-EQ", "BUY", 5, price: "780.00")]))
            try await server.until(resting.ids.first ?? "", is: "working")
            let before = try await server.orders()
            let endsSession = fault == "session_expired"
            for book in endsSession ? ["OrderBook"] : ["OrderBook", "TradeBook", "PositionBook"] {
                try await sandbox.fault(
                    fault,
                    ["endpoint": .string(book), "count": endsSession ? 1 : 3]
                )
            }
            let calls = try await sandbox.account()["calls"]?["OrderBook"]?.integer ?? 0
            try await eventually("books were read again and again") {
                let now = try await sandbox.account()["calls"]?["OrderBook"]?.integer ?? 0
                return now >= calls + (endsSession ? 3 : 5)
            }
            #expect(try await server.orders() == before)
            let exit = try await server.post(Alerts.exit("S"))
            try await server.until(exit.ids.first ?? "", is: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }

    @Test func `an exit refused because the session ended is sent again as a new command`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry())
            try await server.until(entry.ids.first ?? "", is: "filled")
            try await sandbox.fault("session_expired")
            let exit = try await server.post(Alerts.exit("S"))
            try await server.until(exit.ids.first ?? "", is: "rejected")
            try await eventually("a further exit closed the position") { try await sandbox.net("ACC-EQ") == 0 }
            try await eventually("the store knows") { try await server.differences() == [] }
            let reissued = try await server.orders().filter { $0["source"]?.string == "SYSTEM" }
            #expect(reissued.count == 1)
            #expect(reissued.first?["group_id"]?.string == exit.json["group_id"]?.string)
        }
    }
}
