import JSONText
import NIOCore
import Testing

@testable import NorenSimulator

@Suite struct FaultTests {
    /// Places one order under the fault; nil when the connection ended instead of an answer.
    private func place(_ running: RunningSimulator, _ token: String) async throws -> HTTPReply? {
        do {
            return try await running.call("PlaceOrder", .order(["remarks": "tag"]), token)
        } catch is ConnectionEnded {
            return nil
        }
    }

    @Test(arguments: [
        ("html_502", 502, 0), ("html_502_accepted", 502, 1), ("server_timeout", 200, 1),
        ("server_timeout_lost", 200, 0), ("garbage", 200, 1), ("ok_without_number", 200, 1),
    ])
    func `a spoiled answer hides whether the order exists`(kind: String, status: Int, orders: Int) async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault(kind)
            let reply = try #require(try await place(running, token))
            #expect(reply.status == status)
            #expect(reply.json?["norenordno"] == nil)
            #expect(await running.orders().count == orders)
            #expect(try await place(running, token)?.json?["norenordno"] != nil)
        }
    }

    @Test func `a fault by chance hits its part of the calls, each kind for itself`() {
        func fault(_ kind: Fault.Kind) -> Fault {
            var fault = Fault(
                kind: kind,
                endpoint: "*",
                account: nil,
                count: -1,
                after: 0,
                delay: .zero,
                text: "",
                status: 200
            )
            fault.percent = 2
            return fault
        }
        var plan = FaultPlan(seed: 1)
        var same = FaultPlan(seed: 1)
        for kind in [Fault.Kind.garbage, .html502] {
            plan.add(fault(kind))
            same.add(fault(kind))
        }
        let hits = (0..<10_000).map { _ in plan.take("OrderBook", nil)?.kind }
        #expect((0..<10_000).map { _ in same.take("OrderBook", nil)?.kind } == hits)
        #expect((100...300).contains(hits.count { $0 == .garbage }))
        #expect((100...300).contains(hits.count { $0 == .html502 }))
    }

    @Test func `a spoiled answer looks as it does live`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("server_timeout")
            #expect(try await place(running, token)?.json?["emsg"] == "Server Timeout :  ")
            await running.fault("html_502")
            #expect(try await place(running, token)?.text.hasPrefix("<html>") == true)
            await running.fault("ok_without_number")
            #expect(try await place(running, token)?.text == "{\"stat\":\"Ok\"}")
            await running.fault("garbage")
            #expect(try await place(running, token)?.json == nil)
        }
    }

    @Test func `a lost reply leaves an order and a closed connection`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("lost_reply")
            #expect(try await place(running, token) == nil)
            #expect(await running.orders().map { $0["remarks"] } == ["tag"])
        }
    }

    @Test func `a hung call leaves an order and an open, silent connection`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.fault("hang")
            let connection = try await HTTPClientConnection.open(port: running.port)
            try await connection.send(
                "/NorenWClientTP/PlaceOrder",
                "jData=\(JSONValue.order().text)&jKey=\(token)"
            )
            try await eventually { await running.orders().count == 1 }
            try await eventually { listener.reports().contains("New") }
            _ = try await running.logIn("FA00002")
            #expect(connection.channel.isActive)
            connection.channel.close(promise: nil)
        }
    }

    @Test func `refused connections cannot be opened until the time is over`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let idle = try await HTTPClientConnection.open(port: running.port)
            _ = try await idle.exchange("/NorenWClientTP/Limits", "jData={}&jKey=\(token)")
            await running.fault("refuse_connection", ["delay_ms": 1000])
            await #expect(throws: (any Error).self) { try await HTTPClientConnection.open(port: running.port) }
            try await eventually { !idle.channel.isActive }
            try await eventually { try await running.reached(token) }
        }
    }

    @Test func `a refusal carries its text and status`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("refuse", ["text": "Invalid Input :  Not today", "http": 400])
            let reply = try #require(try await place(running, token))
            #expect(reply.status == 400)
            #expect(reply.json?["emsg"] == "Invalid Input :  Not today")
            #expect(await running.orders().isEmpty)
        }
    }

    @Test func `an expired session dies with the call`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("session_expired", ["endpoint": "OrderBook"])
            let expired = JSONValue.string("Session Expired :  Invalid Session Key")
            #expect(try await running.call("OrderBook", ["uid": "FA00001"], token).json?["emsg"] == expired)
            #expect(try await running.call("Limits", ["uid": "FA00001"], token).json?["emsg"] == expired)
        }
    }

    @Test func `a rejection by the risk engine follows the number`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("rms_reject", ["text": "RED:No"])
            #expect(try await place(running, token)?.json?["stat"] == "Ok")
            let row = try await running.call("OrderBook", ["uid": "FA00001"], token).json?.elements?.first
            #expect(row?["status"] == "REJECTED")
            #expect(row?["rejreason"] == "RED:No")
            #expect(row?["rejby"] == "RED")
        }
    }

    @Test func `with a delay the push comes before the answer`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.fault("delay", ["delay_ms": 2000])
            let connection = try await HTTPClientConnection.open(port: running.port)
            try await connection.send(
                "/NorenWClientTP/PlaceOrder",
                "jData=\(JSONValue.order().text)&jKey=\(token)"
            )
            let start = ContinuousClock.now
            try await eventually { listener.reports().contains("New") }
            #expect(ContinuousClock.now - start < .milliseconds(2000))
            #expect(try await connection.reply().json?["stat"] == "Ok")
            #expect(ContinuousClock.now - start >= .milliseconds(1900))
        }
    }

    @Test func `with a delay before, nothing exists until it is over`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.fault("delay_before", ["delay_ms": 200])
            let connection = try await HTTPClientConnection.open(port: running.port)
            try await connection.send(
                "/NorenWClientTP/PlaceOrder",
                "jData=\(JSONValue.order().text)&jKey=\(token)"
            )
            try await eventually {
                await running.control("ledger")["accounts"]?["FA00001"]?["placements"]?.integer == 1
            }
            #expect(await running.orders().isEmpty)
            #expect(try await connection.reply().json?["stat"] == "Ok")
            #expect(await running.orders().count == 1)
        }
    }

    private func book(
        _ running: RunningSimulator,
        _ token: String,
        _ name: String = "OrderBook"
    ) async throws -> JSONValue? {
        try await running.call(name, ["uid": "FA00001", "actid": "FA00001"], token).json
    }

    @Test func `a book can be cut off, lack rows or be empty`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            for _ in 0..<3 { _ = try await place(running, token) }
            await running.fault("cut_off", ["endpoint": "OrderBook"])
            #expect(try await book(running, token) == nil)
            await running.fault("missing_rows", ["endpoint": "OrderBook", "rows": 2])
            #expect(try await book(running, token)?.elements?.map { $0["norenordno"] } == ["26112300000001"])
            await running.fault("missing_rows", ["endpoint": "OrderBook", "rows": 3])
            #expect(try await book(running, token)?["emsg"] == "Error Occurred : 5 \"no data\"")
            await running.fault("empty", ["endpoint": "OrderBook"])
            #expect(try await book(running, token)?["emsg"] == "Error Occurred : 5 \"no data\"")
            #expect(try await book(running, token)?.elements?.count == 3)
        }
    }

    @Test func `a stale book stays as it was when the fault was set`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            _ = try await place(running, token)
            await running.fault("stale", ["endpoint": "*", "count": 3])
            #expect(try await running.call("PlaceOrder", .order(["prc": "1850.00"]), token).json?["stat"] == "Ok")
            #expect(try await book(running, token)?.elements?.count == 1)
            #expect(try await book(running, token, "TradeBook")?["stat"] == "Not_Ok")
            #expect(try await book(running, token, "PositionBook")?["stat"] == "Not_Ok")
            #expect(try await book(running, token)?.elements?.count == 2)
            #expect(await running.control("fault", ["kind": "stale", "endpoint": "PlaceOrder"])["error"] != nil)
        }
    }

    @Test func `a lagging book tells of the past`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("clock", ["standing": true])
            _ = try await running.call("PlaceOrder", .order(["qty": "10"]), token)
            await running.control("clock", ["advance_ms": 60_000])
            await running.control("fill", ["norenordno": "26112300000001", "quantity": 4])
            await running.control("clock", ["advance_ms": 1000])
            await running.control("cancel", ["norenordno": "26112300000001"])
            _ = try await place(running, token)
            await running.fault("lagging", ["endpoint": "*", "delay_ms": 5000, "count": -1])
            let rows = try #require(try await book(running, token)?.elements)
            #expect(rows.map { $0["status"] } == ["OPEN"])
            #expect(rows.first?["fillshares"] == nil)
            #expect(try await book(running, token, "TradeBook")?["stat"] == "Not_Ok")
            #expect(try await book(running, token, "PositionBook")?["stat"] == "Not_Ok")
            await running.control("clock", ["advance_ms": 4500])
            let later = try #require(try await book(running, token)?.elements)
            #expect(later.map { $0["status"] } == ["OPEN"])
            #expect(later.first?["fillshares"] == "4")
            #expect(try await book(running, token, "PositionBook")?.elements?.first?["netqty"] == "4")
            await running.control("clock", ["advance_ms": 1000])
            #expect(try await book(running, token)?.elements?.map { $0["status"] } == ["OPEN", "CANCELED"])
        }
    }

    @Test func `an order can fill just before its cancellation`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            _ = try await place(running, token)
            await running.fault("fill_first", ["endpoint": "CancelOrder"])
            let cancel: JSONValue = ["uid": "FA00001", "norenordno": "26112300000001"]
            #expect(try await running.call("CancelOrder", cancel, token).json?["stat"] == "Ok")
            let row = try await book(running, token)?.elements?.first
            #expect(row?["status"] == "COMPLETE")
            #expect(row?["fillshares"] == "2")
        }
    }

    @Test func `a fill can come after the cancellation was reported`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            _ = try await running.call("PlaceOrder", .order(["qty": "10"]), token)
            await running.control("cancel", ["norenordno": "26112300000001"])
            #expect(
                await running.control("late_fill", ["norenordno": "26112300000001", "quantity": 11])["error"] != nil
            )
            #expect(await running.control("late_fill", ["norenordno": "26112300000001", "quantity": 4])["ok"] == true)
            try await eventually { listener.reports().suffix(2) == ["Canceled", "Fill"] }
            let row = try await book(running, token)?.elements?.first
            #expect(row?["status"] == "CANCELED")
            #expect(row?["fillshares"] == "4")
            #expect(row?["cancelqty"] == "6")
            #expect(try await book(running, token, "PositionBook")?.elements?.first?["netqty"] == "4")
        }
    }

    @Test func `a fault counts, skips, keeps to its account and can be cleared`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let other = try await running.logIn("FA00002")
            await running.fault("html_502", ["after": 1, "count": 2, "account": "FA00001"])
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await place(running, token)?.status ?? 0) }
            #expect(statuses == [200, 502, 502, 200])
            await running.fault("html_502", ["count": -1, "account": "FA00001"])
            #expect(try await running.call("PlaceOrder", .order(uid: "FA00002"), other).status == 200)
            #expect(try await place(running, token)?.status == 502)
            await running.control("faults/clear")
            #expect(try await place(running, token)?.status == 200)
            #expect(await running.control("ledger")["accounts"]?["FA00001"]?["placements"]?.integer == 6)
        }
    }
}

extension RunningSimulator {
    fileprivate func reached(_ token: String) async throws -> Bool {
        (try? await call("Limits", ["uid": "FA00001"], token))?.json?["stat"] == "Ok"
    }
}
