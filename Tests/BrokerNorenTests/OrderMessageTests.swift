import Desk
import Engine
import JSONText
import Testing
import Trading

@testable import BrokerNoren

struct OrderMessageTests {
    static let message = #"""
        {"t":"om","norenordno":"26112000000017","uid":"FA00001","actid":"FA00001","exch":"NSE","tsym":"ACC-EQ","qty":"2",
        "trantype":"B","prctyp":"LMT","ret":"DAY","pcode":"I","prc":"1728.05","status":"PENDING","st_intrn":"ORDER ACK",
        "reporttype":"NewAck","dscqty":"0","kidid":"1","remarks":"SX0123456789ABC","tm":"1795146363",
        "ntm":"1795146363123456789","norentm":"09:16:03 20-11-2026","rejreason":" "}
        """#

    static let fill: [String: JSONValue?] = [
        "status": "COMPLETE", "reporttype": "Fill", "flid": "380225664", "flqty": "2", "flprc": "1728.00",
        "fltm": "20-11-2026 09:16:04", "fillshares": "2", "avgprc": "1728.00", "exchordid": "1100000012345678",
    ]

    private func events(_ changes: [String: JSONValue?]) throws -> [PushEvent] {
        let message = try Rows.changed(Self.message, changes)
        var session = PushSession(user: "FA00001")
        return session.received(message.utf8, at: .sample).compactMap { step in
            if case .deliver(let event) = step { event } else { nil }
        }
    }

    private func report(_ changes: [String: JSONValue?]) throws -> OrderReport? {
        if case .report(let report)? = try events(changes).last { report } else { nil }
    }

    @Test func `an acknowledged order is pending, without a fill`() throws {
        let report = try report([:])
        #expect(report?.status == .pending && report?.fill == nil && report?.filled == 0 && report?.rejection == nil)
        #expect(report?.tag == ClientTag("SX0123456789ABC") && report?.product == .intraday && report?.side == .buy)
    }

    @Test func `an order at the exchange is open`() throws {
        #expect(try report(["status": "OPEN", "reporttype": "New"])?.status == .open)
    }

    @Test func `a fill comes with its facts`() throws {
        let report = try report(Self.fill)
        #expect(report?.status == .complete && report?.filled == 2)
        #expect(report?.fill?.id == "380225664" && report?.fill?.quantity == 2)
        #expect(report?.fill?.price == Price(tenThousandths: 17_280_000))
        #expect(report?.fill?.at.description == "2026-11-20T03:46:04.000000Z")
    }

    @Test func `a partial fill may leave the order open`() throws {
        let partial = Self.fill.merging(["status": "OPEN", "flqty": "1", "fillshares": "1"]) { $1 }
        let report = try report(partial)
        #expect(report?.status == .open && report?.filled == 1 && report?.fill?.quantity == 1)
    }

    @Test func `the documented misspellings are understood`() throws {
        let misspelt = Self.fill.merging(
            [
                "norenordno": .some(nil), "norenoordno": "26112000000017", "fltm": .some(nil),
                "filltm": "20-11-2026 09:16:09",
            ]
        ) { $1 }
        let report = try report(misspelt)
        #expect(report?.brokerOrderID == "26112000000017")
        #expect(report?.fill?.at.description == "2026-11-20T03:46:09.000000Z")
    }

    @Test func `a message that cannot be read says why`() throws {
        #expect(try events(["qty": "x"]) == [.unreadable("order 26112000000017: qty is no whole number")])
        #expect(try events(["status": .some(nil)]) == [.unreadable("order 26112000000017: status is missing")])
        let noID = Self.fill.merging(["flid": .some(nil)]) { $1 }
        #expect(try events(noID) == [.unreadable("order 26112000000017: flid is missing")])
    }

    @Test func `bytes that are no message are reported, other kinds of message are not`() {
        var session = PushSession(user: "FA00001")
        #expect(session.received(Array("{\"t\":\"om\"".utf8), at: .sample).count == 1)
        #expect(session.received(Array("[]".utf8), at: .sample).count == 1)
        for kind in ["tk", "tf", "hk", "am", "ms", "rm", "pm", "whatever"] {
            #expect(session.received(Array("{\"t\":\"\(kind)\"}".utf8), at: .sample).isEmpty)
        }
    }
}

struct PushSessionTests {
    private var session = PushSession(user: "FA00001")

    private mutating func receive(_ text: String) -> [PushSession.Step] {
        session.received(Array(text.utf8), at: .sample)
    }

    @Test mutating func `taken, then subscribed, then connected`() {
        #expect(receive(#"{"t":"ck","uid":"FA00001","s":"OK"}"#) == [.send(["t": "o", "actid": "FA00001"])])
        #expect(receive(#"{"t":"ok"}"#) == [.deliver(.connected)])
        #expect(receive(#"{"t":"ok"}"#).isEmpty)
    }

    @Test mutating func `a subscription that is never acknowledged stands after a while`() {
        _ = receive(#"{"t":"ck","s":"Ok"}"#)
        #expect(session.subscriptionGraceIsOver() == [.deliver(.connected)])
        #expect(receive(#"{"t":"ok"}"#).isEmpty)
    }

    @Test mutating func `an order message proves the subscription`() {
        _ = receive(#"{"t":"ck","k":"OK"}"#)
        let steps = receive(OrderMessageTests.message)
        #expect(steps.first == .deliver(.connected) && steps.count == 2)
    }

    @Test(arguments: [#"{"t":"ck","s":"NOT_OK"}"#, #"{"t":"ck","s":"Not_Ok"}"#, #"{"t":"ck"}"#, #"{"t":"ak","s":""}"#])
    mutating func `a session that is not taken ends the connection`(text: String) {
        guard case .end? = receive(text).first else {
            Issue.record("it goes on")
            return
        }
    }

    @Test mutating func `a session that is lost later ends the connection too`() {
        _ = receive(#"{"t":"ck","s":"OK"}"#)
        #expect(receive(#"{"t":"ck","s":"OK"}"#).isEmpty)
        #expect(receive(#"{"t":"ck","s":"NOT_OK"}"#) == [.end("the broker refused the session: NOT_OK")])
    }

    @Test(arguments: [
        ("wss://api.shoonya.com/NorenWSTP/", "api.shoonya.com", 443, "/NorenWSTP/", "api.shoonya.com"),
        ("ws://127.0.0.1:8899/NorenWSTP/", "127.0.0.1", 8899, "/NorenWSTP/", "127.0.0.1:8899"),
        ("ws://host", "host", 80, "/", "host"), ("wss://host:80?a=b", "host", 80, "/?a=b", "host:80"),
    ])
    func `addresses are taken apart`(url: String, host: String, port: Int, path: String, authority: String) {
        let address = PushAddress(url)
        #expect(address?.host == host && address?.port == port && address?.path == path)
        #expect(address?.authority == authority && address?.isSecure == url.hasPrefix("wss"))
    }

    @Test(arguments: ["", "http://host/", "ws://", "ws://host:x/", "ws://host:0/", "ws://a:1:2/"])
    func `what is no address is nil`(url: String) {
        #expect(PushAddress(url) == nil)
    }
}
